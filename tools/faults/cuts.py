"""Power cuts: the shipped assembly, cut at each flash operation (host_tests/support/power_cuts).

A point is an operation and a way to tear it. Each scenario is played on files and on the raw-flash
ring; `scenarios` gives what build/faults.json has of each.
"""

import json

import interpreters

from tools.faults import ROOT, audit_images
from tools.faults.play import DEVICE, Job
from tools.faults.section import FaultsFault, Play, Row

NAME = "power cuts, shipped assembly"
MUST = (
    "lost, altered, pg_reuse, unbootable, unclosed, begun, energy, time, forgotten, undelivered,"
    " gap, unpriced, corrected, told_twice, audit, audit_lost, key_found, key_lost"
)
SCENARIOS = (
    "checkpoint", "ack", "wrap", "stop", "start", "publish", "full", "configuration", "key",
    "boot", "provision", "lives", "prices",
)  # fmt: skip
# What else a device does: host_tests/support/cut_duties.py. Two connectors that charge at once,
# old records that are asked for again while others go, a clock that nobody has set, bills taken
# back by command, statistics on, a configuration that the firmware itself replaces.
DUTIES = ("two", "resend", "untimed", "corrected", "statistics", "replaced")
# With the audit log on, and on the ring with keys in slots: host_tests/support/cut_audit.py.
AUDITED = (
    ("audited", False), ("pruned", False), ("audited", True), ("pruned", True),
    ("crammed", True), ("erased", True), ("retained", True),
)  # fmt: skip
MEDIA = ("files", "ring")
TRIED = ("points", "pairs", "again_on_32_bits")
KINDS = ("lost", "altered", "pg_reuse", "unbootable")
KEPT = ("audit", "audit_lost", "key_found", "key_lost")
OPERATIONS = ROOT / "build/faults_operations.json"
_HEAP = "48M"
_LINES = 20  # of each job, so that a person sees it move
_STEP_32 = 17  # on 32 bits one point in so many: it is the interpreter that differs
# Of the rest so many points each, and with FULL=1: to keep the budget of minutes. All are odd, or
# no operation would be torn in all four ways (nor_flash.check_step).
_STEP_RING, _STEP_RING_FULL = 3, 1
_STEP_PAGES, _STEP_PAGES_FULL = 17, 5
_STEP_GARBAGE_FULL = 3
_STEP_FEW, _STEP_FEW_FULL = 5, 1  # of the scenes of DUTIES and AUDITED
# First cuts that are followed by a second one, at each operation of the boot: 130,000 pairs.
_STEP_AGAIN, _STEP_AGAIN_FULL = 997, 23


def run(full: bool, play: Play) -> list[Row]:
    found = {name: path for name, path, _ in interpreters.found()}
    if "unix64" not in found:
        raise FaultsFault("there is no 64-bit MicroPython; name one with MICROPYTHON=path")
    _list_operations(found, play)
    jobs = []
    for ring in (False, True):
        jobs += [job for name in SCENARIOS for job in _jobs(found, name, ring, full)]
        jobs += [job for name in DUTIES for job in _few(found, name, ring, full)]
    for name, ring in AUDITED:
        jobs += _few(found, name, ring, full, tell=True)
    return play(jobs)


def _few(found: dict, name: str, ring: bool, full: bool, tell: bool = False) -> list[Job]:
    """Of a scene whose boots take long. `tell`: the audit log is judged by tools.audit too."""
    step = _STEP_FEW_FULL if full else _STEP_FEW
    again = (_STEP_AGAIN_FULL if full else _STEP_AGAIN) * _STEP_FEW
    jobs = [_job(found, name, ring=ring, step=step, tell=tell)]
    jobs.append(_job(found, name, "again", ring, step=again, again=True, tell=tell))
    pages = step * (_STEP_PAGES_FULL if full else _STEP_PAGES)
    jobs.append(_job(found, name, "pages", ring, step=pages, progsize=256, tell=tell))
    if "unix32" in found:
        jobs.append(_job(found, name, ring=ring, on="unix32", step=step * _STEP_32, tell=tell))
    return jobs


def _jobs(found: dict, name: str, ring: bool, full: bool) -> list[Job]:
    each = (_STEP_RING_FULL if full else _STEP_RING) if ring else 1
    jobs = [_job(found, name, ring=ring, real=name == "key", step=each)]
    if "unix32" in found:
        jobs.append(_job(found, name, ring=ring, on="unix32", step=_STEP_32))
    pages, again = (_STEP_PAGES_FULL, _STEP_AGAIN_FULL) if full else (_STEP_PAGES, _STEP_AGAIN)
    jobs.append(_job(found, name, "pages", ring, step=pages, progsize=256))
    jobs.append(_job(found, name, "again", ring, step=again, again=True))
    if full:
        jobs.append(_job(found, name, "garbage", ring, step=_STEP_GARBAGE_FULL, garbage=True))
    return jobs


def scenarios(rows: list[Row]) -> dict[str, dict]:
    """{scenario and medium: {"points", "pairs", "again_on_32_bits", "lost", "altered", ...}}."""
    told: dict[str, dict] = {}
    for row in rows:
        name, medium, *how = row.what.split(", ")
        kinds = KINDS + KEPT if (name, medium == "ring") in AUDITED else KINDS
        counts = told.setdefault(name + ", " + medium, dict.fromkeys((*TRIED, *kinds), 0))
        counts[TRIED[2 if row.on == "unix32" else how == ["again"]]] += row.tried
        for finding in row.wrong:
            kind = finding.partition(":")[0]
            counts[kind] = counts.get(kind, 0) + 1
    return told


def _job(
    found: dict, scenario: str, how: str = "", ring: bool = False, on: str = "unix64", **arguments
) -> Job:
    what = ", ".join(filter(None, (scenario, MEDIA[ring], how)))
    command = [found[on], "-X", "heapsize=" + _HEAP, str(DEVICE), "cut_cases"]
    arguments = {"scenario": scenario, "what": what, "lines": _LINES, "ring": ring, **arguments}
    judge = audit_images.wrong if arguments.get("tell") else None
    return Job(f"{on} {what}", command, arguments, _LINES, judge=judge)


def _list_operations(found: dict, play: Play) -> None:
    """What is cut, one text for each operation, beside the counts."""
    command = [found["unix64"], "-X", "heapsize=" + _HEAP, str(DEVICE), "cut_operations"]
    names = (*SCENARIOS, *DUTIES)
    jobs = [
        Job("unix64 operations", command, {"scenarios": names, "ring": ring}, len(names))
        for ring in (False, True)
    ]
    told = {row.what: row.wrong for row in play(jobs)}
    OPERATIONS.parent.mkdir(exist_ok=True)
    OPERATIONS.write_text(json.dumps(told, indent=0) + "\n")
