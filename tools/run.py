"""`make run`: real sessions through meter, firmware and broker to a receiver; the command alone.

Exit code 0 when every session was delivered and verified, 1 when not, 2 with one sentence when
something it was given is wrong, 130 after Ctrl-C.
"""

import asyncio
import datetime
import json
import os
import shlex
import signal
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console

from tools import broker_address, ending, keys, pki, private_key, sessions, whole_file
from tools.broker import BrokerUnavailable
from tools.charge_run import ChargeRun, Plan
from tools.firmware_process import FirmwareFault, interpreter
from tools.records_file import FolderInUse
from tools.run_summary import SEALING_KEY, summary
from tools.run_view import summary_table, view
from tools.sim_meter import MODELS
from tools.sim_pulse import MODEL as S0
from tools.subscriber import NoBroker
from wattseal.core.settings import ConfigError
from wattseal.drivers import tariff_file

ROOT = Path(__file__).resolve().parents[1]
BUILD_DATE = datetime.date(2026, 11, 24)
_TARIFF = ROOT / "tools/tariffs/four_elements.json"
_NO_TARIFF = "none"
_STOPPED = 128 + signal.SIGINT


class RunFault(Exception):
    """Something the user gave is wrong; the argument is one sentence."""


_FAULTS = (
    RunFault, FirmwareFault, NoBroker, BrokerUnavailable, sessions.SessionsError,
    keys.KeyFileError, broker_address.BrokerAddressError, FolderInUse,
    pki.PkiError, private_key.PrivateKeyError,
)  # fmt: skip


async def play(plan: Plan, console: Console) -> dict:
    """Run the plan and show it; returns the summary. SIGTERM and a closed terminal stop it too."""
    task = asyncio.current_task()
    assert task is not None
    for sign in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(sign, task.cancel)
    run = ChargeRun(plan)
    with view(run, console) as on_change:
        await run.run(on_change)
    return summary(run)


def make_plan(
    file: Path, count: int | None, speed: int, meter: str, broker: str, ca: Path | None, out: Path,
    tariff: str = _NO_TARIFF, statistics: str = "off",
) -> Plan:  # fmt: skip
    """Check everything that can be checked before anything is started. One of _FAULTS."""
    if meter not in MODELS and meter != S0:
        raise RunFault(f"METER={meter} is not known; known: {', '.join([*sorted(MODELS), S0])}")
    if statistics not in ("on", "off"):
        raise RunFault(f"STATISTICS={statistics} is neither on nor off")
    if ca and not broker:
        raise RunFault(f"CA={ca} is of no broker; name it, too: BROKER=mqtts://host:port")
    address = broker_address.parse(broker, ca) if broker else None
    interpreter()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        raise RunFault(f"OUT={out} cannot be written: {fault.strerror}; name another") from fault
    played = sessions.load(file, count, BUILD_DATE)
    return Plan(
        played, speed, meter, address, out, _tariff(tariff), _sealing_key(out), statistics == "on"
    )


def _sealing_key(out: Path) -> str:
    """Of the back end of this folder's runs. PrivateKeyError."""
    path = out / SEALING_KEY
    if path.exists():
        return private_key.public(private_key.load(path, "python -m tools.privacy new-key"))
    return private_key.new(path)


def _tariff(name: str) -> bytes | None:
    """What the device will read, if it takes it. RunFault."""
    if name == _NO_TARIFF:
        return None
    path = Path(name)
    try:
        path.read_bytes()
    except (OSError, ValueError) as fault:
        why = getattr(fault, "strerror", None) or fault
        raise RunFault(f"TARIFF={name} cannot be read ({why}); name a file, or none") from fault
    try:
        tariff_file.load(str(path.parent), path.name)
        return path.read_bytes()
    except ConfigError as fault:
        sentence = str(fault).removeprefix("tariff: ")
    raise RunFault(f"TARIFF={sentence}")


def main(
    sessions_file: Annotated[Path, typer.Option("--sessions")] = sessions.DEFAULT,
    count: str = "",
    speed: str = "120",
    meter: str = "sdm630",
    broker: Annotated[str, typer.Option(help="host:port or mqtts://host:port")] = "",
    ca: Annotated[
        Path | None, typer.Option(help="CA certificate for mqtts://, or make broker's pki")
    ] = None,
    out: Path = ROOT / "out",
    tariff: Annotated[str, typer.Option(help="file of a tariff, or none")] = str(_TARIFF),
    statistics: Annotated[str, typer.Option(help="on: all drivers consent to them")] = "off",
) -> None:
    """Meter charging sessions end to end and verify every record."""
    console = Console()
    try:
        first = _whole("COUNT", count, 1, 1_000_000) if count else None
        factor = _whole("SPEED", speed, 1, 100_000)
        plan = make_plan(sessions_file, first, factor, meter, broker, ca, out, tariff, statistics)
        rows = asyncio.run(play(plan, console))
        whole_file.write(out / "summary.json", (json.dumps(rows, indent=1) + "\n").encode())
    except _FAULTS as fault:
        _end(str(fault), 2)
    except OSError as fault:
        where, why = fault.filename or out, fault.strerror or fault
        _end(f"{where} cannot be written: {why}; make room or name another OUT", 2)
    except (KeyboardInterrupt, asyncio.CancelledError):
        _end("stopped", _STOPPED)
    console.print(summary_table(rows))
    where = os.path.relpath(out) if out.is_relative_to(Path.cwd()) else out
    print(f"records and key: {where}/records.jsonl, {where}/public_key.hex")
    python, where = shlex.quote(os.path.relpath(sys.executable)), shlex.quote(str(where))
    if plan.tariff:
        print(f"receipts: {python} -m tools.receipt {where}/records.jsonl")
    if plan.statistics:
        print(f"report: {python} -m tools.report {where}/records.jsonl --out {where}/report.html")
    sys.exit(0 if rows["ok"] else 1)


def _whole(name: str, text: str, least: int, most: int) -> int:
    """RunFault for what is no whole number between the two."""
    if not text.isdecimal() or not least <= int(text) <= most:
        raise RunFault(f"{name}={text} is no whole number from {least} to {most:,}")
    return int(text)


def _end(sentence: str, code: int) -> NoReturn:
    print(f"run: {sentence}", file=sys.stderr)
    sys.exit(code)


if __name__ == "__main__":
    ending.run_one(main, "run")
