"""What the signer computes with, brought into RAM: the table of P-256, and the native module.

To be called before the heap is cut up. Frozen, the table lies in flash, and reading it there while
signing would show on the flash bus which entries, and with them the nonce (core/p256_comb.py).
"""

import gc
import sys

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.p256_native import Native


def in_ram() -> bytes:
    """A copy of the table, 16,384 bytes in one piece. MemoryError."""
    from p256_table import TABLE

    table = bytes(memoryview(TABLE))
    # From a file it was in RAM already: let that one go.
    del sys.modules["p256_table"], TABLE
    gc.collect()
    return table


def native() -> "Native | None":
    """The native module (tools/native): signs ten times as fast. None where no fitting one is."""
    try:
        import wattseal_p256
    except (ImportError, ValueError, OSError):  # none, for another processor, or rotten
        return None
    return wattseal_p256
