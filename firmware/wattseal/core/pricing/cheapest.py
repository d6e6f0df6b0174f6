"""What costs a driver least when it is not known which price held; a fault's price, no tariff's.

Of equal ones the first in the tariff is taken, and none at all, which is free, last.
"""

from micropython import const

from wattseal.core.pricing.matching import matches

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Iterable

    from wattseal.core.pricing.matching import Match
    from wattseal.core.pricing.tariff import Tariff

_MONDAY = const(4)  # 1970-01-05
_BEHIND_ALL = const(99)
# What an untrusted clock cannot tell: it may hold, or not. The weekday is among the week's.
_UNKNOWN = ("d0", "d1", "s0", "s1", "i0", "i1")


def cheaper(tariff: "Tariff", one: "Match | None", other: "Match | None") -> "Match | None":
    """The one of two that costs the driver less, with VAT."""
    return one if _rank(tariff, one) <= _rank(tariff, other) else other


def of_week(
    tariff: "Tariff",
    letter: str,
    mwh: int,
    power_w: "int | None",
    current_ma: "int | None",
    reservation: str,
) -> "Match | None":
    """The cheapest of the prices that may hold at any minute of a week, on any date."""
    rows = _rows(tariff, letter)
    best: Match | None = None
    begun = False
    for minute in _minutes(tariff):
        for day in range(_MONDAY, _MONDAY + 7):
            moment = (minute, day, None, None, mwh, power_w, current_ma, reservation)
            for match, known, sure in rows:
                if matches(known, moment):
                    best = cheaper(tariff, best, match) if begun else match
                    begun = True
                    if sure:
                        break
            else:
                best = cheaper(tariff, best, None) if begun else None
                begun = True
    return best


def _rank(tariff: "Tariff", match: "Match | None") -> "tuple[int, int]":
    if match is None:
        return 0, _BEHIND_ALL
    number, component = match
    vat = component.get("v", 0) if tariff.values["tax"] == "excl" else 0
    return component["p"] * (100000 + vat), number


def _rows(tariff: "Tariff", letter: str) -> "list[tuple[Match, dict[str, Any], bool]]":
    """(match, its restrictions that are known, whether these are all)."""
    rows: list[tuple[Match, dict[str, Any], bool]] = []
    for number, element in enumerate(tariff.elements):
        restrictions = element.get("re", {})
        known = {key: restrictions[key] for key in restrictions if key not in _UNKNOWN}
        for component in element["pc"]:
            if component["d"] == letter:
                rows.append(((number, component), known, len(known) == len(restrictions)))
    return rows


def _minutes(tariff: "Tariff") -> "Iterable[int]":
    """Every minute of a day at which another element may match."""
    found = {0}
    for element in tariff.elements:
        restrictions = element.get("re", {})
        for key in ("t0", "t1"):
            if key in restrictions:
                found.add(restrictions[key])
    return found
