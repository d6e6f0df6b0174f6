"""Past sessions under one other tariff, beside what was signed; prints nothing."""

from dataclasses import dataclass

from tools.bills.judged import Judged, Records
from tools.what_if import repricing
from tools.what_if.repricing import Priced
from wattseal.core.pricing.tariff import Tariff


@dataclass(frozen=True)
class Change:
    """One session."""

    was: Priced
    now: Priced

    @property
    def e4(self) -> int:
        return self.now.pay_e4 - self.was.pay_e4


@dataclass(frozen=True)
class Comparison:
    """`other_currency`: sessions that cannot be compared with this tariff."""

    tariff: Tariff
    changes: list[Change]
    other_currency: int

    @property
    def was_e4(self) -> int:
        return sum(change.was.pay_e4 for change in self.changes)

    @property
    def now_e4(self) -> int:
        return sum(change.now.pay_e4 for change in self.changes)

    @property
    def estimated(self) -> int:
        return sum(change.now.estimated for change in self.changes)


@dataclass(frozen=True)
class Sessions:
    """`signed`: those that have a price and stand. The others are counted."""

    signed: list[Priced]
    taken_back: int
    unpriced: int


def sessions(records: Records) -> Sessions:
    good = records.good
    back = {(each.bill.device, each.bill.corrects) for each in good}
    own = [each for each in good if each.bill.corrects is None]
    standing = [each for each in own if not _is_in(each, back)]
    signed = [priced for each in standing if (priced := repricing.signed(each)) is not None]
    return Sessions(signed, len(own) - len(standing), len(standing) - len(signed))


def compare(signed: list[Priced], tariff: Tariff) -> Comparison:
    mine = [priced for priced in signed if priced.cost["cur"] == tariff.values["cur"]]
    changes = [Change(priced, repricing.under(priced, tariff)) for priced in mine]
    return Comparison(tariff, changes, len(signed) - len(mine))


def _is_in(each: Judged, back: set[tuple[str, int | None]]) -> bool:
    return (each.bill.device, each.bill.pagination) in back
