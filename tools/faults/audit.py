"""The audit log: every change of one shown to its verifier, and the power cut while it is written.

The changes are audit_mutations of host_tests/support, the cuts audit_cuts.
"""

import sys

import interpreters

from tools.faults.play import DEVICE, Job
from tools.faults.section import FaultsFault, Play, Row

NAME = "audit log"
MUST = "undetected, misplaced, lost, altered, unbootable"
CHANGED, CUT = ("undetected", "misplaced"), ("lost", "altered", "unbootable")
CUTS = "cuts of the log alone"  # as audit_cuts has it
_PARTS = 2  # jobs, for two cores
_KINDS = 11  # as audit_mutations has them: a line for each
_LINES = 20
# On 32 bits one cut in so many: it is the interpreter that differs. Pages: 256 bytes.
_STEP_32, _STEP_PAGES, _STEP_PAGES_FULL = 9, 5, 1  # odd, as in cuts.py
_EVERY, _EVERY_FULL = 2, 1  # one bit in so many
_CALLED = {"chain": "altered", "stuck": "unbootable"}  # findings of audit_cuts


def run(full: bool, play: Play) -> list[Row]:
    found = {name: str(path) for name, path, _ in interpreters.found()}
    if "unix64" not in found:
        raise FaultsFault("there is no 64-bit MicroPython; name one with MICROPYTHON=path")
    jobs = [_changes(part, _EVERY_FULL if full else _EVERY) for part in range(_PARTS)]
    jobs.append(_cuts(found, "unix64"))
    jobs.append(_cuts(found, "unix64", 256, _STEP_PAGES_FULL if full else _STEP_PAGES))
    if "unix32" in found:
        jobs.append(_cuts(found, "unix32", step=_STEP_32))
    return joined(play(jobs))


def scenarios(rows: list[Row]) -> dict[str, dict]:
    """{"audit log, bits flipped" and so on: {"points", and how often each kind was found}}."""
    told: dict[str, dict] = {}
    for row in rows:
        kinds = CUT if row.what == CUTS else CHANGED
        counts = told.setdefault(f"{NAME}, {row.what}", {"points": 0, **dict.fromkeys(kinds, 0)})
        counts["points"] += row.tried
        for finding in row.wrong:
            kind = _kind(finding)
            counts[kind] = counts.get(kind, 0) + 1
    return told


def joined(rows: list[Row]) -> list[Row]:
    """One row for each kind of fault on an interpreter, though several jobs played it."""
    told: dict[tuple[str, str], Row] = {}
    for row in rows:
        one = told.setdefault((row.what, row.on), Row(row.what, row.on))
        one.tried += row.tried
        one.wrong += row.wrong
    return list(told.values())


def _changes(part: int, every: int) -> Job:
    command = [sys.executable, "-m", "tools.faults.device", "audit_mutations"]
    arguments = {"part": part, "parts": _PARTS, "every": every}
    return Job(f"cpython changes {part}", command, arguments, _KINDS)


def _cuts(found: dict[str, str], on: str, progsize: int = 32, step: int = 1) -> Job:
    command = [found[on], "-X", "heapsize=4M", str(DEVICE), "audit_cuts"]
    arguments = {"progsize": progsize, "step": step, "lines": _LINES}
    return Job(f"{on} cuts {progsize}", command, arguments, _LINES)


def _kind(finding: str) -> str:
    kind = finding.partition(":")[0]
    return _CALLED.get(kind, kind)
