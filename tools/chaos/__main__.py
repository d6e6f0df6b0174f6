"""`make chaos`: kills a device and its broker again and again, counts what is lost.

Once as shipped, where the receiver acknowledges, and once with `ack: broker`. Prints a table and
writes build/chaos.json. Exit code 1 when something was lost that must not be, 2 with one sentence
when it cannot be played.
"""

import asyncio
import json
import sys
import tempfile
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tools import ending
from tools.broker_files import BrokerFault
from tools.chaos.run import Chaos, Plan
from tools.firmware_process import FirmwareFault
from tools.subscriber import NoBroker

REPORT = Path(__file__).resolve().parents[2] / "build/chaos.json"
_ACKS = ("receiver", "broker")
_KILLS_A_SECOND = (14 / 40, 8 / 40)  # of the device, of the broker


def plan_of(seconds: int, ack: str) -> Plan:
    """As often killed in each second as the 40 s that were measured first."""
    device, broker = (max(1, round(rate * seconds)) for rate in _KILLS_A_SECOND)
    return Plan(seconds, device, broker, ack)


def play(plan: Plan, console: Console) -> dict:
    """BrokerFault, FirmwareFault, NoBroker."""
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with tempfile.TemporaryDirectory(prefix="wattseal-chaos-") as folder, Progress(
        *columns, console=console
    ) as progress:
        bar = progress.add_task(f"ack: {plan.ack}", total=plan.seconds)

        def tell(elapsed_s: float, chaos: Chaos) -> None:
            counts = f"{len(chaos.victim.appended)} made, {len(chaos.receiver.records)} received"
            kills = f"killed {chaos.device_kills} + {chaos.broker_kills}"
            said = f"ack: {plan.ack}  {counts}, {kills}"
            progress.update(bar, completed=elapsed_s, description=said)

        chaos = Chaos(plan, Path(folder))
        asyncio.run(chaos.run(tell))
        return chaos.outcome()


def table(found: list[dict]) -> Table:
    shown = Table(box=None, padding=(0, 2, 0, 0))
    shown.add_column("")
    for rows in found:
        shown.add_column(f"ack: {rows['ack']}", justify="right")
    for name in list(found[0])[1:]:
        shown.add_row(name.replace("_", " "), *(str(rows[name]) for rows in found))
    return shown


def main(
    seconds: Annotated[int, typer.Option(min=4, max=3600)] = 40,
    ack: Annotated[str, typer.Option(help="receiver, broker or both")] = "both",
    report: Annotated[Path, typer.Option(help="where the counts go, as JSON")] = REPORT,
) -> None:
    """Kill device and broker, and count the records that are lost."""
    console = Console()
    if ack not in (*_ACKS, "both"):
        _end(f"--ack {ack} is not known; name receiver, broker or both")
    try:
        found = [play(plan_of(seconds, one), console) for one in _ACKS if ack in (one, "both")]
    except (BrokerFault, FirmwareFault, NoBroker) as fault:
        _end(str(fault))
    report.parent.mkdir(parents=True, exist_ok=True)
    report.write_text(json.dumps(found, indent=1) + "\n")
    console.print(table(found))
    sys.exit(0 if all(rows["ok"] for rows in found) else 1)


def _end(sentence: str) -> NoReturn:
    print(f"chaos: {sentence}", file=sys.stderr)
    sys.exit(2)


if __name__ == "__main__":
    ending.run_one(main, "chaos")
