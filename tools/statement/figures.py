"""The numbers of one bill or of many, which add up; integers alone, rounded nowhere."""

from dataclasses import dataclass, field, fields

from tools.bills import amounts
from tools.bills.judged import Judged


@dataclass(frozen=True)
class Figures:
    """A correction counts as minus one session. `idle`: the car asked for nothing; `suspended`:
    the charger offered nothing. Amounts as in tools.bills.amounts."""

    sessions: int = 0
    corrections: int = 0
    energy_wh: int = 0
    charging_s: int = 0
    idle_s: int = 0
    suspended_s: int = 0
    energy_e4: int = 0
    time_e4: int = 0
    idle_e4: int = 0
    fee_e4: int = 0
    adjustment_e4: int = 0
    net_e4: int = 0
    pay_e4: int = 0
    vat_e4: dict[int, int] = field(default_factory=dict[int, int])

    def __add__(self, other: "Figures") -> "Figures":
        names = [each.name for each in fields(self) if each.name != "vat_e4"]
        numbers = {name: getattr(self, name) + getattr(other, name) for name in names}
        rates = sorted({*self.vat_e4, *other.vat_e4})
        vat_e4 = {rate: self.vat_e4.get(rate, 0) + other.vat_e4.get(rate, 0) for rate in rates}
        return Figures(**numbers, vat_e4=vat_e4)

    @property
    def pay_e4_per_kwh(self) -> int | None:
        """To the nearest 1/10000; None without energy."""
        if self.energy_wh <= 0:
            return None
        return (2 * self.pay_e4 * 1000 + self.energy_wh) // (2 * self.energy_wh)


def of(judged: Judged) -> Figures:
    bill = judged.bill
    seconds = bill.seconds()
    sign = 1 if bill.corrects is None else -1
    parts = amounts.of(bill, judged.tariff)
    return Figures(
        sessions=sign, corrections=int(sign < 0), energy_wh=sign * bill.energy_wh,
        charging_s=sign * seconds["C"], idle_s=sign * seconds["P"],
        suspended_s=sign * seconds["S"], energy_e4=parts.energy_e4, time_e4=parts.time_e4,
        idle_e4=parts.idle_e4, fee_e4=parts.fee_e4, adjustment_e4=parts.adjustment_e4,
        net_e4=parts.net_e4, pay_e4=parts.pay_e4, vat_e4=parts.vat_e4,
    )  # fmt: skip
