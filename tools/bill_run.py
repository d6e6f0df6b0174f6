"""`make bills`: sessions priced end to end, every bill verified and its receipt written; counts.

Exit status: 0 when every count is what it must be, 1 when one is not, 2 when the run cannot be.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table

from tools import ending, whole_file
from tools.bills import bill as bills
from tools.bills import command
from tools.bills.tariffs import Tariffs
from tools.receipt import forms
from tools.receipt.forms import FORMS, receipt_of
from tools.receipt.operator_file import Operator
from tools.records_file import RECORDS
from tools.verify import source, trail
from tools.verify.verdict import OWN

ROOT = Path(__file__).resolve().parents[1]


def count(out: Path, console: Console) -> dict[str, Any]:
    """Of the records in `out`, whose receipts come to `out`/receipts."""
    folder = out / "receipts"
    folder.mkdir(exist_ok=True)
    key = source.key(None, [str(out / RECORDS)])
    tariffs = Tariffs(out / RECORDS)
    messages = [m for m in source.read(str(out / RECORDS)) if isinstance(m, source.Message)]
    rows = [row for each in trail.follow(messages, key, OWN, tariffs) for row in each.rows]
    closing = [row for row in rows if row.message.kind == "session"]
    found = {"sessions": len(closing), "receipts": 0, "verified": 0, "recomputed_equal": 0}
    found["energy_equal"] = 0
    taken_back = forms.taken_back(rows)
    shown = track(closing, "receipts", console=console, disable=not console.is_terminal)
    for row in shown:
        bill = bills.of(row.message)
        back = taken_back.get((bill.device, bill.pagination))
        made = receipt_of(bill, row, tariffs, Operator(), key, back)
        for suffix, write in FORMS.values():
            command.write(write(made), folder / f"{made.number}.{suffix}", whole_file.OWNER)
        found["receipts"] += 1
        found["verified"] += made.good
        found["recomputed_equal"] += bool(row.price and row.price.proven)
        found["energy_equal"] += _billed_mwh(bill) == 1000 * bill.energy_wh
    return found


def _billed_mwh(bill: bills.Bill) -> int:
    """What the lines say of energy; the register's difference must be the same."""
    lines = bill.cost["lines"] if bill.cost and bill.is_priced else []
    return sum(line[2] for line in lines if line[1] == "E")


def main(
    out: Path = ROOT / "out",
    options: Annotated[list[str] | None, typer.Argument(help="as of tools.run")] = None,
) -> None:
    command = [sys.executable, "-m", "tools.run", "--out", str(out), *(options or [])]
    status = subprocess.run(command).returncode
    if status:
        sys.exit(status)
    console = Console()
    found = count(out, console)
    summary = json.loads((out / "summary.json").read_text())
    found["energy_of_the_meter"] = summary["energy_exact"]
    (out / "bills.json").write_text(json.dumps(found, indent=1) + "\n")
    table = Table(box=None, show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, number in found.items():
        table.add_row(name.replace("_", " "), f"{number:,}")
    console.print(table)
    print(f"receipts: {out}/receipts (text, HTML, PDF)")
    sys.exit(0 if set(found.values()) == {summary["sessions"]} else 1)


if __name__ == "__main__":
    ending.run_one(main, "bill_run")
