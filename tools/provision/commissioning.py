"""One commissioning from the first step to the report; how a port is reached is its caller's."""

import contextlib
import datetime
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from tools import device_certificates, ending
from tools.provision import (
    checks,
    console_checks,
    files,
    kept,
    meters,
    network,
    on_device,
    out_folder,
    page,
    public_keys,
    setup,
)
from tools.provision.answers import Answers
from tools.provision.device import Device, DeviceKey, ProvisionFault
from tools.provision.meters import Meters


@dataclass(frozen=True)
class Place:
    """Where the device is. `start`: lets the firmware run there; `tree`: SHA-256 of ours, or
    that the image holds it."""

    port: str
    board: str
    tree: str
    broker: str
    start: Callable[[Device], None]
    time_server: str = ""


def commission(place: Place, device: Device, answers: Answers, out: Path, say: Console) -> dict:
    """The report, as JSON has it. ProvisionFault."""
    about = files.about(device, answers, say)
    _step(say, 1, f"firmware {about['version']} on MicroPython {about['micropython']}")
    if about["config"] and answers.of("replace") != "yes":
        raise ProvisionFault(
            "the device has a configuration, and it stays; nothing was changed (replace = true "
            "makes a new one)"
        )
    key = _key(device, about["key"], say)
    facts = page.Facts(key.device, key.fingerprint, _now(), [])
    say.print(f"   device {key.device}\n   fingerprint {key.fingerprint}", highlight=False)
    if answers.by_person:
        page.qr(facts).terminal(compact=True)
    found = meters.find(device, answers, say, meters.places(place.board))
    stays = _kept(device, found, say) if about["config"] else kept.Kept()
    address, config, held = _configure(place, device, answers, key, found, stays)
    tariff = held.get(setup.TARIFF, b"")
    _step(say, 4, "configuration and files are on the device; it starts")
    if told := network.advice(place.board, config):
        say.print(f"   {told}", style="red", highlight=False)
    listener = checks.Listener(address, key.device)
    watching = "watching it at its console and at the broker; up to a minute and a half"
    with contextlib.closing(listener), say.status(watching):
        listener.hears()
        place.start(device)
        facts.checks = console_checks.rows(
            place.port, key, [row["id"] for row in found.connectors], network.is_own(place.board)
        )
        facts.checks += checks.broker_rows(listener, key, bool(tariff))
    facts.rows = _rows(place, about, address.shown, config, tariff)
    facts.rows += _certificate(held, config["broker"], say)
    facts.meters = meters.told(found)
    _show(say, facts)
    return out_folder.write(facts, key, out, say)


def _key(device: Device, there: bool, say: Console) -> DeviceKey:
    if there:
        _step(say, 2, "the device has its key; it is kept")
    else:
        told: list[str] = []
        with say.status("the device makes its key; this takes an RP2040 some seconds"):
            device.run(on_device.MAKE_KEY, told.append)
        for sentence in told:
            say.print(f"   {ending.clean(sentence)}", style="red", highlight=False, markup=False)
        _step(say, 2, "the device has made its key; the private half stays there")
    return device.key()


def _kept(device: Device, found: Meters, say: Console) -> kept.Kept:
    old = device.run(on_device.READ_CONFIG)["old"]
    stays = kept.of(old, found.connectors)
    kept.tell(stays, say)
    if not isinstance(old, dict):
        say.print("   the old configuration cannot be read; nothing of it is kept", style="red")
    return stays


def _configure(
    place: Place, device: Device, answers: Answers, key: DeviceKey, found: Meters,
    stays: kept.Kept,
) -> tuple:  # fmt: skip
    address = setup.broker(answers, place.broker)
    values: dict = {**stays.top, **found.buses, "connectors": stays.over(found.connectors)}
    values.update(network.parts(place.board, answers, place.time_server))
    if "ntp" in values:
        values["ntp"] = stays.beside("ntp", values["ntp"])
    tariff = answers.of("tariff")
    values.update(public_keys.answered(answers, stays.top))
    config, held = setup.files(address, key.device, tariff, values, stays)
    for name, data in held.items():
        device.put(name, data)
    device.put("config.json", json.dumps(config).encode())
    device.run(on_device.CHECK_CONFIG)
    return address, config, held


def _certificate(held: dict[str, bytes], broker: dict, say: Console) -> list[tuple[str, str]]:
    """Until when the device can prove itself to its broker, where that asks for it."""
    if "cert" not in broker:
        return []
    end = device_certificates.end(held[broker["cert"]])
    say.print(f"   its certificate at the broker is good until {end}", highlight=False)
    return [("certificate", f"good until {end}, then it needs a new one")]


def _rows(
    place: Place, about: dict, shown: str, config: dict, tariff: bytes
) -> list[tuple[str, str]]:
    told = hashlib.sha256(tariff).hexdigest() if tariff else "none: records have no price"
    no_server = "none" if network.is_own(place.board) else network.SET_BY_HAND
    return [
        ("board", f"{place.board}, {about['machine']}"),
        ("firmware", f"{about['version']}, MicroPython {about['micropython']}"),
        ("files, SHA-256", place.tree), ("broker", shown),
        ("network", network.shown(place.board, config)), ("tariff, SHA-256", told),
        ("time server", config.get("ntp", {}).get("host", no_server)),
        *public_keys.rows(config),
    ]  # fmt: skip


def _show(say: Console, facts: page.Facts) -> None:
    table = Table(title="checks")
    for heading in ("", "check", "seen"):
        table.add_column(heading)
    for row in facts.checks:
        mark = Text("✓", "green") if row.good else Text("✗", "red")
        table.add_row(mark, row.name, Text(ending.clean(row.told)))
    say.print(table)


def _step(say: Console, number: int, text: str) -> None:
    say.print(f"[bold]{number}[/] {text}", highlight=False)


def _now() -> str:
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
