"""`python -m tools.report RECORDS --out FILE`: what `load` and `stat` say, on one page.

Exit status: 0 done, 2 the command is not usable, or fewer than five stays are in the messages.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tools.bills import command, tariffs
from tools.bills.command import CommandFault
from tools.report import figures, page, savings, streams
from tools.report.page import Report
from tools.report.streams import Cell, Streams
from wattseal.core.histogram import K
from wattseal.core.pricing import zone_rule
from wattseal.core.pricing.tariff import Tariff
from wattseal.core.pricing.zone import Zone
from wattseal.core.pricing.zone_rule import ZoneError

app = typer.Typer(add_completion=False)


@app.command()
def report(
    records: Annotated[Path, typer.Argument(metavar="RECORDS", help="records.jsonl.")],
    out: Annotated[Path | None, typer.Option(help="A file, instead of standard output.")] = None,
    tariff: Annotated[
        list[Path] | None,
        typer.Option(help="Today's tariff, also for local time; again for others to compare."),
    ] = None,
    zone: Annotated[
        str | None, typer.Option(help="Local time as a POSIX rule, such as CET-1CEST,M3.5.0,...")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> int:
    """Load curve, charging hours, peaks, utilisation, idle share and savings of a site."""
    known = [tariffs.load(path) for path in tariff or []]
    rule, where = _zone(zone, known)
    made = _made(streams.read(records), known, where, rule)
    content = json.dumps(_values(made)) + "\n" if as_json else page.page(made)
    command.write(content, out)
    return 0


def _zone(rule: str | None, known: list[Tariff]) -> tuple[str, Zone]:
    if rule is None:
        return (
            (known[0].values["tz"], known[0].zone) if known else ("UTC0", zone_rule.read("UTC0"))
        )
    try:
        return rule, zone_rule.read(rule)
    except ZoneError as fault:
        raise CommandFault(f"--zone {rule} is no POSIX rule: {fault}") from fault


def _made(found: Streams, known: list[Tariff], where: Zone, rule: str) -> Report:
    months = _months(found)
    if not found.buckets:
        return Report(None, months, None, [], rule, found.ignored)
    rows = figures.placed(found.buckets, where)
    made = figures.make(rows)
    prices = [savings.priced(rows, made.days, each) for each in known]
    return Report(made, months, savings.idle(made), prices, rule, found.ignored)


def _months(found: Streams) -> list[tuple[str, list[Cell]]]:
    """Of several devices each has its own: cells of two are not added, as their hours differ."""
    several = len({device for device, _ in found.months}) > 1
    rows = sorted(found.months.items(), key=lambda row: (row[0][1], row[0][0]))
    return [(f"{month}, {device}" if several else month, cells) for (device, month), cells in rows]


def _values(made: Report) -> dict:
    values = asdict(made)
    if made.figures:
        values["figures"] |= {
            "k": K, "refused": made.figures.refused, "utilisation": made.figures.utilisation,
            "idle_share": made.figures.idle_share,
        }  # fmt: skip
    values["months"] = [
        {"month": name, "cells": [asdict(cell) for cell in cells if cell.count >= K]}
        for name, cells in made.months
    ]
    return values


def main() -> None:
    command.run(app, "report")


if __name__ == "__main__":
    main()
