"""Measures what the project promises; prints a table and writes build/bench.json, no more.

A bench is a module with `run() -> Outcome`; to add one, add it to BENCHES. Exit status 1 when a
promise was missed, 2 when a bench could not run: what was measured before it is kept.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tools import (
    bench_board,
    bench_meters,
    bench_mqtt,
    bench_pricing,
    bench_sealing,
    bench_sign,
    bench_start,
    bench_tls,
)
from tools.bench_figures import BenchFault, Figure, Outcome

BENCHES = (
    bench_sign, bench_sealing, bench_pricing, bench_start, bench_meters, bench_mqtt, bench_tls,
    bench_board,
)  # fmt: skip
_WIDTH = 140  # of a file or a pipe, which has none of its own
REPORT = Path(__file__).resolve().parents[1] / "build/bench.json"


def run_all(benches: tuple, every: Outcome, tell: Callable[[str], None]) -> None:
    """Add the outcomes of all benches to `every`; `tell` which one runs. BenchFault."""
    for number, bench in enumerate(benches, 1):
        tell(f"{number} of {len(benches)}: {(bench.__doc__ or '').splitlines()[0]}")
        outcome = bench.run()
        every.figures.update(outcome.figures)
        every.missed += outcome.missed


def write(figures: dict[str, Figure], path: Path) -> None:
    """{name: {"value": number, "unit": text, "vs": text or null, "ratio": number or null}}."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = {name: asdict(figure) for name, figure in figures.items()}
    path.write_text(json.dumps(rows, indent=1) + "\n")


def table(figures: dict[str, Figure]) -> Table:
    grid = Table("bench", "value", "unit", "against", "ratio", box=None)
    grid.columns[0].no_wrap = True  # what a person searches for
    for column in (1, 4):
        grid.columns[column].justify = "right"
    for name, figure in figures.items():
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        grid.add_row(name, f"{figure.value:g}", figure.unit, figure.vs or "", ratio)
    return grid


def main() -> int:
    every, faults = Outcome(), list[str]()
    with Console(stderr=True).status("") as status:  # seen on a terminal alone
        try:
            run_all(BENCHES, every, status.update)
        except BenchFault as fault:
            faults.append(str(fault))
    if every.figures:
        write(every.figures, REPORT)
        console = Console()
        if not console.is_terminal:
            console.width = _WIDTH
        console.print(table(every.figures))
    for sentence in every.missed + faults:
        print(f"bench: {sentence}", file=sys.stderr)
    return 2 if faults else 1 if every.missed else 0


if __name__ == "__main__":
    sys.exit(main())
