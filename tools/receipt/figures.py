"""A bill's figures as texts, with the places that its currency has; computes none of them."""

from dataclasses import dataclass
from typing import Any

from tools.bills import price_words, words
from tools.bills.sums import Sums
from wattseal.core.pricing.tariff import Tariff


@dataclass(frozen=True)
class Line:
    """One line of the bill, its figures as texts."""

    what: str
    quantity: str
    price: str
    amount: str


def lines(cost: dict[str, Any], tariff: Tariff | None) -> list[Line]:
    """`tariff`: None when it is not proven; then no condition is told."""
    rows = sorted(cost["lines"], key=lambda row: (price_words.ORDER.index(row[1]), row[0]))
    return [_line(row, tariff, words.places(cost["cur"])) for row in rows]


def _line(row: list, tariff: Tariff | None, places: int) -> Line:
    number, letter, quantity, price, amount = row[:5]
    e4, unit = price_words.rate(letter, price)
    what = price_words.NAMES[letter]
    if tariff:
        element = tariff.elements[number]
        component = next(c for c in element["pc"] if c["d"] == letter)
        what = f"{what} {price_words.condition(tariff, element, component)}".rstrip()
    amounts = {"E": words.kwh, "F": str}.get(letter, words.duration)
    asked = words.number(e4, places) + unit
    return Line(what, amounts(quantity), asked, words.number(amount, places))


def steps(found: Sums | None, currency: str) -> list[tuple[str, str]]:
    """From the lines to the payable, where these are not the same."""
    if found is None or not found.steps:
        return []
    rows = [("Sum of the lines", found.lines), *found.steps]
    return [(name, words.number(e4, words.places(currency))) for name, e4 in rows]


def vat(found: Sums | None, currency: str) -> list[tuple[str, str, str, str]]:
    """(rate, net, VAT, gross). The last row has the sums."""
    if found is None or not found.rates:
        return []
    rows = [
        ("no VAT" if rate is None else f"VAT {words.percent(rate)}", net, own)
        for rate, net, own in found.rates
    ]
    rows.append(("Sum", sum(row[1] for row in rows), sum(row[2] for row in rows)))
    return [_vat_row(*row, places=words.places(currency)) for row in rows]


def _vat_row(name: str, net: int, vat: int, places: int) -> tuple[str, str, str, str]:
    shown, taxed, whole = (words.number(e4, places) for e4 in (net, vat, net + vat))
    return name, shown, taxed, whole
