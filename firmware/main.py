"""Starts the firmware on this board; knows no hardware and holds no policy."""

import board

from wattseal import assembly

assembly.main(board)
