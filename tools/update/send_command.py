"""`tools.update send`: a package to one device or many, and what became of each; packs none."""

import asyncio
import json
import logging
import re
import signal
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table
from rich.text import Text

from tools import plain_secrets
from tools.bills import command
from tools.bills.command import CommandFault
from tools.broker_address import parse
from tools.broker_files import OPERATOR
from tools.command_key import CommandKey
from tools.command_options import Broker, Ca
from tools.update import package, rollout, sign_command, signing
from tools.update.package import Package
from tools.update.rollout import Plan, Row
from tools.verify import facts

_ID = re.compile(r"[0-9a-z]{1,16}")
_NOW = {"restarting": " restarts", "waiting": ": a session runs"}  # on its bar


def send(
    file: Path,
    command_key: Annotated[Path, typer.Option(help="The file of tools.command's `key new`.")],
    broker: Broker,
    device: Annotated[
        list[str] | None, typer.Option(help="A device's id; again for another.")
    ] = None,
    devices: Annotated[
        Path | None, typer.Option(help="A file with an id on each line, # before a remark.")
    ] = None,
    ca: Ca = None,
    silence: Annotated[float, typer.Option(min=1, help="Seconds without a word.")] = 120,
    busy: Annotated[
        float, typer.Option(min=0, help="Seconds that the end of a session is waited for.")
    ] = 1800,
    trial: Annotated[
        float, typer.Option(min=0, help="Seconds until it runs with it; 0: do not wait.")
    ] = 900,
    at_once: Annotated[int, typer.Option(min=1, max=200, help="Devices side by side.")] = 8,
    failures: Annotated[int, typer.Option(min=1, help="So many, then no other is begun.")] = 3,
    as_json: Annotated[
        bool, typer.Option("--json", help="A line of JSON for each device.")
    ] = False,
) -> int:
    """Send a package FILE to devices, which judge it and take it once no session runs."""
    raw = sign_command.read(file)
    found = package.read(raw, file)
    names = _names(device or [], devices)
    _check(file, raw, found, names)
    plan = Plan(
        raw, found, CommandKey(command_key), parse(broker, ca, OPERATOR), silence, busy, trial,
        at_once, failures,
    )  # fmt: skip
    if found.kind == "config":
        plain_secrets.remark("update", found.payload, plan.broker)
    return _rolled_out(plan, [Row(name) for name in names], as_json)


def _rolled_out(plan: Plan, rows: Sequence[Row], as_json: bool) -> int:
    """The exit status."""
    logging.getLogger("mqtt").disabled = True  # aiomqtt's: a lost connection is ours to tell
    before = signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        with _Bars(len(plan.raw), len(rows), as_json) as bars:
            asyncio.run(rollout.roll_out(plan, rows, bars.changed))
    finally:  # whoever ends us is told as well
        signal.signal(signal.SIGTERM, before)
        _tell(plan.package, rows, as_json)
    return rollout.exit_status(rows)


def _names(device: Sequence[str], file: Path | None) -> list[str]:
    """The devices' ids, each once. CommandFault."""
    found = list(device)
    if file:
        try:
            lines = file.read_text("utf-8-sig").splitlines()  # an editor's mark is no id
        except (OSError, UnicodeDecodeError) as fault:
            raise CommandFault(f"{file} cannot be read as text; name another") from fault
        found += [word for line in lines if (word := line.partition("#")[0].strip())]
    if not found:
        raise CommandFault("say to whom: --device ID, or --devices FILE with an id on each line")
    for name in found:
        if not _ID.fullmatch(name):
            raise CommandFault(f"{name} is no device id; `status` on the broker names it")
    return list(dict.fromkeys(found))


def _check(file: Path, raw: bytes, found: Package, names: Sequence[str]) -> None:
    """What no device would take is not sent. CommandFault."""
    if raw[package.SIGNED_BYTES : package.HEAD_BYTES] == signing.NONE:
        raise CommandFault(f"{file} is not signed yet; sign it with: sign {file} OUT --key FILE")
    others = [name for name in names if found.device not in ("", name)]
    if others:
        raise CommandFault(
            f"{file} is for {found.device} alone, not for {others[0]}; pack one with its --device"
        )


class _Bars:
    """On a terminal a bar for each device that is being sent to, and one of all of them; as JSON a
    line for each device as soon as it is known, for whoever ends us before the last."""

    def __init__(self, size: int, count: int, as_json: bool) -> None:
        self._size, self._count, self._as_json = size, count, as_json
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
        console = Console(stderr=True)
        quiet = as_json or not console.is_terminal
        self._bars = Progress(*columns, console=console, disable=quiet, transient=True)
        self._tasks: dict[str, TaskID] = {}
        self._done: set[str] = set()

    def __enter__(self) -> "_Bars":
        self._bars.start()
        self._all = self._bars.add_task("devices", total=self._count, visible=self._count > 1)
        return self

    def __exit__(self, *_: object) -> None:
        self._bars.stop()

    def changed(self, row: Row) -> None:
        if row.device not in self._tasks:
            self._tasks[row.device] = self._bars.add_task(row.device, total=self._size)
        self._bars.update(
            self._tasks[row.device],
            completed=self._size if row.result == "restarting" else row.sent_bytes,
            description=row.device + _NOW.get(row.result, ""),
            visible=row.result in rollout.OPEN,
        )
        if row.result in rollout.OPEN:
            return
        self._done.add(row.device)
        self._bars.update(self._all, completed=len(self._done))
        if self._as_json:
            _print_json(row)


def _print_json(row: Row) -> None:
    print(json.dumps(row.as_json, sort_keys=True), flush=True)


def _tell(found: Package, rows: Sequence[Row], as_json: bool) -> None:
    """At the end. As JSON all but those that were never begun are told already."""
    if as_json:
        for row in rows:
            if row.result in rollout.OPEN:
                _print_json(row)
    elif len(rows) == 1:
        _say(found, rows[0])
    else:
        _show(found, rows)


def _say(found: Package, row: Row) -> None:
    what = f"{found.kind} {package.dotted(found.version)}"
    if row.result == "confirmed":
        ends = "taken and confirmed" if found.kind == "firmware" else "taken, and in use"
        print(f"{what} {ends}")
    elif row.is_well:
        trial = "; it is on trial from its next start" if found.kind == "firmware" else ""
        print(f"{what} taken{trial}")
    elif row.result == "refused":
        print(facts.clean(f"refused: {row.reason}"))
    else:
        command.remark(f"update: {row.device}: {row.result}: {row.reason}")


def _show(found: Package, rows: Sequence[Row]) -> None:
    table = Table("device", "result", "", box=None)
    for row in rows:
        style = "green" if row.is_well else "red" if row.is_failure else "yellow"
        result = Text(facts.clean(row.result), style)
        table.add_row(row.device, result, Text(facts.clean(row.reason)))
    Console().print(table)
    well, left = sum(row.is_well for row in rows), sum(row.result == "not begun" for row in rows)
    stopped = f", {left} not begun" if left else ""
    print(
        f"{found.kind} {package.dotted(found.version)}: {well} of {len(rows)} devices are well"
        f"{stopped}"
    )
