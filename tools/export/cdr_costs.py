"""A bill's amounts as OCPI's prices: the total, and each dimension's, without and with VAT."""

from typing import Any

from tools.bills import amounts
from tools.export import units
from wattseal.core.pricing.tariff import Tariff

_NAMES = {
    "E": "total_energy_cost", "T": "total_time_cost", "P": "total_parking_cost",
    "F": "total_fixed_cost",
}  # fmt: skip
Price = dict[str, int | float]


def total(cost: dict[str, Any], tariff: Tariff) -> Price:
    """The amount payable, and the part of it that is net."""
    return _price(amounts.payable(cost, tariff)[0], cost["pay"], tariff)


def of_dimensions(cost: dict[str, Any], tariff: Tariff) -> dict[str, Price]:
    """By OCPI's names."""
    parts = amounts.dimensions(cost, tariff)
    return {_NAMES[letter]: _price(*pair, tariff) for letter, pair in parts.items()}


def negative(price: Price) -> Price:
    return {key: -amount for key, amount in price.items()}


def _price(net_e4: int, gross_e4: int, tariff: Tariff) -> Price:
    found = {"excl_vat": units.money(net_e4)}
    if tariff.values["tax"] != "none":  # without it OCPI understands that no VAT applies
        found["incl_vat"] = units.money(gross_e4)
    return found
