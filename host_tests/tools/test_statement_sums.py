"""Sums of a statement: what belongs to a period, what is kept apart, and that all adds up."""

import csv
import datetime
import io
import json
from decimal import Decimal

import loose_bills as loose
import openpyxl
import priced_records as priced
import pytest
import zoneinfo
from four_elements import VALUES
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.bills import judged
from tools.bills.command import CommandFault
from tools.statement import book, columns, csv_form, json_form, period, terminal, xlsx_form
from tools.statement.figures import Figures
from tools.statement.names import Names
from wattseal.core.pricing import loading

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
EVERY = period.Period("all records")


def ms(*local):
    """UTC ms of a session of 2 h that ends then."""
    return round(datetime.datetime(*local, tzinfo=BERLIN).timestamp() * 1000) - 7200000


def make(bills, span=EVERY, by="point", **known):
    return book.make(judged.Records(bills), span, by, Names(known))


def tariff(**changes):
    return loading.load(json.dumps({**VALUES, **changes}).encode())


def test_a_session_belongs_to_the_local_month_of_its_end():
    ends = [(2026, 2, 28, 23, 59, 59), (2026, 3, 1, 0, 0), (2026, 3, 31, 23, 59, 59), (2026, 4, 1)]
    bills = [loose.judged_bill(n, from_ms=ms(*end)) for n, end in enumerate(ends, 1)]
    made = make(bills, period.month("2026-03"))
    assert [row.bill.pagination for row in made.rows] == [2, 3]
    assert [row.end.isoformat() for row in made.rows] == [
        "2026-03-01T00:00:00+01:00", "2026-03-31T23:59:59+02:00",
    ]  # fmt: skip
    assert [(each.name, each.figures.sessions) for each in made.before] == [("2026-02", 1)]


def test_a_rate_of_the_period_before_alone_is_told():
    old = tariff(el=[{"pc": [{"d": "E", "p": 5000, "v": 16000}]}])
    bills = [
        loose.judged_bill(1, from_ms=ms(2026, 2, 5), tariff=old),
        loose.judged_bill(2, from_ms=ms(2026, 3, 5)),
    ]
    made = make(bills, period.month("2026-03"))
    names, (*_, total, before) = columns.of_sums(made)
    rate = names.index("vat 16 %")
    assert (total[rate], before[rate]) == (0, Decimal("0.55"))
    net, paid = names.index("net"), names.index("payable")
    assert before[net] + before[rate] == before[paid]
    said = terminal.console()
    with said.capture() as shown:
        said.print(terminal.document(made))
    assert "VAT 16 %" in shown.get() and "0.55 EUR" in shown.get()


def untimed(number, states, **parts):
    """A bill whose begin's and end's times have these states."""
    each = loose.judged_bill(number, **parts)
    for entry, state in zip((each.bill.begin, each.bill.end), states, strict=True):
        entry.time_state = state
    return each


@pytest.mark.parametrize("states", ["UU", "UR", "SU"])
def test_a_bill_of_unknown_time_is_told_in_every_statement_and_in_no_sum(states):
    known = loose.judged_bill(1, from_ms=ms(2026, 3, 5))
    made = make([known, untimed(2, states, from_ms=946684801000)], period.month("2026-03"))
    assert [row.bill.pagination for row in made.rows] == [1]
    assert made.totals[0].figures.sessions == 1
    (row,) = made.untimed
    assert row.untimed_words == "T2 of w1a2b3c4d5e6f708, 8.12 EUR"
    (told,) = json.loads(json_form.document(made))["time_unknown"]
    assert (told["pagination"], told["begin"], told["end"]) == (2, None, None)
    table = list(csv.DictReader(io.StringIO(csv_form.document(made)[1:])))
    assert (table[-1]["kind"], table[-1]["record"], table[-1]["end"]) == ("time_unknown", "T2", "")
    book_ = openpyxl.load_workbook(io.BytesIO(xlsx_form.document(made)))
    assert book_["Time unknown"].max_row == 2 and book_["Records"].max_row == 2


def test_its_vat_has_a_column_though_no_total_has_that_rate():
    made = make([untimed(2, "UU", from_ms=946684801000)], period.month("2026-03"))
    (row,) = csv.DictReader(io.StringIO(csv_form.document(made)[1:]))
    assert (row["net"], row["vat 19 %"], row["payable"]) == ("6.8200", "1.3000", "8.1200")


