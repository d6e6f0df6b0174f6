"""Exceptions at each file call of the record path (host_tests/support/exception_points)."""

import interpreters

from tools.faults.play import DEVICE, Job, play
from tools.faults.section import FaultsFault, Row, Tell

NAME = "exceptions at file calls, shipped assembly"
MUST = "lost, altered, pg_reuse, unbootable, unclosed, gap"
_HEAP = "32M"
_FAULTS = 10  # as exception_points has them


def run(full: bool, tell: Tell) -> list[Row]:
    found = [(name, path) for name, path, _ in interpreters.found()]
    if not found:
        raise FaultsFault("there is no MicroPython to run on; name one with MICROPYTHON=path")
    jobs = [
        Job(
            f"{name} exceptions",
            [str(path), "-X", "heapsize=" + _HEAP, str(DEVICE), "exception_points"],
            {"step": 1},
            _FAULTS,
        )
        for name, path in found
    ]
    return play(jobs, tell)
