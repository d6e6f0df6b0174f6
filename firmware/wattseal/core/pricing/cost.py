"""What a session costs: from billed quantities to lines, VAT, limits and the amount payable.

Each line is rounded once, VAT once for each rate; all amounts are in e4 (see tariff).
"""

from micropython import const

from wattseal.core.pricing.rounding import apportion, half_away

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable

    from wattseal.core.pricing.tariff import Tariff

    # [number of the tariff, of the element, component, quantity in mWh, s or 1, kind]
    Billed = list[Any]

_FULL = const(100000)  # 100 % in 1/1000 %
_PER = {"E": 1000000, "T": 3600, "P": 3600, "F": 1}


class Cost:
    """All that a receipt shows, ready for JSON.

    A line is [element, dimension, quantity, price, amount], and behind that the tariff's number
    when it is not the first. `vat` is [[rate, amount]], by rate; `limit` is "", "min" or "max".
    Without any VAT to scale, `gross - net` is that of the limit.
    """

    def __init__(self, tariff: "Tariff", billed: "list[Billed]", flags: "list[str]") -> None:
        self.flags = flags
        self.lines = [_line(row) for row in billed]
        tax = tariff.values["tax"]
        of_rate: dict[int, int] = {}
        for row, line in zip(billed, self.lines):
            if "v" in row[2]:
                rate = row[2]["v"]
                of_rate[rate] = of_rate.get(rate, 0) + line[4]
        self.vat = [[rate, _vat(of_rate[rate], rate, tax)] for rate in sorted(of_rate)]
        self.net = self.gross = sum([line[4] for line in self.lines])
        if tax == "incl":
            self.net -= self._vat_sum()
        else:
            self.gross += self._vat_sum()
        self.limit = ""
        self._limit(tariff, "min", max)
        self._limit(tariff, "max", min)
        self._pay(tariff.values["inc"])

    def _vat_sum(self) -> int:
        return sum([amount for _, amount in self.vat])

    def _limit(self, tariff: "Tariff", which: str, choose: "Callable[[int, int], int]") -> None:
        """Net and gross are limited each for itself; a side without a limit moves along."""
        limit = tariff.values.get(which, {})
        net = choose(self.net, limit.get("net", self.net))
        gross = choose(self.gross, limit.get("gross", self.gross))
        if net == self.net and gross == self.gross:
            return
        more = _FULL + limit.get("v", 0)
        if "gross" not in limit:
            gross = _along(net, self.gross, self.net, more, _FULL)
        elif "net" not in limit:
            net = _along(gross, self.net, self.gross, _FULL, more)
        self.net, self.gross, self.limit = net, gross, which
        if self._vat_sum():
            _set(self.vat, apportion(_parts(self.vat), gross - net, 1))

    def _pay(self, increment: int) -> None:
        self.payable = half_away(self.gross, increment) * increment
        parts = [("net", self.net)] + _parts(self.vat)
        amounts = apportion(parts, self.payable, increment)
        self.payable_net = amounts[0]
        self.payable_vat = [[rate, 0] for rate, _ in self.vat]
        _set(self.payable_vat, amounts[1:])


def _line(row: "Billed") -> "list[Any]":
    number, element, component, quantity, _ = row
    letter, price = component["d"], component["p"]
    amount = half_away(quantity * price, _PER[letter])
    amount = min(amount, component.get("cap", amount))
    return [element, letter, quantity, price, amount] + ([number] if number else [])


def _along(amount: int, other: int, was: int, over: int, under: int) -> int:
    """The other side, when `was` became `amount`; from nothing by the limit's own VAT."""
    if was == 0:
        other, was = over, under
    elif was < 0:
        other, was = -other, -was
    return half_away(amount * other, was)


def _vat(amount: int, rate: int, tax: str) -> int:
    return half_away(amount * rate, _FULL + rate if tax == "incl" else _FULL)


def _parts(vat: "list[list[int]]") -> "list[tuple[str, int]]":
    return [(str(rate), amount) for rate, amount in vat]


def _set(vat: "list[list[int]]", amounts: "list[int]") -> None:
    for row, amount in zip(vat, amounts):
        row[1] = amount
