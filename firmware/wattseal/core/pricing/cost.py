"""What a session costs: from billed quantities to lines, VAT, limits and the amount payable.

Each line is rounded once, VAT once for each rate; all amounts are in e4 (see tariff).
"""

from micropython import const

from wattseal.core.pricing.rounding import apportion, half_away

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.core.pricing.rounding import Part
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
        if "min" in tariff.values or "max" in tariff.values:
            self._limits(tariff, *_unrounded(sum([line[4] for line in self.lines]), of_rate, tax))
        self._pay(tariff.values["inc"])

    def _vat_sum(self) -> int:
        return sum([amount for _, amount in self.vat])

    def _limits(self, tariff: "Tariff", sides: "list[int]", vat: "list[Part]") -> None:
        """`sides`: net and gross, `vat`: each rate's, all unrounded: what was rounded of a few Wh
        is another proportion. From nothing, or where something is below zero, which leaves no
        proportion, all goes by the VAT of the limit itself. Net and gross are limited each for
        itself; a side without a limit moves along, and never the other way."""
        for which, choose in (("min", max), ("max", min)):
            limit = tariff.values.get(which, {})
            net = choose(self.net, limit.get("net", self.net))
            gross = choose(self.gross, limit.get("gross", self.gross))
            if net == self.net and gross == self.gross:
                continue
            if not sides[0] or not sides[1]:
                sides = [_FULL, _FULL + limit.get("v", 0)]
            if "gross" not in limit:
                gross = choose(gross, half_away(net * sides[1], sides[0]))
            elif "net" not in limit:
                net = choose(net, half_away(gross * sides[0], sides[1]))
            self.net, self.gross = net, gross
            self.limit = which
            some = sum([amount for _, amount in vat])
            _set(self.vat, apportion(vat, self.gross - self.net if some else 0, 1))

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


def _unrounded(
    charged: int, of_rate: "dict[int, int]", tax: str
) -> "tuple[list[int], list[Part]]":
    """[net, gross] and the VAT by rate, in a unit of which all of them are whole; of amounts that
    are not all above zero nothing."""
    if min([charged - sum(of_rate.values())] + list(of_rate.values())) < 0:
        return [0, 0], [(str(rate), 0) for rate in sorted(of_rate)]
    unit = _FULL
    for rate in of_rate if tax == "incl" else ():
        unit *= _FULL + rate
    vat: list[Part] = []
    for rate in sorted(of_rate):
        each = unit // (_FULL + rate if tax == "incl" else _FULL)
        vat.append((str(rate), of_rate[rate] * rate * each))
    net = gross = charged * unit
    if tax == "incl":
        net -= sum([amount for _, amount in vat])
    else:
        gross += sum([amount for _, amount in vat])
    return [net, gross], vat


def _vat(amount: int, rate: int, tax: str) -> int:
    return half_away(amount * rate, _FULL + rate if tax == "incl" else _FULL)


def _parts(vat: "list[list[int]]") -> "list[tuple[str, int]]":
    return [(str(rate), amount) for rate, amount in vat]


def _set(vat: "list[list[int]]", amounts: "list[int]") -> None:
    for row, amount in zip(vat, amounts):
        row[1] = amount
