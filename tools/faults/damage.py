"""Bit flips and wiped blocks of a store on LittleFS (host_tests/support/store_damage).

A step of 8 is one bit of each byte. `DECLARED` is what LittleFS cannot help, and the device says.
"""

import interpreters

from tools.faults.play import DEVICE, Job, play
from tools.faults.section import FaultsFault, Row, Tell

NAME = "damaged store, shipped assembly"
MUST = "silent, altered, pg_reuse, unbootable"
KINDS = ("silent", "altered", "pg_reuse", "unbootable")
DECLARED = ("neighbours", "refused", "unmountable")
_HEAP = "32M"
_PARTS = 2  # jobs, for two cores
_LINES = 20
_STEP = 8  # one bit of each byte that a boot reads; FULL=1: every bit


def run(full: bool, tell: Tell) -> list[Row]:
    found = {name: path for name, path, _ in interpreters.found()}
    if "unix64" not in found:
        raise FaultsFault("there is no 64-bit MicroPython; name one with MICROPYTHON=path")
    each = 1 if full else _STEP
    flips = [{"first": part * each, "step": _PARTS * each} for part in range(_PARTS)]
    command = [found["unix64"], "-X", "heapsize=" + _HEAP, str(DEVICE), "damage_cases"]
    jobs = [
        Job(f"unix64 flips {part}", command, {**bits, "lines": _LINES}, _LINES)
        for part, bits in enumerate(flips)
    ]
    jobs.append(Job("unix64 wipes", command, {"step": 0}, 1))
    return judged(play(jobs, tell))


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
    """{"flips" and "wipes": {"points", "silent", ..., "neighbours", ...}}."""
    told = {}
    for row in rows:
        told[row.what] = {"points": row.tried, **dict.fromkeys((*KINDS, *DECLARED), 0)}
        for finding in row.wrong + row.declared:
            told[row.what][_kind(finding)] += 1
    return told


def _kind(finding: str) -> str:
    return finding.partition(":")[0]
