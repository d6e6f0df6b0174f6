"""`make faults`: plays every section, prints a table, writes build/faults.json, judges by counts.

To add a section, add its module to SECTIONS. Exit status 1 when something is not 0 that must be,
2 when a section could not be run.
"""

import json
import os
import sys
import time
from pathlib import Path

import interpreters
import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TaskID, TimeElapsedColumn
from rich.table import Table

from tools import ending
from tools.faults import (
    ROOT,
    audit,
    cuts,
    damage,
    exceptions,
    frames,
    heap,
    mqtt,
    orders,
    prices,
    pulses,
    registers,
    streams,
    terminal,
    updates,
)
from tools.faults.memory import Memory, digest_of
from tools.faults.play import play as played
from tools.faults.section import FaultsFault, Row, Section

SECTIONS: tuple[Section, ...] = (
    frames,
    streams,
    registers,
    pulses,
    mqtt,
    cuts,
    orders,
    prices,
    audit,
    damage,
    exceptions,
    heap,
    terminal,
    updates,
)
REPORT = ROOT / "build/faults.json"
KNOWN = ROOT / "build/faults_known"  # by a run that was cut short
# What a job runs, beside the interpreters.
_RUN = (
    "firmware",
    "host_tests/cpython",
    "host_tests/support",
    "host_tests/vectors",
    "build/lib",
    "build/comb",
    "build/native",
    "tools/faults",
    "tools/audit",
)
_SHOWN = 5  # examples of what was wrong, of each row


class Bars:
    """A progress bar for each job of a section."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def tell(self, of: str, done: int, total: int) -> None:
        if of not in self._tasks:
            self._tasks[of] = self._progress.add_task(of, total=total)
        self._progress.update(self._tasks[of], completed=done)


def play(section: Section, full: bool, console: Console, memory: Memory) -> list[Row]:
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        bars = Bars(progress)
        return section.run(full, lambda jobs: played(jobs, bars.tell, memory))


def table(section: Section, rows: list[Row]) -> Table:
    """A line for each fault, a column for each interpreter; its counts where all is well."""
    names = list(dict.fromkeys(row.on for row in rows))
    grid = Table(section.NAME, *names, "wrong", box=None)
    for column in grid.columns[1:]:
        column.justify = "right"
    for what in dict.fromkeys(row.what for row in rows):
        mine = {row.on: row for row in rows if row.what == what}
        tried = [f"{mine[name].tried:,}" if name in mine else "" for name in names]
        grid.add_row(what, *tried, str(sum(len(row.wrong) for row in mine.values())))
    return grid


def report(found: dict[str, list[Row]], took_s: dict[str, float], path: Path) -> None:
    """{section: {"must_be_0": text, "s": time, "rows": [{"what", "on", "tried", "wrong",
    "examples"}]}}, and beside them what `scenarios` of some sections tell."""
    told = {
        section.NAME: {
            "must_be_0": section.MUST,
            "s": round(took_s[section.NAME], 1),
            "rows": [_told(row) for row in found[section.NAME]],
        }
        for section in SECTIONS
        if section.NAME in found
    }
    for section in (audit, cuts, damage, exceptions, heap):
        told |= section.scenarios(found.get(section.NAME, []))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(told, indent=1) + "\n")


def _told(row: Row) -> dict:
    counts = {"what": row.what, "on": row.on, "tried": row.tried, "wrong": len(row.wrong)}
    return {**counts, "examples": row.wrong[:_SHOWN]}


def findings(found: dict[str, list[Row]]) -> list[str]:
    """A sentence for each row that is not as it must be."""
    sentences = []
    for name, rows in found.items():
        for row in rows or [Row("all of it", "any interpreter")]:
            if row.wrong:
                of = f"{len(row.wrong)} of {row.tried}"
                said = f"{of} wrong: {row.wrong[0]}"
            elif not row.tried:
                said = "nothing was tried"
            else:
                continue
            sentences.append(f"{name}, {row.what} on {row.on}: {said}")
    return sentences


def _digest() -> str:
    found = [Path(path) for _, path, _ in interpreters.found() if path]
    umqtt = os.environ.get("WATTSEAL_UMQTT")
    others = [Path(umqtt)] if umqtt else []
    return digest_of([*(ROOT / place for place in _RUN), *found, *others])


def main(full: bool = False) -> None:
    """Play all sections; a run that was cut short goes on where it was."""
    console = Console()
    memory = Memory(KNOWN, _digest())
    found: dict[str, list[Row]] = {}
    took_s: dict[str, float] = {}
    try:
        for section in SECTIONS:
            start = time.monotonic()
            found[section.NAME] = play(section, full, console, memory)
            took_s[section.NAME] = time.monotonic() - start
            console.print(table(section, found[section.NAME]))
            told = f" must be 0: {section.MUST} ({took_s[section.NAME]:.0f} s)\n"
            console.print(told, highlight=False, soft_wrap=True)
    except FaultsFault as fault:
        print(f"faults: {fault}", file=sys.stderr)
        raise typer.Exit(2) from fault
    report(found, took_s, REPORT)
    memory.forget()
    wrong = findings(found)
    for sentence in wrong:
        print(f"faults: {sentence}", file=sys.stderr)
    raise typer.Exit(1 if wrong else 0)


if __name__ == "__main__":
    ending.run_one(main, "faults")
