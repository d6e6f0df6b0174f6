"""A statement as one JSON document, integers in the units that their names say."""

import json
from dataclasses import asdict
from typing import Any

from tools.statement.book import Book, Row, Sum
from tools.statement.figures import Figures


def document(book: Book) -> str:
    period = book.period
    values = {
        "period": {
            "name": period.name, "first": period.first and str(period.first),
            "last": period.last and str(period.last),
        },
        "by": book.by,
        "records": [_row(row) for row in book.rows],
        "sums": [_sum(each) for each in book.sums],
        "totals": [_sum(each) for each in book.totals],
        "before": book.before and [_sum(each) for each in book.before],
        "time_unknown": [_row(row) for row in book.untimed],
        "left_out": [{"record": record, "why": why} for record, why in book.left_out],
    }  # fmt: skip
    return json.dumps(values) + "\n"


def _row(row: Row) -> dict[str, Any]:
    bill = row.bill
    return {
        "kind": bill.message.kind, "device": bill.device, "point": row.point, "name": row.name,
        "pagination": bill.pagination, "session": bill.session,
        "begin": row.begin.isoformat() if bill.is_timed else None,
        "end": row.end.isoformat() if bill.is_timed else None,
        "tariff": row.tariff, "tariff_hash": bill.tariff_hash,
        "corrects": bill.corrects, "taken_back_by": row.back,
        "register_start_wh": bill.begin_wh, "register_stop_wh": bill.end_wh,
        "currency": row.currency, **_figures(row.figures), "flags": bill.flags,
    }  # fmt: skip


def _sum(each: Sum) -> dict[str, Any]:
    return {
        "name": each.name, "device": each.device, "currency": each.currency,
        **_figures(each.figures), "pay_e4_per_kwh": each.figures.pay_e4_per_kwh,
    }  # fmt: skip


def _figures(numbers: Figures) -> dict[str, Any]:
    vat = [{"rate_milli_percent": rate, "e4": e4} for rate, e4 in numbers.vat_e4.items()]
    return {**asdict(numbers), "vat_e4": vat}