@pytest.mark.parametrize("states", ["US", "SR", "IR", "RR"])
def test_a_known_end_belongs_to_its_day(states):
    made = make([untimed(1, states, from_ms=ms(2026, 3, 5))], period.month("2026-03"))
    assert len(made.rows) == 1 and not made.untimed


@pytest.mark.parametrize(
    ("span", "first", "last", "before"),
    [
        (period.month("2026-01"), (2026, 1, 1), (2026, 1, 31), "2025-12"),
        (period.month("2028-02"), (2028, 2, 1), (2028, 2, 29), "2028-01"),
        (period.year(2026), (2026, 1, 1), (2026, 12, 31), "2025"),
        (
            period.between(datetime.date(2026, 3, 10), datetime.date(2026, 3, 16)),
            (2026, 3, 10), (2026, 3, 16), "2026-03-03 to 2026-03-09",
        ),
    ],
)  # fmt: skip
def test_a_period_and_the_one_before(span, first, last, before):
    assert (span.first, span.last) == (datetime.date(*first), datetime.date(*last))
    assert span.before().name == before
    assert span.before().last == span.first - datetime.timedelta(days=1)


def test_an_open_period_has_none_before():
    assert period.between(None, datetime.date(2026, 1, 1)).before() is None
    assert make([loose.judged_bill(1)]).before is None
    with pytest.raises(CommandFault, match="turn them round"):
        period.between(datetime.date(2026, 1, 2), datetime.date(2026, 1, 1))


def test_a_session_and_its_correction_cancel_and_both_are_shown():
    made = make([loose.judged_bill(1), loose.judged_bill(2, corrects=1)])
    (total,) = made.totals
    assert [(row.back, row.bill.corrects) for row in made.rows] == [(2, None), (None, 1)]
    assert total.figures == Figures(corrections=1, vat_e4={19000: 0})
    assert made.rows[0].figures.pay_e4 == 97200


def test_they_cancel_where_a_cent_could_go_to_net_or_to_vat():
    half = tariff(el=[{"pc": [{"d": "E", "p": 300, "v": 100000}]}])
    parts = {"tariff": half, "rows": [[0, 1000, "C"]]}
    made = make([loose.judged_bill(1, **parts), loose.judged_bill(2, corrects=1, **parts)])
    assert made.totals[0].figures == Figures(corrections=1, vat_e4={100000: 0})
    assert sorted([made.rows[0].figures.net_e4, made.rows[0].figures.vat_e4[100000]]) == [100, 200]


def test_the_parts_of_a_price_make_the_amount_payable():
    (row,) = make([loose.judged_bill(1)]).rows
    numbers = row.figures
    assert (numbers.energy_e4, numbers.idle_e4, numbers.fee_e4) == (47212, 45000, 5000)
    assert (numbers.adjustment_e4, numbers.pay_e4) == (-12, 97200)
    assert (numbers.net_e4, numbers.vat_e4) == (81700, {19000: 15500})
    assert (numbers.charging_s, numbers.idle_s, numbers.energy_wh) == (3600, 3600, 8002)
    assert numbers.pay_e4_per_kwh == 12147  # 9.72 / 8.002 = 1.21469


def test_a_minimum_that_is_all_that_is_paid_has_its_own_vat():
    least = tariff(el=[{"pc": [{"d": "E", "p": 300}]}], min={"gross": 11900, "v": 19000})
    (row,) = make([loose.judged_bill(1, tariff=least, rows=[[0, 0, "C"]])]).rows
    numbers = row.figures
    assert (numbers.net_e4, numbers.vat_e4, numbers.pay_e4) == (10000, {19000: 1900}, 11900)


def test_devices_currencies_and_groups_are_kept_apart():
    francs = tariff(cur="CHF")
    bills = [
        loose.judged_bill(1), loose.judged_bill(2, connector=2),
        loose.judged_bill(3, tariff=francs),
        loose.judged_bill(1, device="w1a2b3c4d5e6f709"),
    ]  # fmt: skip
    found = [(s.name[-6:], s.device[-2:], s.currency) for s in make(bills).sums]
    assert found == [
        ("f708/1", "08", "CHF"), ("f708/1", "08", "EUR"), ("f708/2", "08", "EUR"),
        ("f709/1", "09", "EUR"),
    ]  # fmt: skip
    assert [(t.currency, t.figures.sessions) for t in make(bills).totals] == [
        ("CHF", 1),
        ("EUR", 3),
    ]
    assert len(make(bills, by="tariff").sums) == 3


