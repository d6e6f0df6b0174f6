"""A bill's amounts in OCPI's parts: the total, and each dimension's, without and with VAT."""

from typing import Any

from tools.export import units
from wattseal.core.pricing.rounding import apportion, half_away
from wattseal.core.pricing.tariff import Tariff

_FULL = 100000  # 100 % in 1/1000 %
_NAMES = {
    "E": "total_energy_cost", "T": "total_time_cost", "P": "total_parking_cost",
    "F": "total_fixed_cost",
}  # fmt: skip
Price = dict[str, int | float]


def total(cost: dict[str, Any], tariff: Tariff) -> Price:
    """The amount payable, and the part of it that is net."""
    parts = [("net", cost["net"]), *((str(rate), amount) for rate, amount in cost["vat"])]
    net_e4 = apportion(parts, cost["pay"], tariff.values["inc"])[0]
    return _price(net_e4, cost["pay"], tariff)


def of_dimensions(cost: dict[str, Any], tariff: Tariff) -> dict[str, Price]:
    """By OCPI's names; the VAT of each rate is rounded once and shared out."""
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
        under = _FULL + rate if including else _FULL
        whole = half_away(sum(shares.values()) * rate, under)
        for letter, part in zip(shares, apportion([*shares.items()], whole, 1), strict=True):
            vat_e4[letter] = vat_e4.get(letter, 0) + part
    found = {}
    for letter, amount in amounts_e4.items():
        vat = vat_e4.get(letter, 0)
        net, gross = (amount - vat, amount) if including else (amount, amount + vat)
        found[_NAMES[letter]] = _price(net, gross, tariff)
    return found


def negative(price: Price) -> Price:
    return {key: -amount for key, amount in price.items()}


def _price(net_e4: int, gross_e4: int, tariff: Tariff) -> Price:
    found = {"excl_vat": units.money(net_e4)}
    if tariff.values["tax"] != "none":  # without it OCPI understands that no VAT applies
        found["incl_vat"] = units.money(gross_e4)
    return found
