"""A price of a tariff in words, with the conditions under which it holds; prices nothing."""

from typing import Any

from wattseal.core.pricing import tariff_text
from wattseal.core.pricing.tariff import Tariff

NAMES = {"E": "Energy", "T": "Charging time", "P": "Parking time", "F": "Fee per session"}
ORDER = "ETPF"  # AFIR: per kWh, per minute, per session, then the rest
_UNITS = ("/kWh", "/min", "/h", "/session")


def whole(tariff: Tariff, element: dict[str, Any], component: dict[str, Any]) -> str:
    """As the record's text has it: 0.39 EUR/kWh (22:00-06:00)."""
    values = {key: tariff.values[key] for key in ("cur", "tax")}
    values["el"] = [{**element, "pc": [component]}]
    alone = Tariff(values, tariff.zone, tariff.identity)
    return tariff_text.text(alone).rpartition("; ")[0]


def condition(tariff: Tariff, element: dict[str, Any], component: dict[str, Any]) -> str:
    """What follows the price: steps, a cap, when it holds; "" when nothing does."""
    said = whole(tariff, element, component)
    ends = [said.index(unit) + len(unit) for unit in _UNITS if unit in said]
    return said[min(ends) :].strip()


def rate(letter: str, e4: int) -> tuple[int, str]:
    """(price in e4, its unit): a time's by the minute where that is a whole number of e4."""
    if letter == "E":
        return e4, "/kWh"
    if letter == "F":
        return e4, "/session"
    return (e4 // 60, "/min") if e4 % 60 == 0 else (e4, "/h")
