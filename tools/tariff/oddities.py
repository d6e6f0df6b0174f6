"""What is odd about the next changes of a zone's clock, and which prices they touch."""

from typing import Any

from tools.bills import price_words
from tools.tariff import local_time, overlap
from tools.tariff.local_time import Change, clock, date
from wattseal.core.pricing.tariff import Tariff

_NAMES = {"E": "energy", "T": "charging time", "P": "parking time", "F": "the price of a session"}


def changes(tariff: Tariff, utc_s: int) -> list[dict[str, Any]]:
    """The next two, as plain values; [] where the clock never changes."""
    found: list[dict[str, Any]] = []
    for change in local_time.changes(tariff.zone, utc_s, 2):
        low, high = change.gap
        found.append({
            "utc_s": change.at_s, "date": date(low), "from": clock(low), "to": clock(high),
            "kind": "skipped" if change.skips else "repeated", "what": _what(change),
            "touches": _touched(tariff, change),
        })  # fmt: skip
    return found


def _what(change: Change) -> str:
    low, high = change.gap
    span, lasts = f"{clock(low)} to {clock(high)}", local_time.lasting(high - low)
    if change.skips:
        return f"{span} does not exist: the clock goes forward, and a night is {lasts} shorter"
    return (
        f"{span} comes twice: the clock goes back, and a price of that time holds {lasts} longer"
    )


def _touched(tariff: Tariff, change: Change) -> list[str]:
    """Each price that is asked for a time of the day and holds within the hour."""
    low, high = change.gap
    day = low // local_time.DAY_S
    weekday = (day + 3) % 7
    first = weekday * overlap.DAY_MINUTES + low % local_time.DAY_S // 60
    hour = ((1 << (high - low) // 60) - 1) << first
    said = []
    for number, element in enumerate(tariff.elements):
        restrictions = element.get("re", {})
        if "t0" not in restrictions or not overlap.mask(restrictions) & hour:
            continue
        if not restrictions.get("d0", 0) <= day < restrictions.get("d1", day + 1):
            continue
        for component in element["pc"]:
            words = price_words.whole(tariff, element, component)
            said.append(f"el[{number}], {_NAMES[component['d']]}: {words}")
    return said
