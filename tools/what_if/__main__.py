"""`python -m tools.what_if RECORDS --tariff FILE`: past sessions under other tariffs.

Exit status: 0 all records count, 1 one was left out and is named, 2 the command is not usable.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from tools.bills import command, judged, tariffs
from tools.bills.command import CommandFault
from tools.what_if import comparison, report
from tools.what_if.comparison import Comparison, Sessions

app = typer.Typer(add_completion=False)


@app.command()
def what_if(
    records: Annotated[list[str], typer.Argument(metavar="RECORDS...", help="records.jsonl.")],
    tariff: Annotated[list[Path], typer.Option(help="Another tariff; may be given again.")],
    own: Annotated[
        list[Path] | None,
        typer.Option(help="A tariff of the records, beside those in tariffs/ of RECORDS."),
    ] = None,
    most: Annotated[
        int, typer.Option(min=1, help="So many sessions are shown, those that change most.")
    ] = 20,
    key: Annotated[
        str | None,
        typer.Option(help="Public key in hex, or its file; else public_key.hex beside each."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for a program.")] = False,
) -> int:
    """Price past sessions again under other tariffs, with hints on what would have cost less."""
    others = [tariffs.load(path) for path in tariff]
    found = judged.read(records, key, own or [])
    sessions = comparison.sessions(found)
    made = [comparison.compare(sessions.signed, each) for each in others]
    if as_json:
        print(json.dumps(report.values(sessions, made, found.refused)))
        return 0 if found.ok else 1
    for record, why in found.refused:
        command.remark(f"what_if: {record} left out: {why}")
    if not sessions.signed:
        raise CommandFault("no verified session with a price; there is nothing to compare")
    _show(sessions, made, most)
    return 0 if found.ok else 1


def _show(sessions: Sessions, made: list[Comparison], most: int) -> None:
    console = report.console()
    blocks = "utf" in (sys.stdout.encoding or "").lower()
    for part in report.signed_part(sessions):
        console.print(part)
    for each in made:
        for part in report.comparison_part(each, most, blocks):
            console.print(part)


def main() -> None:
    command.run(app, "what_if")


if __name__ == "__main__":
    main()
