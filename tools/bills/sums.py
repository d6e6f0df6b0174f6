"""How a bill's lines become the amount payable, step by step; each step is a row that is shown."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tools.bills import amounts, words
from wattseal.core.pricing.rounding import apportion, half_away
from wattseal.core.pricing.tariff import Tariff

_FULL = 100000  # 100 % in 1/1000 %
_LIMITS = {"min": "Minimum price", "max": "Maximum price"}


@dataclass(frozen=True)
class Sums:
    """In e4. `steps`: (words, amount) from the sum of the lines to the payable: their sum is it.

    `rates`: (rate in 1/1000 %, None for what bears no VAT; net, VAT) of the payable, to which
    they add up: by largest remainder, in the currency's smallest unit.
    """

    lines: int
    steps: list[tuple[str, int]]
    payable: int
    rates: list[tuple[int | None, int, int]]


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
    return Sums(lines, steps, cost["pay"], _rates(cost, tariff))


def _rates(cost: dict[str, Any], tariff: Tariff) -> list[tuple[int | None, int, int]]:
    net, vat = amounts.payable(cost, tariff)
    if not vat:
        return []
    bases = _bases(cost, tariff, vat)
    parts = [(str(rate), base) for rate, base in bases.items()]
    nets = apportion(parts, net, amounts.unit_e4(cost, tariff))
    nets[0] += net - sum(nets)  # where the bases say nothing of the parts
    found = zip(bases, nets, strict=True)
    return [(rate, own, 0 if rate is None else vat.get(rate, 0)) for rate, own in found]


def _bases(cost: dict[str, Any], tariff: Tariff, rates: Iterable[int]) -> dict[int | None, int]:
    """By rate: what its lines come to without VAT; those without VAT last."""
    found: dict[int | None, int] = dict.fromkeys(rates, 0)
    for row in cost["lines"]:
        component = next(c for c in tariff.elements[row[0]]["pc"] if c["d"] == row[1])
        rate = component.get("v")
        found[rate] = found.get(rate, 0) + row[4]
    if tariff.values["tax"] != "incl":
        return found
    return {rate: half_away(base * _FULL, _FULL + (rate or 0)) for rate, base in found.items()}
