"""`python -m tools.fault_codes`: shows the catalogue of faults, and writes it into the README.

Exit status: 0 done, 1 there is no such code, 2 the command is not usable.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from tools.bills import command
from tools.bills.command import CommandFault
from tools.fault_codes import catalogue, readme
from tools.fault_codes.catalogue import CatalogueFault, Row

app = typer.Typer(add_completion=False, help=(__doc__ or "").partition("\n")[0])

_README = Path(__file__).resolve().parents[2] / "README.md"
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command()
def show(
    codes: Annotated[list[str] | None, typer.Argument(metavar="[CODE]...")] = None,
    as_json: AsJson = False,
) -> int:
    """Show what each code means and what to do; without one the whole catalogue."""
    rows = _rows()
    known = {row.code: row for row in rows}
    unknown = [code for code in codes or () if code not in known]
    if unknown:
        command.remark(f"there is no code {unknown[0]}; show without a code lists all")
        return 1
    shown = [known[code] for code in codes] if codes else rows
    if as_json:
        print(json.dumps({"faults": [{**asdict(row), "blinks": row.blinks} for row in shown]}))
    else:
        Console().print(_table(shown))
    return 0


@app.command()
def write(
    path: Annotated[Path, typer.Argument(metavar="README")] = _README,
    as_json: AsJson = False,
) -> int:
    """Write the catalogue between its two markers in a README."""
    rows = _rows()
    try:
        changed = readme.put(path, rows)
    except CatalogueFault as fault:
        raise CommandFault(str(fault)) from fault
    told = f"{path}: {len(rows)} faults, {'written' if changed else 'as they were'}"
    print(json.dumps({"faults": len(rows), "changed": changed}) if as_json else told)
    return 0


def _rows() -> list[Row]:
    try:
        return catalogue.rows()
    except CatalogueFault as fault:
        raise CommandFault(str(fault)) from fault


def _table(rows: list[Row]) -> Table:
    table = Table("blinks", "code", "class", "meaning and what to do")
    for row in rows:
        table.add_row(row.blinks, row.code, row.class_name, f"{row.meaning}\n{row.remedy}")
    return table


if __name__ == "__main__":
    command.run(app, "fault_codes")
