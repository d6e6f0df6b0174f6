"""What each pin of a board is for, read from the constants of its board.py; runs none of it."""

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]

_LINE = ("transmit", "receive", "direction")
_PLACE = ("plug", "pilot", "offer", "contactor")
_W5500 = {
    6: ("clock", "data out", "data in", "select", "reset"),
    7: ("clock", "data out", "data in", "select", "interrupt", "reset"),
}
# By the constant's name: (what it is part of, the job of each pin); a UART's number comes first.
_ETHERNET = {
    "_MDC": "MDC", "_MDIO": "MDIO", "_PHY_POWER": "power",
}  # fmt: skip
_IN = ("receive", "plug", "pilot", "offer", "pulse", "data in", "interrupt")
# What Ethernet replaces where a board has both, and the lines that it leaves.
ON_ETHERNET = "_ETHERNET"


class PinFault(Exception):
    """A board.py does not name its pins as the others do; the argument is one sentence."""


@dataclass(frozen=True)
class Use:
    """One pin: `part` such as "line 1" or "connector 2", `job` in it, and whether it is driven."""

    pin: int
    part: str
    job: str

    @property
    def driven(self) -> bool:
        return self.job not in _IN


def constants(board: str, root: Path = ROOT) -> dict[str, Any]:
    """The numbers, and tables of numbers, at the top of a board.py, by their names. PinFault."""
    path = root / "boards" / board / "board.py"
    found: dict[str, Any] = {}
    for node in ast.parse(path.read_text()).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        value = node.value
        if isinstance(value, ast.Call) and getattr(value.func, "id", "") == "const":
            value = value.args[0]
        try:
            found[node.targets[0].id] = ast.literal_eval(value)
        except ValueError:
            continue  # a function's other name
    if "_LINES" not in found or "_PLACES" not in found:
        raise PinFault(f"boards/{board}/board.py names no _LINES and _PLACES: name its pins so")
    return found


def uses(board: str, ethernet: bool = False, root: Path = ROOT) -> list[Use]:
    """Every pin of a board, on Wi-Fi or its only network; with `ethernet` as an ESP32's own MAC
    leaves them. PinFault."""
    told = constants(board, root)
    own_mac = ethernet and "_MDC" in told
    lines = told["_LINES"][:1] if own_mac else told["_LINES"]
    found = []
    for number, line in enumerate(lines, 1):
        found += [Use(pin, f"line {number}", job) for pin, job in zip(line[1:], _LINE)]
    places = told["_PLACES_ETHERNET"] if own_mac else told["_PLACES"]
    for number, place in enumerate(places, 1):
        found += [Use(pin, f"connector {number}", job) for pin, job in zip(place, _PLACE)]
    s0 = told["_S0_ETHERNET"] if own_mac else told.get("_S0", ())
    found += [Use(pin, f"connector {n}", "pulse") for n, pin in enumerate(s0, 1)]
    lamp = told.get("_LAMP_ETHERNET" if own_mac else "_LAMP")
    found += [] if lamp is None else [Use(lamp, "lamp", "lamp")]
    if own_mac:
        found += [Use(told[name], "Ethernet", job) for name, job in _ETHERNET.items()]
    chip = told.get("_W5500", ())
    found += [Use(pin, "W5500", job) for pin, job in zip(chip[1:], _W5500.get(len(chip), ()))]
    uplink = told.get("_UPLINK", ())
    found += [Use(pin, "gateway", job) for pin, job in zip(uplink[1:3], _LINE)]
    return found
