"""Bit flips, wiped blocks and places that cannot be read of a store, on files and on the ring.

The scenarios are store_damage and unreadable_places of host_tests/support.

A step of 8 is one bit of each byte. `DECLARED` is what LittleFS cannot help, and the device says;
off LittleFS it is `undeclared`, which must not be. Of two blocks that were the newest of both of
its folders with the journal's cursor, or of the notes' folder and a session's end itself, nothing
on the device knows: `taken_back`.
"""

import interpreters

from tools.faults.play import DEVICE, Job
from tools.faults.section import FaultsFault, Play, Row, counted

NAME = "damaged store, shipped assembly"
KINDS = (
    "silent", "altered", "pg_reuse", "unbootable", "unmetered", "lost", "second_end", "unclosed",
    "energy", "undrained", "undeclared",
)  # fmt: skip
MUST = ", ".join(KINDS)
DECLARED = ("neighbours", "refused", "unmountable", "taken_back")
_HEAP = "48M"
_PARTS, _PARTS_FULL = 2, 24  # jobs: for two cores, and short ones that a run cut short has done
_LINES = 20
_STEP = 8  # one bit of each byte that a boot reads; FULL=1: every bit
_STEP_RING = 31  # LittleFS reads less of what is there
_STEP_NEW, _STEP_NEW_FULL = 40, 4
_PAIRS = 5  # every so many pairs of blocks; FULL=1: all of them


def run(full: bool, play: Play) -> list[Row]:
    found = {name: path for name, path, _ in interpreters.found()}
    if "unix64" not in found:
        raise FaultsFault("there is no 64-bit MicroPython; name one with MICROPYTHON=path")
    jobs = []
    steps = (1, 1) if full else (_STEP, _STEP_RING)
    parts = _PARTS_FULL if full else _PARTS
    for closed in (False, True):
        for ring, each in zip((False, True), steps, strict=True):
            store = {"ring": ring, "closed": closed}
            for part in range(parts):
                bits = {"first": part * each, "step": parts * each, "lines": _LINES}
                jobs.append(_job(found, f"flips {part}", store | bits))
            jobs.append(_job(found, "wipes", store | {"step": 0}))
            jobs.append(_job(found, "pairs", store | {"step": -1 if full else -_PAIRS}))
    for ring in (False, True):
        jobs.append(_job(found, "unreadable", {"ring": ring}, "unreadable_places"))
    new = {"new": True, "lines": _LINES, "step": _STEP_NEW_FULL if full else _STEP_NEW}
    jobs.append(_job(found, "new", new))
    return judged(play(jobs))


def _job(found: dict, of: str, arguments: dict, module: str = "damage_cases") -> Job:
    command = [found["unix64"], "-X", "heapsize=" + _HEAP, str(DEVICE), module]
    closed = "closed " if arguments.get("closed") else ""
    on = f"unix64 {of} {closed}{'ring' if arguments.get('ring') else 'files'}"
    return Job(on, command, arguments, arguments.get("lines", 1))


def judged(rows: list[Row]) -> list[Row]:
    """One row for each kind of damage; what the device declares is not wrong."""
    told: dict[str, Row] = {}
    for row in rows:
        one = told.setdefault(row.what, Row(row.what, row.on))
        one.tried += row.tried
        for finding in row.wrong:
            (one.declared if _kind(finding) in DECLARED else one.wrong).append(finding)
    return list(told.values())


def scenarios(rows: list[Row]) -> dict[str, dict]:
    """{"flips, files" and so on: {"points", "silent", ..., "neighbours", ...}}."""
    return counted(rows, (*KINDS, *DECLARED))


def _kind(finding: str) -> str:
    return finding.partition(":")[0]
