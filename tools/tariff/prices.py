"""Which price holds when, in a week of local time; asks the firmware's matching, computes none."""

from dataclasses import dataclass, field
from itertools import product

from wattseal.core.pricing import matching
from wattseal.core.pricing.tariff import Tariff

DAY_MINUTES = 1440
_MOST_CONDITIONS = 64  # beyond, the words of the price list must do
_UNITS = {"s": (60, "min of the session"), "i": (60, "min idle"), "e": (1000000, "kWh"),
          "p": (1000, "kW"), "a": (1000, "A")}  # fmt: skip
_OF_LETTER = {"E": "sepa", "T": "sa", "P": "sia"}  # what may restrict it beside the calendar


@dataclass
class Week:
    """`rows`: (from, to, the price in e4 of each day, None where it is free), like ones in one."""

    letter: str
    condition: str  # in words, "" when there is none
    rows: list[tuple[int, int, list[int | None]]] = field(default_factory=list)

    def known(self) -> list[int]:
        """Every price that holds at some time, cheapest first."""
        return sorted({price for *_, prices in self.rows for price in prices if price is not None})


def weeks(tariff: Tariff, letter: str, monday: int) -> list[Week]:
    """A table for each condition under which the prices are others. `monday`: days since 1970."""
    found: list[Week] = []
    for condition in _conditions(tariff, letter):
        week = Week(letter, _words(condition), _rows(tariff, letter, monday, condition))
        if week.known() and week.rows not in [other.rows for other in found]:
            found.append(week)
    return found


def at(tariff: Tariff, letter: str, moment: "matching.Moment") -> int | None:
    match = matching.first(tariff, letter, moment)
    return None if match is None else match[1]["p"]


def _conditions(tariff: Tariff, letter: str) -> list[dict[str, int]]:
    """Every combination of what may change a price but the calendar; the begin is the first."""
    edges: dict[str, set[int]] = {}
    for element in tariff.elements:
        if not any(component["d"] == letter for component in element["pc"]):
            continue
        for key, value in element.get("re", {}).items():
            if key[0] in _OF_LETTER[letter] and key[1:] in ("0", "1"):
                edges.setdefault(key[0], {0}).add(value)
    kinds = sorted(edges)
    found = [dict(zip(kinds, values)) for values in product(*(sorted(edges[k]) for k in kinds))]
    return found if len(found) <= _MOST_CONDITIONS else found[:1]


def _words(condition: dict[str, int]) -> str:
    said = []
    for kind, value in condition.items():
        unit, name = _UNITS[kind]
        amount = f"{value // unit}" if value % unit == 0 else f"{value / unit:.3f}".rstrip("0")
        if value:
            said.append(f"from {amount} {name}")
    return ", ".join(said)


def _rows(
    tariff: Tariff, letter: str, monday: int, condition: dict[str, int]
) -> list[tuple[int, int, list[int | None]]]:
    edges = {0, DAY_MINUTES}
    for element in tariff.elements:
        edges |= {element["re"][key] for key in ("t0", "t1") if key in element.get("re", {})}
    rows: list[tuple[int, int, list[int | None]]] = []
    minutes = sorted(edges)
    for begin, end in zip(minutes, minutes[1:]):
        prices = [
            at(tariff, letter, (
                begin, monday + day, condition.get("s", 0),
                condition.get("i", 0) if letter == "P" else None,
                condition.get("e", 0), condition.get("p"), condition.get("a"), "",
            ))
            for day in range(7)
        ]  # fmt: skip
        if rows and rows[-1][2] == prices:
            rows[-1] = (rows[-1][0], end, prices)
        else:
            rows.append((begin, end, prices))
    return rows