def test_a_name_is_of_a_session_or_of_its_pseudonym():
    bills = [loose.judged_bill(1), loose.judged_bill(2)]
    known = {"00ff": "blue card", "s2": "red card"}
    made = make(bills, by="card", **known)
    assert [(s.name, s.device) for s in made.sums] == [("blue card", ""), ("red card", "")]
    assert [s.name for s in make(bills, by="vehicle").sums] == ["(no name)"]


SEGMENTS = st.lists(
    st.tuples(st.integers(0, 4000), st.integers(0, 9000), st.sampled_from("CPS")), min_size=1,
    max_size=4,
)  # fmt: skip
TARIFFS = st.sampled_from([
    priced.TARIFF, tariff(tax="excl", cur="CHF", inc=500),
    tariff(tax="incl", min={"gross": 60000}, max={"gross": 120000}),
    tariff(tax="none", el=[{"pc": [{"d": "E", "p": 3333}, {"d": "T", "p": 777}]}]),
    tariff(
        tax="excl",
        el=[{"pc": [{"d": "E", "p": 3333, "v": 8875}, {"d": "F", "p": -99, "v": 7000}]}],
    ),
])  # fmt: skip
DRAWN = st.lists(st.tuples(SEGMENTS, TARIFFS, st.booleans()), min_size=1, max_size=6)


def bills_of(drawn):
    found = []
    for number, (segments, priced_by, back) in enumerate(drawn, 1):
        rows, at_s = [], 0
        for seconds, wh, state in segments:
            rows.append([at_s, wh, state])
            at_s += seconds
        parts = {"rows": rows, "seconds": at_s, "tariff": priced_by, "connector": number % 3}
        found.append(loose.judged_bill(number, **parts))
        if back:
            found.append(loose.judged_bill(number + 100, corrects=number, **parts))
    return found


def read_csv(text, comma):
    rows = list(csv.DictReader(io.StringIO(text[1:]), delimiter=";" if comma else ","))
    return [
        {k: v.replace(",", ".") if comma and k != "begin" else v for k, v in row.items()}
        for row in rows
    ]


def add_up(rows, totals, keys, currency="currency"):
    """Each total is the sum of its rows, exactly."""
    for total in totals:
        mine = [row for row in rows if (row[currency] or "") == (total[currency] or "")]
        for key in keys:
            assert sum(Decimal(str(row[key])) for row in mine) == Decimal(str(total[key])), key
    assert {row[currency] for row in rows} == {total[currency] for total in totals}


KEYS = [
    "sessions", "energy_kwh", "charging_s", "idle_s", "suspended_s", "energy_incl_vat",
    "time_incl_vat", "idle_incl_vat", "fees_incl_vat", "adjustment", "net", "payable",
]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(DRAWN)
def test_every_format_read_back_adds_up_to_the_cent(drawn):
    made = make(bills_of(drawn))
    for each in [*made.rows, *made.sums, *made.totals]:
        f = each.figures
        parts = (f.energy_e4, f.time_e4, f.idle_e4, f.fee_e4, f.adjustment_e4)
        assert f.pay_e4 == sum(parts) == f.net_e4 + sum(f.vat_e4.values())
    for german in (False, True):
        rows = read_csv(csv_form.document(made, german), german)
        vat = [key for key in rows[0] if key.startswith("vat")]
        records = [row for row in rows if row["kind"] != "total"]
        add_up(records, [row for row in rows if row["kind"] == "total"], KEYS + vat)
    values = json.loads(json_form.document(made))
    numbers = [
        key for key in values["totals"][0] if key.endswith(("_wh", "_s", "_e4", "sessions"))
    ]
    add_up(values["records"], values["totals"], [n for n in numbers if n != "vat_e4"])
    add_up(values["sums"], values["totals"], [n for n in numbers if n != "vat_e4"])
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx_form.document(made)))
    sheets = []
    for sheet in workbook.worksheets:
        names, *rows = sheet.iter_rows(values_only=True)
        sheets.append([dict(zip(names, row, strict=True)) for row in rows])
    totals = [row for row in sheets[0] if row["group"] == "total"]
    add_up([row for row in sheets[0] if row["group"] != "total"], totals, KEYS + vat)
    add_up(sheets[1], totals, KEYS + vat)
