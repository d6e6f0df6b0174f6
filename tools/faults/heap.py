"""The heap runs out at each level, on 32 bits (host_tests/support/heap_points)."""

import interpreters

from tools.faults.play import DEVICE, Job, play
from tools.faults.section import FaultsFault, Row, Tell, counted

NAME = "heap levels, shipped assembly"
MUST = "lost, altered, pg_reuse, unbootable, unclosed, gap"
KINDS = ("lost", "altered", "pg_reuse", "unbootable")
_HEAP = "700k"  # the firmware from source and a world round it; what is left of it is the level
_END, _FURTHER = 32768, 65536  # bytes; from about 25,000 on a session goes through
_LINES = 10
_PARTS = 2
_STEP = 64


def run(full: bool, tell: Tell) -> list[Row]:
    path = interpreters.unix32()
    if not path:
        raise FaultsFault("there is no 32-bit MicroPython; build it with make micropython32")
    parts = [
        {"first": part * _STEP, "step": _PARTS * _STEP, "end": _FURTHER if full else _END}
        for part in range(_PARTS)
    ]
    rows = play([job(path, **part, lines=_LINES) for part in parts], tell)
    told: dict[str, Row] = {}
    for row in rows:
        one = told.setdefault(row.what, Row(row.what, row.on))
        one.tried += row.tried
        one.wrong += row.wrong
    return list(told.values())


def scenarios(rows: list[Row]) -> dict[str, dict]:
    """{"heap levels": {"points", "lost", ...}}."""
    return counted([row for row in rows if row.what == "heap levels"], KINDS)


def job(path: str, lines: int = 1, **arguments) -> Job:
    """`arguments`: as heap_points.cases has them."""
    command = [path, "-X", "heapsize=" + _HEAP, str(DEVICE), "heap_points"]
    on = f"unix32 from {arguments.get('first', 0)}"
    return Job(on, command, {"lines": lines, **arguments}, lines + 1)
