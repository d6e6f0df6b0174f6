"""Measures signing on MicroPython against the textbook's method and against CPython's `ecdsa`."""

from tools.bench_sign.signing import run

__all__ = ["run"]
