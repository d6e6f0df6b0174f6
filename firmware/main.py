"""Starts the firmware on this board; knows no hardware and holds no policy."""

from wattseal import comb_table

TABLE = comb_table.in_ram()  # first of all: soon there are no 16 KB in one piece

import board  # noqa: E402 - so is every other module

from wattseal import assembly  # noqa: E402

assembly.main(board, TABLE)
