"""The heap runs out at each level, on 32 bits (host_tests/support/heap_points)."""

import interpreters

from tools.faults.play import DEVICE, Job
from tools.faults.section import FaultsFault, Play, Row, counted

NAME = "heap levels, shipped assembly"
MUST = "lost, altered, pg_reuse, unbootable, unclosed, begun, energy, time, gap, unpriced, audit"
KINDS = ("lost", "altered", "pg_reuse", "unbootable")
# The firmware from source and a world round it; what is left of it is the level.
_HEAP, _HEAP_RING = "700k", "1000k"
_END, _FURTHER = 32768, 65536  # bytes; from about 25,000 on a session goes through
_LINES = 10
_PARTS = 2
_WIDER = 2  # steps with an audit log
_STEP = 64


def run(full: bool, play: Play) -> list[Row]:
    path = interpreters.unix32()
    if not path:
        raise FaultsFault("there is no 32-bit MicroPython; build it with make micropython32")
    parts: list[dict] = [
        {"first": part * _STEP, "step": _PARTS * _STEP, "end": _FURTHER if full else _END}
        for part in range(_PARTS)
    ]
    media = (False, True)
    jobs = [job(path, ring=ring, lines=_LINES, **part) for ring in media for part in parts]
    jobs += [job(path, _LINES, priced=True, **part) for part in parts]
    jobs += [
        job(path, _LINES, audit=True, **dict(part, step=_WIDER * part["step"])) for part in parts
    ]
    rows = play(jobs)
    told: dict[str, Row] = {}
    for row in rows:
        one = told.setdefault(row.what, Row(row.what, row.on))
        one.tried += row.tried
        one.wrong += row.wrong
    return list(told.values())


def scenarios(rows: list[Row]) -> dict[str, dict]:
    """{"heap levels": {"points", "lost", ...}} and so on."""
    told = ("heap levels", "heap levels, ring", "heap levels, a tariff", "heap levels, audit log")
    return counted([row for row in rows if row.what in told], KINDS)


def job(
    path: str, lines: int = 1, ring: bool = False, priced: bool = False, audit: bool = False,
    **arguments,
) -> Job:  # fmt: skip
    """`arguments`: as heap_points.cases has them."""
    heap = _HEAP_RING if ring or priced or audit else _HEAP
    command = [path, "-X", "heapsize=" + heap, str(DEVICE), "heap_points"]
    on = f"unix32 from {arguments.get('first', 0)}{' on the ring' if ring else ''}"
    on += " with a tariff" if priced else ""
    on += " with an audit log" if audit else ""
    how = {"lines": lines, "ring": ring, "priced": priced, "audit": audit, **arguments}
    return Job(on, command, how, lines + 1)
