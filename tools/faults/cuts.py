"""Power cuts: the shipped assembly, cut at each flash operation (host_tests/support/power_cuts).

A point is an operation and a way to tear it. `scenarios` gives what build/faults.json has of each.
"""

import json

import interpreters

from tools.faults import ROOT
from tools.faults.play import DEVICE, Job, play
from tools.faults.section import FaultsFault, Row, Tell

NAME = "power cuts, shipped assembly"
MUST = "lost, altered, pg_reuse, unbootable, unclosed, energy, forgotten, undelivered, gap"
SCENARIOS = (
    "checkpoint", "ack", "wrap", "stop", "start", "publish", "full", "configuration", "key",
    "boot", "provision",
)  # fmt: skip
TRIED = ("points", "pairs", "again_on_32_bits")
KINDS = ("lost", "altered", "pg_reuse", "unbootable")
OPERATIONS = ROOT / "build/faults_operations.json"
_HEAP = "32M"
_LINES = 20  # of each job, so that a person sees it move
_STEP_32 = 16  # on 32 bits one point in so many: it is the interpreter that differs
_STEP_PAGES = 16
_STEP_AGAIN = 23  # first cuts that are followed by a second one, at each operation


def run(full: bool, tell: Tell) -> list[Row]:
    found = {name: path for name, path, _ in interpreters.found()}
    if "unix64" not in found:
        raise FaultsFault("there is no 64-bit MicroPython; name one with MICROPYTHON=path")
    jobs = [_job(found, "unix64", name, real=name == "key") for name in SCENARIOS]
    if "unix32" in found:
        jobs += [_job(found, "unix32", name, step=_STEP_32) for name in SCENARIOS]
    step = 1 if full else _STEP_PAGES
    jobs += [_job(found, "unix64", name, "pages", step=step, progsize=256) for name in SCENARIOS]
    if full:
        jobs += [_job(found, "unix64", name, "garbage", garbage=True) for name in SCENARIOS]
        jobs += [
            _job(found, "unix64", name, "again", step=_STEP_AGAIN, again=True)
            for name in SCENARIOS
        ]
    _list_operations(found)
    return play(jobs, tell)


def scenarios(rows: list[Row]) -> dict[str, dict]:
    """{scenario: {"points", "pairs", "again_on_32_bits", "lost", "altered", ...}}."""
    told: dict[str, dict] = {}
    for row in rows:
        name, _, how = row.what.partition(", ")
        counts = told.setdefault(name, dict.fromkeys((*TRIED, *KINDS), 0))
        counts[TRIED[2 if row.on == "unix32" else how == "again"]] += row.tried
        for finding in row.wrong:
            kind = finding.partition(":")[0]
            counts[kind] = counts.get(kind, 0) + 1
    return told


def _job(found: dict, on: str, scenario: str, how: str = "", **arguments) -> Job:
    what = f"{scenario}, {how}" if how else scenario
    command = [found[on], "-X", "heapsize=" + _HEAP, str(DEVICE), "cut_cases"]
    arguments = {"scenario": scenario, "what": what, "lines": _LINES, **arguments}
    return Job(f"{on} {what}", command, arguments, _LINES)


def _list_operations(found: dict) -> None:
    """What is cut, one text for each operation, beside the counts."""
    command = [found["unix64"], "-X", "heapsize=" + _HEAP, str(DEVICE), "cut_operations"]
    job = Job("unix64 operations", command, {"scenarios": SCENARIOS}, len(SCENARIOS))
    told = {row.what: row.wrong for row in play([job], lambda of, done, total: None)}
    OPERATIONS.parent.mkdir(exist_ok=True)
    OPERATIONS.write_text(json.dumps(told, indent=0) + "\n")
