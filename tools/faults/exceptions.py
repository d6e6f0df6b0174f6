"""Exceptions at each file or flash call of the record path (support/exception_points)."""

import interpreters

from tools.faults.play import DEVICE, Job, play
from tools.faults.section import FaultsFault, Row, Tell

NAME = "exceptions at file and flash calls, shipped assembly"
MUST = "lost, altered, pg_reuse, unbootable, unclosed, gap"
_HEAP = "32M"
_FAULTS = 10  # as exception_points has them
_STEP_RING = 11  # many small calls; FULL=1: each


def run(full: bool, tell: Tell) -> list[Row]:
    found = [(name, path) for name, path, _ in interpreters.found()]
    if not found:
        raise FaultsFault("there is no MicroPython to run on; name one with MICROPYTHON=path")
    return play([_job(*row, ring, full) for ring in (False, True) for row in found], tell)


def _job(name: str, path: str, ring: bool, full: bool) -> Job:
    command = [path, "-X", "heapsize=" + _HEAP, str(DEVICE), "exception_points"]
    arguments = {"step": 1 if full or not ring else _STEP_RING, "ring": ring}
    return Job(f"{name} {'ring' if ring else 'files'}", command, arguments, _FAULTS)
