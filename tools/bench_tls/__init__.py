"""Measures the memory of a TLS connection on the unix port, as a board would count it."""

from tools.bench_tls.memory import run

__all__ = ["run"]
