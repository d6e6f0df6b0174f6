"""How a bill's lines become the amount payable, step by step; each step is a row that is shown."""

from dataclasses import dataclass
from typing import Any

from tools.bills import words
from wattseal.core.pricing.rounding import apportion
from wattseal.core.pricing.tariff import Tariff

_LIMITS = {"min": "Minimum price", "max": "Maximum price"}


@dataclass(frozen=True)
class Sums:
    """In e4. `steps`: (words, amount) from the sum of the lines to the payable: their sum is it.

    `net` and `vat` [(rate in 1/1000 %, base in e4 as the lines have it, VAT)] are parts of the
    payable and add up to it; the base is None for a rate that no line has.
    """

    lines: int
    steps: list[tuple[str, int]]
    payable: int
    net: int
    vat: list[tuple[int, int | None, int]]


def of(cost: dict[str, Any], tariff: Tariff) -> Sums:
    lines = sum(row[4] for row in cost["lines"])
    tax = tariff.values["tax"]
    whole = cost["net"] if tax == "excl" else cost["gross"]
    steps = []
    if whole != lines:
        steps.append((_LIMITS.get(cost["lim"], "Adjustment"), whole - lines))
    if tax == "excl":
        steps += [(f"VAT {words.percent(rate)}", amount) for rate, amount in cost["vat"] if amount]
        rest = cost["gross"] - cost["net"] - sum(amount for _, amount in cost["vat"])
        if rest:
            steps.append(("VAT of the limit", rest))
    if cost["pay"] != cost["gross"]:
        step = words.amount(tariff.values["inc"], cost["cur"])
        steps.append((f"Rounded to {step}", cost["pay"] - cost["gross"]))
    net, vat = _parts(cost, tariff)
    return Sums(lines, steps, cost["pay"], net, vat)


def _parts(cost: dict[str, Any], tariff: Tariff) -> tuple[int, list[tuple[int, int | None, int]]]:
    """As core.pricing.cost divides the payable: by largest remainder, in whole increments."""
    parts = [("net", cost["net"])] + [(str(rate), amount) for rate, amount in cost["vat"]]
    amounts = apportion(parts, cost["pay"], tariff.values["inc"])
    bases = {rate: _base(cost, tariff, rate) for rate, _ in cost["vat"]}
    shares = zip(cost["vat"], amounts[1:], strict=True)
    return amounts[0], [(rate, bases[rate], amount) for (rate, _), amount in shares]


def _base(cost: dict[str, Any], tariff: Tariff, rate: int) -> int | None:
    """The sum of the lines of this rate."""
    found = [
        row[4] for row in cost["lines"] for component in tariff.elements[row[0]]["pc"]
        if len(row) == 5 and component["d"] == row[1] and component.get("v") == rate
    ]  # fmt: skip
    return sum(found) if found else None
