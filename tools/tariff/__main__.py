"""`python -m tools.tariff lint|explain|simulate|from-ocpi FILE`: a tariff before it prices.

Exit status: 0 accepted and shown, 1 the firmware refuses a file, 2 the command is not usable.
"""

import datetime
import sys
from pathlib import Path
from typing import Annotated

import typer

from tools import ending
from tools.bills.tariffs import canonical
from tools.tariff import asked, page
from tools.tariff import explain as explaining
from tools.tariff import lint as linting
from tools.tariff import simulate as simulating
from tools.tariff import take_over as taking_over
from tools.tariff.judge import TariffFault, TariffRefused, taken

app = typer.Typer(add_completion=False, no_args_is_help=False)
File = Annotated[Path, typer.Argument(metavar="FILE", help="A tariff, as the device has it.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


@app.command()
def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Tariffs.")],
    as_json: Json = False,
    form: Annotated[
        bool, typer.Option("--canonical", help="Write the canonical form, which the hash is of.")
    ] = False,
) -> int:
    """Say why the firmware refuses a tariff, and what in one is likely not meant."""
    if form and (as_json or len(files) > 1):
        raise TariffFault("--canonical is of one FILE, and without --json; leave the rest out")
    if form:
        sys.stdout.write(canonical(taken(files[0])).decode())
        return 0
    return linting.run(files, page.console(), as_json)


@app.command()
def explain(
    file: File,
    at: Annotated[
        str, typer.Option(metavar="DATE", help="A day of the week to show: 2026-12-01.")
    ] = "",
    as_json: Json = False,
) -> int:
    """Show what drivers and operators read: price list, week table, changes of the clock."""
    return explaining.run(file, _day(at), page.console(), as_json)


def _day(text: str) -> datetime.date:
    if not text:
        return datetime.date.today()
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise TariffFault(f"--at {text} is no date; write it as 2026-12-01") from None
    if not 1971 <= day.year <= 2200:
        raise TariffFault(f"--at {text} is too far away; name a date from 1971 to 2200")
    return day


@app.command()
def simulate(
    file: File,
    start: Annotated[
        str, typer.Option(metavar="TIME", help='Local time at the charger: "2026-12-01 18:00".')
    ],
    kwh: Annotated[str, typer.Option(metavar="KWH", help="Energy that the car takes.")],
    power: Annotated[int, typer.Option(metavar="W", help="Power until it is full.")] = 11000,
    stay: Annotated[str, typer.Option(metavar="TIME", help="Plugged in for: 5h.")] = "",
    idle: Annotated[str, typer.Option(metavar="TIME", help="Or full for: 1h 30min.")] = "",
    idle_after: Annotated[
        str, typer.Option(metavar="TIME", help="Until the device takes it for full.")
    ] = "5min",
    second: Annotated[
        bool, typer.Option("--second", help="The second of two equal local times.")
    ] = False,
    as_json: Json = False,
) -> int:
    """Price a session that could be: its bill, and when which price held."""
    tariff = taken(file)
    start_s, note = asked.start(tariff.zone, start, second)
    plan = asked.plan(start_s, kwh, power, stay, idle, idle_after)
    return simulating.run(tariff, plan, note, page.console(), as_json)


@app.command("from-ocpi")
def from_ocpi(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An OCPI Tariff, or a list.")],
    zone: Annotated[
        str, typer.Option(metavar="ZONE", help="The chargers' time zone, such as Europe/Berlin.")
    ],
    wanted: Annotated[str, typer.Option("--id", help="Which one of several.")] = "",
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to; else it is printed.")
    ] = None,
) -> int:
    """Make a tariff of an OCPI 2.2.1 Tariff object: exact, or refused with the place."""
    return taking_over.run(file, zone, wanted, out)


def main() -> None:
    ending.run(app, "tariff", (TariffFault,), (TariffRefused,))


if __name__ == "__main__":
    main()
