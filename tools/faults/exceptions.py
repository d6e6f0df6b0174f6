"""Exceptions at each file or flash call, and at each source line, of the record path.

The scenarios are exception_points and line_points of host_tests/support.
"""

import tempfile
from pathlib import Path

import interpreters

from tools.faults import ROOT, marking
from tools.faults.play import DEVICE, Job
from tools.faults.section import FaultsFault, Play, Row, counted

NAME = "exceptions in the record path, shipped assembly"
MUST = (
    "lost, altered, pg_reuse, unbootable, unclosed, begun, energy, time, gap, unpriced, audit,"
    " cost"
)
KINDS = ("lost", "altered", "pg_reuse", "unbootable")
MEDIA = ("files", "ring")
_HEAP = "48M"
_FAULTS, _LINE_FAULTS, _CODE_FAULTS = 10, 4, 2  # as the two support modules have them
_AUDITS = ("on", "alone")  # with the audit log; and where nothing but it fails
_STEP_AUDIT, _STEP_AUDIT_RING = 5, 41  # FULL=1: each
_STEP_RING = 11  # many small calls; FULL=1: each
_STEP_32 = 8  # on 32 bits one point in so many: it is the interpreter that differs
_PER_LINE, _PER_LINE_FULL = 2, 12  # times at which a line fails, of those at which it is reached


def run(full: bool, play: Play) -> list[Row]:
    found = [(name, str(path)) for name, path, _ in interpreters.found()]
    if not found:
        raise FaultsFault("there is no MicroPython to run on; name one with MICROPYTHON=path")
    with tempfile.TemporaryDirectory() as folder:
        firmware = marking.copied(ROOT, Path(folder))
        jobs = []
        for ring in (False, True):
            jobs += [_at_calls(name, path, ring, full) for name, path in found]
            jobs += [_at_lines(name, path, ring, firmware, full) for name, path in found]
        jobs += [_at_lines(*one, False, firmware, full, priced=True) for one in found]
        jobs += [_at_lines(*one, False, firmware, full, audit=True) for one in found]
        jobs += [
            _audited(*found[0], audit, ring, full) for audit in _AUDITS for ring in (False, True)
        ]
        # The lines of the key file, which signs for these in earnest: on the quickest alone.
        jobs.append(_at_lines(*found[0], False, firmware, full, real=True, only="key_file"))
        return play(jobs)


def scenarios(rows: list[Row]) -> dict[str, dict]:
    """{"EIO at lines, ring" and so on: {"points", "lost", ...}}, over all interpreters."""
    return counted(rows, KINDS)


def _at_calls(name: str, path: str, ring: bool, full: bool) -> Job:
    step = _STEP_RING if ring and not full else 1
    if name == "unix32":
        step *= _STEP_32
    return _job(name, path, "exception_points", _FAULTS, ring, step=step)


def _audited(name: str, path: str, audit: str, ring: bool, full: bool) -> Job:
    step = _STEP_AUDIT_RING if ring and audit == "on" else _STEP_AUDIT
    step = 1 if full else step
    return _job(name, path, "exception_points", _FAULTS, ring, step=step, audit=audit)


def _at_lines(
    name: str, path: str, ring: bool, firmware: Path, full: bool, step: int = 1, **options
) -> Job:  # fmt: skip
    if name == "unix32":
        step *= _STEP_32
    options = {"per_line": _PER_LINE_FULL if full else _PER_LINE, "step": step, **options}
    lines = _CODE_FAULTS if options.get("priced") else _LINE_FAULTS
    return _job(name, path, "line_points", lines, ring, firmware, **options)


def _job(
    name: str, path: str, module: str, lines: int, ring: bool, firmware: Path | None = None,
    **options,
) -> Job:  # fmt: skip
    command = [path, "-X", "heapsize=" + _HEAP, str(DEVICE), module]
    on = f"{name} {module} {_what(ring, options)}"
    return Job(on, command, {"ring": ring, **options}, lines, firmware)


def _what(ring: bool, options: dict) -> str:
    if options.get("priced"):
        return "a tariff"
    if options.get("audit"):
        return f"{MEDIA[ring]}, audit log {options['audit']}"
    return "real key" if options.get("real") else MEDIA[ring]
