"""Plays `cases` of host_tests/support on interpreters, two at a time; judges none of them."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING

import interpreters

from tools.faults import ROOT
from tools.faults.section import FaultsFault, Row, Tell

if TYPE_CHECKING:
    from tools.faults.memory import Memory

DEVICE = ROOT / "tools/faults/device.py"
FORKED = ROOT / "tools/faults/forked.py"
_CPYTHON = ("firmware", "host_tests/cpython", "host_tests/support", "build/comb")
_AT_ONCE = 2
_LONGEST_S = 5400  # of one job, with FULL: an interpreter that hangs must not hang them all


@dataclass(frozen=True)
class Job:
    """`command` is told `arguments` and prints `lines` lines of [what, tried, [what was wrong]].

    `on`: the interpreter's name, and what else tells jobs apart for a person. `firmware`: a folder
    to run in place of the tree's own. `judge`: what is wrong by a line that begins with a brace,
    and counts for the next one.
    """

    on: str
    command: list[str]
    arguments: dict
    lines: int
    firmware: Path | None = None
    judge: Callable[[str], list[str]] | None = None


def everywhere(module: str, arguments: dict, lines: int) -> list[Job]:
    """A module's cases on CPython and on each MicroPython that is there. FaultsFault: none is."""
    found = interpreters.found()
    if not found:
        raise FaultsFault("there is no MicroPython to run on; name one with MICROPYTHON=path")
    jobs = [
        Job(name, [str(path), "-X", "heapsize=" + heap, str(DEVICE), module], arguments, lines)
        for name, path, heap in found
    ]
    return [on_cpython(DEVICE, [module], arguments, lines), *jobs]


def on_cpython(script: Path, words: list[str], arguments: dict, lines: int, of: str = "") -> Job:
    name = f"cpython {of}".strip()
    return Job(name, [sys.executable, str(script), *words], arguments, lines)


def play(jobs: list[Job], tell: Tell, memory: "Memory | None" = None) -> list[Row]:
    """The rows of all jobs, in their order, and `memory`'s where it knows them.

    FaultsFault when one does not come to its end.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = list(pool.map(lambda job: _known_or_played(job, tell, memory), jobs))
    return [row for rows in found for row in rows]


def _known_or_played(job: Job, tell: Tell, memory: "Memory | None") -> list[Row]:
    if memory is None:
        return _play(job, tell)
    rows = memory.recall(job)
    if rows is None:
        rows = _play(job, tell)
        memory.keep(job, rows)
    else:
        tell(f"{job.on} (known)", job.lines, job.lines)
    return rows


def _play(job: Job, tell: Tell) -> list[Row]:
    rows: dict[str, Row] = {}
    done, judged = 0, list[str]()
    with tempfile.TemporaryFile("w+") as errors, _started(job, errors) as process:
        assert process.stdout  # a pipe
        ender = Timer(_LONGEST_S, process.kill)
        ender.daemon = True
        ender.start()
        for line in process.stdout:
            if job.judge and line.startswith("{"):
                judged += job.judge(line)
            if not line.startswith("["):
                continue  # MicroPython itself, of a file that its collector could not close
            what, tried, wrong = json.loads(line)
            row = rows.setdefault(what, Row(what, job.on.split()[0]))
            row.tried += tried
            row.wrong += wrong + judged
            done, judged = done + 1, []
            tell(job.on, done, job.lines)
        code = process.wait()
        ender.cancel()
        errors.seek(0)
        said = errors.read().strip().splitlines()
    if code or done != job.lines:
        why = said[-1] if said else f"{done} of {job.lines} lines"
        raise FaultsFault(f"{job.command[-1]} on {job.on} did not come to its end: {why}")
    return list(rows.values())


def _started(job: Job, errors) -> subprocess.Popen:
    path = ":".join(str(ROOT / place) for place in _CPYTHON)
    found = interpreters.micropypath()
    if job.firmware:
        found = f"{job.firmware}:{found}"
    environment = dict(os.environ, PYTHONPATH=path, MICROPYPATH=found)
    with tempfile.TemporaryFile("w+") as asked:  # a job that ends early breaks no pipe
        asked.write(json.dumps(job.arguments) + "\n")
        asked.seek(0)
        return subprocess.Popen(
            job.command, cwd=ROOT, env=environment, text=True,
            stdin=asked, stdout=subprocess.PIPE, stderr=errors,
        )  # fmt: skip
