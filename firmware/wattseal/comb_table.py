"""The signer's table of P-256, brought into RAM; must be called before the heap is cut up.

Frozen, the table lies in flash, and reading it there while signing would show on the flash bus
which entries, and with them the nonce (core/p256_comb.py).
"""

import gc
import sys


def in_ram() -> bytes:
    """A copy of the table, 16,384 bytes in one piece. MemoryError."""
    from p256_table import TABLE

    table = bytes(memoryview(TABLE))
    # From a file it was in RAM already: let that one go.
    del sys.modules["p256_table"], TABLE
    gc.collect()
    return table
