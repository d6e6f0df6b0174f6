"""Signed records of priced sessions, as the device makes them: price, segments, correction."""

import signed_records as signed
from four_elements import TEXT

from tools.bills import recompute
from wattseal.core import bill, ocmf
from wattseal.core.entry import Entry
from wattseal.core.pricing import loading, record_cost, tariff_text

TARIFF = loading.load(TEXT)
FROM_MS = 1796022000000  # 2026-11-30 08:00 in Berlin
HOUR_S = 3600
ROWS = [[0, 8000, "C"], [HOUR_S, 2, "P"]]


def payload(
    pagination, rows=ROWS, seconds=2 * HOUR_S, tariff=TARIFF, corrects=None, from_ms=FROM_MS,
    begin_wh=1000, clock="SS", head=signed.HEAD, **changes,
):  # fmt: skip
    """`clock`: the states of begin and end. `changes`: of the cost."""
    end_wh = begin_wh + sum(row[1] for row in rows)
    entries = [
        Entry(from_ms, clock[0], "B", begin_wh, "", "G"),
        Entry(from_ms + seconds * 1000, clock[1], "L", end_wh, "", "G"),
    ]
    cost = record_cost.of(tariff, entries, rows)
    extras = [("UM", head.model_hash), ("XS", rows), ("TT", tariff_text.heading(tariff))]
    if corrects is not None:
        cost = recompute.negated(cost)
        extras.append(("UR", corrects))
    extras.append(("XC", {**cost, **changes}))
    return ocmf.payload(head, pagination, signed.WHO, entries, extras)


def line(pagination, kind=bill.SESSION, session="5e55", head=signed.HEAD, **parts):
    """One line of records.jsonl."""
    text = signed.sign(payload(pagination, head=head, **parts))
    return signed.line(kind, pagination, session, text, device=head.gs)
