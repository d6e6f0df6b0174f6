"""What one session cost, and would have cost under another tariff; changes no record.

The charger takes a reading where a price of its own tariff changes. Where another tariff's price
changes within a segment, its energy is taken to have flowed evenly: the new price is then an
estimate, and says so.
"""

from dataclasses import dataclass
from typing import Any

from tools.bills import amounts
from tools.bills.amounts import Amounts
from tools.bills.bill import Bill
from tools.bills.judged import Judged
from wattseal.core.pricing import record_cost
from wattseal.core.pricing.boundary import next_boundary
from wattseal.core.pricing.tariff import Tariff

_MISSED = "boundary_missed"


@dataclass(frozen=True)
class Priced:
    """`cost` as XC has it, of `bill` under `tariff`."""

    bill: Bill
    tariff: Tariff
    cost: dict[str, Any]
    amounts: Amounts
    estimated: bool = False

    @property
    def pay_e4(self) -> int:
        return self.cost["pay"]


def signed(judged: Judged) -> Priced | None:
    """None without a price."""
    bill, tariff = judged.bill, judged.tariff
    if not bill.is_priced or bill.cost is None or tariff is None:
        return None
    return Priced(bill, tariff, bill.cost, amounts.of_cost(bill.cost, tariff))


def under(was: Priced, tariff: Tariff) -> Priced:
    """The same session by another tariff; by its own, what was signed."""
    if tariff.identity == was.tariff.identity:
        return was
    bill = was.bill
    cost = record_cost.of(tariff, bill.entries, bill.rows)
    estimated = _MISSED in cost["flags"]
    if estimated:
        cost = record_cost.of(tariff, bill.entries, cut(bill, tariff))
    return Priced(bill, tariff, cost, amounts.of_cost(cost, tariff), estimated)


def cut(bill: Bill, tariff: Tariff) -> list[list[Any]]:
    """The segments, parted where the tariff's prices change; each keeps its sum of whole Wh."""
    begin_s = bill.begin.utc_ms // 1000
    ends_s = [row[0] for row in bill.rows[1:]] + [sum(bill.seconds().values())]
    idle_since_s = None
    found: list[list[Any]] = []
    for (offset_s, wh, state), until_s in zip(bill.rows, ends_s, strict=True):
        if state != "P":
            idle_since_s = None
        elif idle_since_s is None:
            idle_since_s = begin_s + offset_s
        at_s, given_wh = offset_s, 0
        while True:
            change_s = next_boundary(tariff, begin_s + at_s, begin_s, idle_since_s)
            next_s = until_s if change_s is None else min(until_s, change_s - begin_s)
            upto_wh = wh if next_s == until_s else wh * (next_s - offset_s) // (until_s - offset_s)
            found.append([at_s, upto_wh - given_wh, state])
            at_s, given_wh = next_s, upto_wh
            if at_s == until_s:
                break
    return found
