"""What the amount payable of a bill is made of; parts that add up, none of them priced anew.

Energy, time, idle time and fees are told with VAT; with what limits and rounding add they are the
amount payable, and so are its net part and its VAT. Of a correction all are those of the original
taken back.
"""

from dataclasses import dataclass, field
from typing import Any

from tools.bills import words
from tools.bills.bill import Bill
from wattseal.core.pricing.rounding import apportion, half_away
from wattseal.core.pricing.tariff import Tariff

_FULL = 100000  # 100 % in 1/1000 %


@dataclass(frozen=True)
class Amounts:
    """In 1/10000 of the currency. `vat_e4` is by rate, in 1/1000 %."""

    energy_e4: int = 0
    time_e4: int = 0
    idle_e4: int = 0
    fee_e4: int = 0
    adjustment_e4: int = 0
    net_e4: int = 0
    pay_e4: int = 0
    vat_e4: dict[int, int] = field(default_factory=dict[int, int])


def of(bill: Bill, tariff: Tariff | None) -> Amounts:
    """All zero without a price."""
    if not bill.is_priced or bill.cost is None or tariff is None:
        return Amounts()
    return of_cost(bill.cost, tariff)


def of_cost(cost: dict[str, Any], tariff: Tariff) -> Amounts:
    """`cost`: a session's, as XC has it."""
    gross_e4 = {letter: gross for letter, (_, gross) in dimensions(cost, tariff).items()}
    net_e4, vat_e4 = payable(cost, tariff)
    return Amounts(
        energy_e4=gross_e4.get("E", 0), time_e4=gross_e4.get("T", 0),
        idle_e4=gross_e4.get("P", 0), fee_e4=gross_e4.get("F", 0),
        adjustment_e4=cost["pay"] - sum(gross_e4.values()),
        net_e4=net_e4, pay_e4=cost["pay"], vat_e4=vat_e4,
    )  # fmt: skip


def payable(cost: dict[str, Any], tariff: Tariff) -> tuple[int, dict[int, int]]:
    """(net, VAT by rate) of the amount payable, to which they add up.

    Where a limit is all that is paid, its VAT is of the limit's own rate, and in no line of `vat`.
    """
    vat_e4 = dict(cost["vat"])
    rest_e4 = cost["gross"] - cost["net"] - sum(vat_e4.values())
    if rest_e4:
        rate = tariff.values[cost["lim"]].get("v", 0)
        vat_e4[rate] = vat_e4.get(rate, 0) + rest_e4
    parts = [("net", cost["net"]), *((str(rate), amount) for rate, amount in vat_e4.items())]
    net_e4, *shares_e4 = apportion(parts, cost["pay"], unit_e4(cost, tariff))
    return net_e4, dict(zip(vat_e4, shares_e4, strict=True))


def unit_e4(cost: dict[str, Any], tariff: Tariff) -> int:
    """In which the payable is divided: the currency's smallest unit or a finer step of the tariff,
    for a step of 0.05 or 1.00 rounds what is paid, not the VAT in it."""
    unit = min(tariff.values["inc"], 10 ** (4 - words.places(tariff.values["cur"])))
    return unit if cost["pay"] % unit == 0 else 1


def dimensions(cost: dict[str, Any], tariff: Tariff) -> dict[str, tuple[int, int]]:
    """(net, gross) of E, T, P and F; the VAT of each rate is rounded once and shared out."""
    amounts_e4: dict[str, int] = {}
    vat_e4: dict[str, int] = {}
    of_rate: dict[int, dict[str, int]] = {}
    for element, letter, _, _, amount, *_ in cost["lines"]:
        amounts_e4[letter] = amounts_e4.get(letter, 0) + amount
        component = next(c for c in tariff.elements[element]["pc"] if c["d"] == letter)
        if "v" in component:
            shares = of_rate.setdefault(component["v"], {})
            shares[letter] = shares.get(letter, 0) + amount
    including = tariff.values["tax"] == "incl"
    for rate, shares in of_rate.items():
        whole = half_away(sum(shares.values()) * rate, _FULL + rate if including else _FULL)
        for letter, part in zip(shares, apportion([*shares.items()], whole, 1), strict=True):
            vat_e4[letter] = vat_e4.get(letter, 0) + part
    found = {}
    for letter, amount in amounts_e4.items():
        vat = vat_e4.get(letter, 0)
        found[letter] = (amount - vat, amount) if including else (amount, amount + vat)
    return found
