"""A statement as columns of values: text, times and exact decimals; formats none of them."""

import datetime
from decimal import Decimal

from tools.bills import words
from tools.statement.book import Book, Row, Sum
from tools.statement.figures import Figures

Value = str | int | Decimal | datetime.datetime | None
_TEXTS = ("kind", "device", "point", "name", "record", "session", "begin", "end", "tariff")
_REGISTERS = ("register_start_kwh", "register_stop_kwh")
_NUMBERS = (
    "sessions", "energy_kwh", "charging_s", "idle_s", "suspended_s", "currency",
    "energy_incl_vat", "time_incl_vat", "idle_incl_vat", "fees_incl_vat", "adjustment", "net",
)  # fmt: skip
_SUMS = ("group", "device", "corrections", *_NUMBERS)


def rates(book: Book) -> list[int]:
    """Those of the period before too, and of records of unknown time, which are in no total."""
    each_of = [*book.totals, *book.untimed, *(book.before or [])]
    return sorted({rate for each in each_of for rate in each.figures.vat_e4})


def of_rows(book: Book) -> tuple[list[str], list[list[Value]]]:
    """(names, values) of each record, without sums."""
    names = [*_TEXTS, "corrects", "taken_back_by", *_REGISTERS, *_NUMBERS, *_vat_names(book)]
    return [*names, "payable", "flags"], [_row(row, book) for row in book.rows]


def of_untimed(book: Book) -> list[list[Value]]:
    """Records of no period, under the same names; what the clock showed is no time."""
    names, _ = of_rows(book)
    begin, end = names.index("begin"), names.index("end")
    rows = [["time_unknown", *_row(row, book)[1:]] for row in book.untimed]
    return [[None if at in (begin, end) else v for at, v in enumerate(row)] for row in rows]


def of_totals(book: Book) -> list[list[Value]]:
    """A total for each currency, under the same names."""
    empty: list[Value] = [None] * (len(_TEXTS) + 1 + len(_REGISTERS))
    return [
        ["total", *empty, *_numbers(total.figures, total.currency, book), None]
        for total in book.totals
    ]  # fmt: skip


def of_sums(book: Book) -> tuple[list[str], list[list[Value]]]:
    """Each group, then the totals, then those of the period before."""
    names = [*_SUMS, *_vat_names(book), "payable", "payable_per_kwh"]
    before = [Sum(f"before: {s.name}", "", s.currency, s.figures) for s in book.before or []]
    return names, [_sum(each, book) for each in [*book.sums, *book.totals, *before]]


def money(e4: int) -> Decimal:
    return Decimal(e4).scaleb(-4)


def kwh(wh: int) -> Decimal:
    return Decimal(wh).scaleb(-3)


def _row(row: Row, book: Book) -> list[Value]:
    bill = row.bill
    return [
        bill.message.kind, bill.device, row.point, row.name, f"T{bill.pagination}", bill.session,
        row.begin, row.end, row.tariff, None if bill.corrects is None else f"T{bill.corrects}",
        None if row.back is None else f"T{row.back}", kwh(bill.begin_wh), kwh(bill.end_wh),
        *_numbers(row.figures, row.currency, book), " ".join(bill.flags),
    ]  # fmt: skip


def _sum(each: Sum, book: Book) -> list[Value]:
    rate_e4 = each.figures.pay_e4_per_kwh
    return [
        each.name, each.device, each.figures.corrections,
        *_numbers(each.figures, each.currency, book), None if rate_e4 is None else money(rate_e4),
    ]  # fmt: skip


def _numbers(numbers: Figures, currency: str, book: Book) -> list[Value]:
    amounts = (
        numbers.energy_e4, numbers.time_e4, numbers.idle_e4, numbers.fee_e4,
        numbers.adjustment_e4, numbers.net_e4,
        *(numbers.vat_e4.get(rate, 0) for rate in rates(book)), numbers.pay_e4,
    )  # fmt: skip
    return [
        numbers.sessions, kwh(numbers.energy_wh), numbers.charging_s, numbers.idle_s,
        numbers.suspended_s, currency, *map(money, amounts),
    ]  # fmt: skip


def _vat_names(book: Book) -> list[str]:
    return [f"vat {words.percent(rate)}" for rate in rates(book)]
