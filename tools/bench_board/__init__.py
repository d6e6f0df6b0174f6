"""Measures the frozen image on the emulated RP2040, in simulated milliseconds."""

from tools.bench_board.board import run

__all__ = ["run"]
