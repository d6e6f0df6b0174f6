"""The bills of a period, their sums by group and currency, and the period before; prints nothing.

A bill belongs to the local day, by its tariff's zone, on which its session ended: a correction
repeats the session's readings, so it belongs to the same day and takes it back there.
"""

import datetime
from dataclasses import dataclass

from tools.bills import local_time, tariffs, words
from tools.bills.bill import Bill
from tools.bills.judged import Judged, Records
from tools.statement import figures
from tools.statement.figures import Figures
from tools.statement.names import UNNAMED, Names
from tools.statement.period import Period

BY = ("point", "card", "vehicle", "tariff")


@dataclass(frozen=True)
class Row:
    """One closing record. `back`: the pagination of the correction that takes it back."""

    bill: Bill
    begin: datetime.datetime
    end: datetime.datetime
    point: str
    name: str
    tariff: str
    currency: str
    back: int | None
    figures: Figures

    @property
    def untimed_words(self) -> str:
        pay = words.amount(self.figures.pay_e4, self.currency) if self.currency else "no price"
        return f"T{self.bill.pagination} of {self.bill.device}, {pay}"


@dataclass(frozen=True)
class Sum:
    """`device` is "" where a group spans devices, and in a total."""

    name: str
    device: str
    currency: str
    figures: Figures


@dataclass(frozen=True)
class Book:
    """`totals`: one for each currency, `before` likewise, None when no period is before this."""

    period: Period
    by: str
    rows: list[Row]
    sums: list[Sum]
    totals: list[Sum]
    before: list[Sum] | None
    left_out: list[tuple[str, str]]
    untimed: list[Row]  # good, but nobody knows when: in no period and no sum


def make(records: Records, period: Period, by: str, names: Names) -> Book:
    back = {(e.bill.device, e.bill.corrects): e.bill.pagination for e in records.good}
    rows = [_row(each, names, back) for each in records.good]
    rows.sort(key=lambda row: (row.end, row.bill.device, row.bill.pagination))
    untimed = [row for row in rows if not row.bill.is_timed]
    rows = [row for row in rows if row.bill.is_timed]
    mine = [row for row in rows if period.holds(row.end.date())]
    earlier = period.before()
    before = None
    if earlier is not None:
        before = _totals([row for row in rows if earlier.holds(row.end.date())], earlier.name)
    totals = _totals(mine, "total")
    return Book(period, by, mine, _sums(mine, by), totals, before, records.refused, untimed)


def _row(judged: Judged, names: Names, back: dict[tuple[str, int | None], int]) -> Row:
    bill, tariff = judged.bill, judged.tariff
    begin, end = (local_time.at(entry.utc_ms, tariff) for entry in (bill.begin, bill.end))
    return Row(
        bill, begin, end, f"{bill.device}/{bill.message.connector}", names.of(bill),
        tariffs.name(tariff) if tariff else "", (bill.cost or {}).get("cur", ""),
        back.get((bill.device, bill.pagination)), figures.of(judged),
    )  # fmt: skip


def _sums(rows: list[Row], by: str) -> list[Sum]:
    found: dict[tuple[str, str, str], Figures] = {}
    for row in rows:
        if by in ("card", "vehicle"):
            key = (row.name or UNNAMED, "", row.currency)
        else:
            group = row.point if by == "point" else row.tariff or "no tariff"
            key = (group, row.bill.device, row.currency)
        found[key] = found.get(key, Figures()) + row.figures
    return [Sum(*key, figures=found[key]) for key in sorted(found)]


def _totals(rows: list[Row], name: str) -> list[Sum]:
    found: dict[str, Figures] = {}
    for row in rows:
        found[row.currency] = found.get(row.currency, Figures()) + row.figures
    return [Sum(name, "", currency, found[currency]) for currency in sorted(found)]
