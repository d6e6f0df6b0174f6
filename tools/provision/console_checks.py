"""Whether a commissioned device does its work, as it tells at its console; sets nothing."""

import contextlib
import time
from pathlib import Path

from tools.console import level_keys
from tools.console.dialogue import Dialogue, DialogueFault
from tools.console.level_keys import LevelKeyFault
from tools.provision.checks import Row, json_object
from tools.provision.device import DeviceKey

_WAIT_S = 40.0
_LOOK_S = 1.0


def rows(port: str, key: DeviceKey, connectors: list[int]) -> list[Row]:
    """What the console tells within 40 s of the start."""
    until = time.monotonic() + _WAIT_S
    if not _comes_back(port, until):
        return [Row("console", False, f"{port} did not come back; plug it in and run this again")]
    try:
        with contextlib.closing(Dialogue(port)) as dialogue:
            return _asked(dialogue, key, connectors, until)
    except (DialogueFault, LevelKeyFault) as fault:
        return [Row("console", False, str(fault))]


def _asked(dialogue: Dialogue, key: DeviceKey, connectors: list[int], until: float) -> list[Row]:
    while True:
        told = dialogue.ask("show", "fw ", "refused")
        if told.startswith(_NO_ROOM):
            return _from_status(dialogue, connectors)
        parts = [part.strip() for part in told.split(";")]
        meters = {c: _part(parts, f"connector {c}: ") for c in connectors}
        read = all(state.startswith("meter good") for state in meters.values())
        clock, link = _part(parts, "clock "), _part(parts, "link ")
        if (read and link == "up" and clock != "U") or time.monotonic() > until:
            break
        time.sleep(_LOOK_S)
    rows = [Row("console", True, f"firmware {_part(parts, 'fw ')} answers")]
    for connector, state in meters.items():
        good = state.startswith("meter good")
        rows.append(Row(f"meter of connector {connector}", good, state or "not configured"))
    rows.append(Row("network", link == "up", f"link {link}"))
    return [*rows, _clock(clock), _self_test(dialogue, key)]


def _from_status(dialogue: Dialogue, connectors: list[int]) -> list[Row]:
    """What a board tells that has no room for the words."""
    status = json_object(dialogue.ask("status", "{").encode())
    rows = [Row("console", True, f"firmware {status.get('fw')} answers")]
    unseen = "not seen: this board has no room to tell; start a session, or flash our image"
    rows += [Row(f"meter of connector {number}", False, unseen) for number in connectors]
    return [*rows, _clock(str(status.get("time"))), Row("self-test", False, _LEVELS_SHUT)]


def _clock(state: str) -> Row:
    return Row("clock", state in ("S", "I"), _CLOCK.get(state, state))


_CLOCK = {
    "S": "synchronised", "I": "informative: set, but by no time server",
    "U": "unknown: no time server answers; name another, or set it at the console (level 2: time)",
}  # fmt: skip


_NO_ROOM = "refused: not enough memory"  # of a stock Pico
_LEVELS_SHUT = (
    f"{_NO_ROOM}: no level opens on this board; flash our image, or do without the levels"
)


def _self_test(dialogue: Dialogue, key: DeviceKey) -> Row:
    told = dialogue.ask("unlock 1", "challenge 1 ", "refused", "commands")
    if told.startswith("challenge"):
        digits = level_keys.answer(
            bytes.fromhex(key.levels[0]), key.device, level_keys.challenge(told)
        )
        told = dialogue.ask(f"answer {digits}", "level 1", "refused")
    if told.startswith("level 1"):
        told = dialogue.ask("selftest", "key ", "refused")
        dialogue.ask("lock", "level 0")
    if told.startswith(_NO_ROOM):
        told = _LEVELS_SHUT
    good = told.startswith("key good") and told.endswith("records lost 0")
    return Row("self-test", good, told)


def _part(parts: list[str], start: str) -> str:
    return next((part.removeprefix(start) for part in parts if part.startswith(start)), "")


def _comes_back(port: str, until: float) -> bool:
    """A USB port goes away in a restart."""
    time.sleep(_LOOK_S)
    while "://" not in port and not Path(port).exists():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True
