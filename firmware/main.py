"""Starts the firmware on this board; knows no hardware and holds no policy."""

import gc
import sys

# MicroPython's own modules are looked for in the file system first, at every import of one: on a
# small board that takes 5 ms, and a sixth of a second of a start.
for _name in ("binascii", "errno", "hashlib", "json", "os", "select", "struct", "time"):
    sys.modules[_name] = __import__(_name)

from wattseal import comb_table  # noqa: E402 - so is every other module

# Collected only when full, a heap has its lasting objects strewn all over it, and no room in one
# piece for a record or a TLS buffer.
gc.threshold(32768)
TABLE = comb_table.in_ram()  # first of all: soon there are no 16 KB in one piece
NATIVE = comb_table.native()

import board  # noqa: E402

board.begin()  # an import that fails ends in a reset, where there is a watchdog

from wattseal import assembly  # noqa: E402

assembly.main(board, TABLE, NATIVE)
