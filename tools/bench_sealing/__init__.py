"""Times the sealing of an identification on each MicroPython that is there."""

from tools.bench_sealing.sealing import run

__all__ = ["run"]
