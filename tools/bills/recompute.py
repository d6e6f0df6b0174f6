"""A bill's cost computed anew from its record and its tariff alone; corrects nothing."""

from typing import Any

from tools.bills.bill import Bill
from wattseal.core.pricing import record_cost
from wattseal.core.pricing.session_price import PricingError
from wattseal.core.pricing.tariff import Tariff


def cost(bill: Bill, tariff: Tariff) -> dict[str, Any]:
    """What XC would be under this tariff. PricingError for a session that none has."""
    made = record_cost.of(tariff, bill.entries, bill.rows)
    return made if bill.corrects is None else negated(made)


def negated(cost: dict[str, Any]) -> dict[str, Any]:
    """What a correction says: every quantity and amount taken back, prices as they were."""
    lines = [[*row[:2], -row[2], row[3], -row[4], *row[5:]] for row in cost["lines"]]
    vat = [[rate, -amount] for rate, amount in cost["vat"]]
    totals = {key: -cost[key] for key in ("net", "gross", "pay")}
    return {**cost, "lines": lines, "vat": vat, **totals}


def differences(bill: Bill, tariff: Tariff) -> list[str]:
    """Each part of XC that is another than the tariff makes it, in words; [] when it is equal."""
    told = bill.cost or {}
    try:
        made = cost(bill, tariff)
    except PricingError as fault:
        return [f"no price can be computed: {fault}"]
    if told.get("th") != tariff.identity:
        return ["the tariff is another one"]
    return [
        f"{key} is {told.get(key)!r}, computed anew {made.get(key)!r}"
        for key in sorted({*told, *made})
        if told.get(key) != made.get(key)
    ]
