"""What stays of a configuration that is replaced: whatever no question asks; asks nobody.

What the schema does not know, or does not take, is left out by name: a configuration that the
firmware refused must not keep the new one from being made.
"""

from dataclasses import dataclass, field

from rich.console import Console

from tools.provision import firmware_rules
from wattseal.core import config

# What the questions make anew, whole; a meter search gives `buses`.
_ASKED = ("version", "tariff", "buses", "connectors", "broker", "wifi", "ntp")
_ASKED_OF_ROW = ("id", "bus", "meter", "unit", "serial", "p_max_w", "imp_per_kwh")
# Of the parts that are made anew: what no question asks, which belongs to their old host.
_PARTS = {"broker": ("keepalive_s",), "ntp": ("port",)}


@dataclass
class Kept:
    """`rows`: by a connector's id; `parts`: by name, with the host that they are of; `lost`: names
    of what is left out."""

    top: dict = field(default_factory=dict)
    rows: dict[int, dict] = field(default_factory=dict)
    parts: dict[str, dict] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        return [
            *self.top,
            *(f"{key} of connector {n}" for n, row in self.rows.items() for key in row),
        ]

    def of_parts(self) -> list[str]:
        return [f"{part}.{k}" for part, row in self.parts.items() for k in row if k != "host"]

    def beside(self, part: str, new: dict) -> dict:
        """This part, with what stays of the old one: none where it is another host's, or where
        the firmware would refuse it."""
        old = self.parts.get(part, {})
        whole = {**old, **new}
        stays = old.get("host") == new["host"] and not firmware_rules.problems({part: whole})
        return whole if stays else new

    def over(self, connectors: list[dict]) -> list[dict]:
        """These, each with what its number had."""
        return [{**self.rows.get(row["id"], {}), **row} for row in connectors]


def of(old: object, connectors: list[dict]) -> Kept:
    """`old`: as the device's file has it, None where it is no JSON; `connectors`: the new ones."""
    kept = Kept()
    if not isinstance(old, dict):
        return kept
    known = [row[0] for row in config.TOP]
    for key in sorted(old):
        if key in known and key not in _ASKED:
            kept.top[key] = old[key]
        elif key not in _ASKED:
            kept.lost.append(key)
    for part, keys in _PARTS.items():
        told = old.get(part)
        if isinstance(told, dict) and set(keys) & set(told):
            kept.parts[part] = {key: told[key] for key in ("host", *keys) if key in told}
        if isinstance(told, dict) and told.get("ca_next"):  # its file may be gone, or be no good
            kept.lost.append(f"{part}.ca_next")
    rows = old.get("connectors")
    for row in rows if isinstance(rows, list) else []:
        _take_row(kept, row, [new["id"] for new in connectors])
    _leave_out_refused(kept, connectors)
    if old.get("tariff"):  # the question for it offers none
        kept.lost.append("tariff, unless its file is named again")
    return kept


def tell(kept: Kept, say: Console) -> None:
    if names := kept.names():
        told = ", ".join(names)
        say.print(f"   kept of the old configuration: {told}", highlight=False, markup=False)
    if names := kept.of_parts():
        told = ", ".join(names)
        say.print(
            f"   kept where the host stays the same, if it fits: {told}",
            highlight=False,
            markup=False,
        )
    if kept.lost:
        told = ", ".join(kept.lost)
        say.print(f"   not kept of it: {told}", style="red", highlight=False, markup=False)


def _take_row(kept: Kept, row: object, ids: list[int]) -> None:
    known = [one[0] for one in config.CONNECTOR]
    if not isinstance(row, dict) or not isinstance(number := row.get("id"), int):
        return
    for key in sorted(row):
        if key in known and key not in _ASKED_OF_ROW and number in ids:
            kept.rows.setdefault(number, {})[key] = row[key]
        elif key not in _ASKED_OF_ROW:
            kept.lost.append(f"{key} of connector {number}")


def _leave_out_refused(kept: Kept, connectors: list[dict]) -> None:
    """A problem begins with the key that it is in."""
    while refused := [key for key in kept.top if _is_told(key, kept, connectors)]:
        for key in refused:
            del kept.top[key]
        kept.lost += refused
    for at, new in enumerate(connectors):
        row = kept.rows.get(new["id"], {})
        for key in [key for key in row if _is_told(f"connectors[{at}].{key}", kept, connectors)]:
            del row[key]
            kept.lost.append(f"{key} of connector {new['id']}")


def _is_told(key: str, kept: Kept, connectors: list[dict]) -> bool:
    values = {**kept.top, "connectors": kept.over(connectors)}
    return any(problem.startswith(f"{key} ") for problem in firmware_rules.problems(values))
