"""Starts the firmware on this board; knows no hardware and holds no policy."""

import gc

from wattseal import comb_table

# Collected only when full, a heap has its lasting objects strewn all over it, and no room in one
# piece for a record or a TLS buffer.
gc.threshold(32768)
TABLE = comb_table.in_ram()  # first of all: soon there are no 16 KB in one piece
NATIVE = comb_table.native()

import board  # noqa: E402 - so is every other module

board.begin()  # an import that fails ends in a reset, where there is a watchdog

from wattseal import assembly  # noqa: E402

assembly.main(board, TABLE, NATIVE)
