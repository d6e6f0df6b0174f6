"""Whether a commissioned device does its work, as it tells at its console.

Sets nothing, but a clock that no time server can."""

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


def rows(port: str, key: DeviceKey, connectors: list[int], own_network: bool) -> list[Row]:
    """What the console tells within 40 s of the start. `own_network`: it can ask a time server."""
    until = time.monotonic() + _WAIT_S
    if not _comes_back(port, until):
        return [Row("console", False, f"{port} did not come back; plug it in and run this again")]
    try:
        with contextlib.closing(Dialogue(port)) as dialogue:
            why = "" if own_network else _set_clock(dialogue, key)
            told = _asked(dialogue, key, connectors, until, own_network)
            return told if own_network else [_without_server(row, why) for row in told]
    except (DialogueFault, LevelKeyFault) as fault:
        return [Row("console", False, str(fault))]


def _set_clock(dialogue: Dialogue, key: DeviceKey) -> str:
    """Sets it to this machine's time; why not, "" when done. DialogueFault, LevelKeyFault."""
    told = _unlocked(dialogue, key, 2)
    if told.startswith("level 2"):
        told = dialogue.ask(f"time {int(time.time())}", "the clock is set", "refused")
        dialogue.ask("lock", "level 0")
    return "" if told.startswith("the clock is set") else told


def _without_server(row: Row, why: str) -> Row:
    if row.name != "clock":
        return row
    if why.startswith(_NO_ROOM):
        return Row(row.name, row.good, "unknown: this image has no room to set it; flash ours")
    told = f"not set from here ({why})" if why else "informative: set from here"
    return Row(row.name, row.good, f"{told}; {_LATER}")


_LATER = (
    "a reset loses it, and this board can ask no time server: then set it by a signed time "
    "command or at the console (level 2: time)"
)


def _asked(
    dialogue: Dialogue, key: DeviceKey, connectors: list[int], until: float, waits: bool = True
) -> list[Row]:
    """`waits`: for a time server."""
    while True:
        told = dialogue.ask("show", "fw ", "refused")
        if told.startswith(_NO_ROOM):
            return _from_status(dialogue, connectors)
        parts = [part.strip() for part in told.split(";")]
        meters = {c: _part(parts, f"connector {c}: ") for c in connectors}
        read = all(state.startswith("meter good") for state in meters.values())
        clock, link = _part(parts, "clock "), _part(parts, "link ")
        if (read and link == "up" and (clock != "U" or not waits)) or time.monotonic() > until:
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
    told = _unlocked(dialogue, key, 1)
    if told.startswith("level 1"):
        told = dialogue.ask("selftest", "key ", "refused")
        dialogue.ask("lock", "level 0")
    if told.startswith(_NO_ROOM):
        told = _LEVELS_SHUT
    good = told.startswith("key good; flash good; ") and told.endswith("records lost 0")
    return Row("self-test", good, told)


def _unlocked(dialogue: Dialogue, key: DeviceKey, level: int) -> str:
    """What the console says to it, "level" and its number when it is open."""
    told = dialogue.ask(f"unlock {level}", f"challenge {level} ", "refused", "commands")
    if not told.startswith("challenge"):
        return told
    secret = bytes.fromhex(key.levels[level - 1])
    digits = level_keys.answer(secret, key.device, level_keys.challenge(told))
    return dialogue.ask(f"answer {digits}", f"level {level}", "refused")


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
