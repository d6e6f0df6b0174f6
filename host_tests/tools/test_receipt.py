"""Receipts: what is printed adds up, says what was verified, and carries the record itself."""

import dataclasses
import datetime
import html
import io
import json
import re
import unicodedata
from decimal import Decimal

import priced_records as priced
import pypdfium2
import pytest
import random_prices
import signed_records as signed
import zxingcpp
from four_elements import VALUES
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.bills import bill as bills
from tools.bills.tariffs import Tariffs
from tools.receipt import as_html, as_pdf, as_text
from tools.receipt.content import receipt
from tools.receipt.operator_file import Operator
from tools.verify import source, trail, verify_record
from wattseal.core import bill
from wattseal.core.pricing import loading

SELLER = Operator("Łąka & <b>Söhne</b>", ["Hauptstraße 1"], "DE1", {"DE*W*E1": "Bay <1>"})


def made(tmp_path, *lines, tariff=priced.TARIFF, known=True, key=None):
    """The receipts of the closing records among the lines."""
    path = tmp_path / "records.jsonl"
    path.write_text("".join(lines))
    tariffs = Tariffs()
    if known:
        tariffs._known = {tariff.identity: tariff}
    (found,) = trail.follow(source.read(str(path)), key or signed.spki(), "own", tariffs)
    return [
        receipt(
            bills.of(row.message),
            row,
            tariffs.of(priced_by(row)),
            SELLER,
            "f" * 64,
            key=signed.spki(),
        )
        for row in found.rows
    ]


def priced_by(row):
    return bills.of(row.message).tariff_hash


def pdf_pages(receipt_):
    return pypdfium2.PdfDocument(io.BytesIO(as_pdf.document(receipt_)))


def widest(page):
    """But for the key and the record, which are copied whole."""
    lines = page.splitlines()
    assert lines[-2] == "The record:" and lines[-1].startswith("OCMF|")
    assert lines[-4] == signed.spki()
    return max(map(len, lines[:-4]))


def priced_in(tmp_path, currency, fee, energy=5000):
    components = [{"d": "E", "p": energy, "v": 20000}, {"d": "F", "p": fee, "v": 20000}]
    values = {**VALUES, "cur": currency, "inc": 100, "el": [{"pc": components}]}
    tariff = loading.load(json.dumps(values).encode())
    return made(tmp_path, priced.line(2, tariff=tariff), tariff=tariff)[0]


@pytest.mark.parametrize(
    ("currency", "fee", "price"),
    [
        ("EUR", 1000000, "100.00/session"), ("HUF", 15000000, "1500.00/session"),
        ("IDR", 250000000, "25000.00/session"), ("EUR", 9999999, "999.9999/session"),
        ("IDR", 999999999, "99999.9999/session"),
    ],
)  # fmt: skip
def test_no_two_figures_of_a_line_touch(tmp_path, currency, fee, price):
    """A quantity of 1 before a fee of 100 was read as one of 1100."""
    found = priced_in(tmp_path, currency, fee, 999999999 if fee == 999999999 else 5000)
    page = as_text.page(found)
    assert widest(page) <= 80
    cells = [re.split(r"\s{2,}", line.strip()) for line in page.splitlines()]
    (row,) = [row for row in cells if price in row]
    assert row[-3:] == ["1", price, found.lines[-1].amount]
    assert all(any(line.amount in row and line.price in row for row in cells)
               for line in found.lines)  # fmt: skip


def test_it_says_how_anybody_checks_it(tmp_path):
    (found,) = made(tmp_path, priced.line(2))
    text, page = as_text.page(found), as_html.page(found)
    pdf = "".join(pdf_pages(found)[0].get_textpage().get_text_range().split())
    for form in (text, page, pdf):
        assert signed.spki() in form
        assert "Anybodycancheckthis:" in "".join(form.split()) and "OCMF" in form
    assert found.record in text and html.unescape(page).count(found.record) == 1
    assert "<details>" in page  # closed: the code holds it


def test_a_name_has_the_letters_that_the_font_can_draw(tmp_path):
    names = ("Größe Łódź Société", unicodedata.normalize("NFD", "Größe Société"), "Ⅳ Ĳsselstraat",
             "東京 <&>")  # fmt: skip
    (found,) = made(tmp_path, priced.line(2))
    found = dataclasses.replace(found, sender=list(names))
    shown = pdf_pages(found)[0].get_textpage().get_text_range()
    for name in ("Größe Łódz Société", "Größe Société", "IV IJsselstraat", "?? <&>"):
        assert name in shown
    assert as_pdf.undrawn(names) == "źⅣĲ東京"
    assert as_pdf.undrawn(["Hauptstraße 1", unicodedata.normalize("NFD", "é")]) == ""
    assert all(name in html.unescape(as_html.page(found)) for name in names)


def test_a_long_sender_is_folded(tmp_path):
    (found,) = made(tmp_path, priced.line(2))
    found = dataclasses.replace(found, sender=["Very Long Energy Company " * 9])
    assert widest(as_text.page(found)) <= 80


def test_a_text_says_all_of_it_in_80_columns(tmp_path):
    (found,) = made(tmp_path, priced.line(2))
    page = as_text.page(found)
    assert widest(page) <= 80
    words = " ".join(page.split())
    for said in (
        "T2 of device w1a2b3c4d5e6f708", "Begin 2026-11-30 08:00:00+01:00",
        "End 2026-11-30 10:00:00+01:00", "Duration 2 h 00 min 00 s", "Charging 1 h 00 min 00 s",
        "Parking, no demand 1 h 00 min 00 s", "begin 1.000 kWh", "end 9.002 kWh",
        "Energy (06:00-22:00) 8.002 kWh 0.59/kWh 4.7212",
        "Parking time (idle from 15 min) 45 min 00 s 0.10/min 4.50",
        "Fee per session 1 0.50/session 0.50", "Sum of the lines 9.7212",
        "Rounded to 0.01 EUR -0.0012", "PAYABLE 9.72 EUR", "Included net VAT gross",
        "VAT 19 % 8.17 1.55 9.72 Sum 8.17 1.55 9.72", "VERIFIED Signature good",
        "computed again", found.digest[:32],
        f"four/3 {priced.TARIFF.identity[:16]}", "Bay <1>",
    ):  # fmt: skip
        assert said in words, said
    assert "NOT" not in page


@pytest.mark.parametrize(
    ("states", "begin", "end"),
    [
        ("UU", True, True), ("UR", True, True), ("SU", False, True), ("US", True, False),
        ("SR", False, False), ("RU", False, True),
    ],
)  # fmt: skip
def test_an_unknown_time_is_said_to_be_so_and_an_end_may_count_from_one(
    tmp_path, states, begin, end
):
    text = priced.payload(2)
    first, second = re.findall(r'\+\d{4} S"', text)
    head, _, tail = text.partition(first)
    text = (
        head + first.replace("S", states[0]) + tail.replace(second, second.replace("S", states[1]))
    )
    (found,) = made(tmp_path, signed.line(bill.SESSION, 2, "5e55", signed.sign(text)))
    facts = dict(found.facts)
    unknown = "not known; the clock showed 2026-11-30 "
    assert facts["Begin"].startswith(unknown + "08:00") == begin
    assert facts["End"].startswith(unknown + "10:00") == end
    assert ("not known" in facts["Begin"], "not known" in facts["End"]) == (begin, end)


@pytest.mark.parametrize(("state", "good"), [("S", True), ("I", False)])
def test_an_end_that_counts_from_its_begin_is_as_good_as_that(tmp_path, state, good):
    text = priced.payload(2)
    first = re.findall(r'\+\d{4} S"', text)[0]
    head, _, tail = text.partition(first)
    text = head + first.replace("S", state) + tail.replace(first, first.replace("S", "R"))
    (found,) = made(tmp_path, signed.line(bill.SESSION, 2, "5e55", signed.sign(text)))
    said = dict(found.facts)["End"].endswith("not synchronised")
    assert said != good


def test_a_correction_has_negative_amounts_and_names_its_record(tmp_path):
    own, back = made(tmp_path, priced.line(2), priced.line(3, bill.CORRECTION, corrects=2))
    assert own.good and back.good
    page = as_text.page(back)
    assert page.startswith("CORRECTION OF A CHARGING RECEIPT")
    assert "takes back the bill of record T2." in page and "-9.72 EUR" in page
    assert "-8.002 kWh" in page and "-4.7212" in page
    assert "Energy taken back" in page
    assert page.index("takes back the bill") < page.index("PAYABLE")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (priced.line(2, pay=1), "The amount payable is not what"),
        (priced.line(2).replace("9002", "9003", 1), "The signature does not fit"),
    ],
)
def test_a_record_that_fails_says_so_on_every_form(tmp_path, line, said):
    (found,) = made(tmp_path, line)
    assert not found.good
    text, page = as_text.page(found), as_html.page(found)
    pdf = pdf_pages(found)[0].get_textpage().get_text_range()
    for form in (text, page, pdf):
        assert "NOT VERIFIED" in form and said in " ".join(form.split())


def test_without_its_tariff_it_is_no_good_receipt(tmp_path):
    (found,) = made(tmp_path, priced.line(2), known=False)
    assert not found.good and "NOT computed again" in as_text.page(found)


def test_a_session_without_a_price_costs_nothing_and_says_why(tmp_path):
    payload = priced.payload(2)
    text = signed.sign(payload[: payload.index('"XC"')] + '"XC":{"flags":["tariff_gone"]}}')
    (found,) = made(tmp_path, signed.line(bill.SESSION, 2, "5e55", text))
    page = as_text.page(found)
    assert found.good and "nothing to pay" in page and "was gone at its end" in page


def test_no_text_becomes_markup(tmp_path):
    (found,) = made(tmp_path, priced.line(2))
    page = as_html.page(found)
    assert "<b>S" not in page and "&lt;b&gt;Söhne" in page and "Bay &lt;1&gt;" in page
    assert "<script" not in page and "http" not in page.replace("http://www.w3.org/2000/svg", "")
    # the font has no such a
    assert "Łaka & <b>Söhne</b>" in pdf_pages(found)[0].get_textpage().get_text_range()


def test_the_code_on_the_page_is_the_record(tmp_path):
    (found,) = made(tmp_path, priced.line(2))
    (code,) = zxingcpp.read_barcodes(pdf_pages(found)[0].render(scale=4).to_pil())
    assert code.text == found.record and len(pdf_pages(found)) == 1


def test_a_row_of_a_table_over_many_pages_lies_on_one(tmp_path):
    (found,) = made(tmp_path, priced.line(2))
    names = [" ".join(f"L{row}w{word}" for word in range(12)) for row in range(200)]
    lines = [dataclasses.replace(found.lines[0], what=name) for name in names]
    pages = words_by_page(dataclasses.replace(found, lines=lines))
    assert len(pages) > 5
    *rows, last = pages
    assert all({"Quantity", "Amount,"} <= page for page in rows)  # the head of each
    assert all(f"{found.number}, page {n + 1}".split()[-1] in page and f"{found.number}," in page
               for n, page in enumerate(pages) if n)  # fmt: skip
    assert all(any(set(name.split()) <= page for page in pages) for name in names)
    long = " ".join(f"w{word}" for word in range(2000))
    lines[7] = dataclasses.replace(lines[7], what=long)
    pages = words_by_page(dataclasses.replace(found, lines=lines))
    assert set(long.split()) <= set().union(*pages)


def words_by_page(receipt_):
    return [set(page.get_textpage().get_text_range().split()) for page in pdf_pages(receipt_)]


def test_a_document_is_the_same_bytes_every_time(tmp_path):
    (found,) = made(tmp_path, priced.line(2))
    assert as_pdf.document(found) == as_pdf.document(found)


def test_a_record_too_long_for_a_code_has_none(tmp_path):
    rows = [[10 * n, 100 + n, "CPS"[n % 3]] for n in range(200)]
    (found,) = made(tmp_path, priced.line(2, rows=rows))
    assert not found.fits_qr
    page = as_html.page(found)
    assert "too long" in page and "<details open>" in page and "below stands" in page
    assert found.record in html.unescape(page) and found.record in as_text.page(found)
    pages = [page.get_textpage().get_text_range() for page in pdf_pages(found)]
    assert "Too long" in pages[0]
    whole = "".join("".join(pages).split())
    assert re.sub("[^0-9A-F]", "", found.record[-140:]) in whole  # the signature's end
    assert found.record[:40] in whole


def sessions():
    """Random tariffs that the device takes, and the segments of a session in whole Wh."""
    seconds = st.integers(1, 30000)
    piece = st.tuples(seconds, st.integers(0, 40000), st.sampled_from("CPS"))
    return st.tuples(st.integers(0, 10**6), st.lists(piece, min_size=1, max_size=6))


@settings(max_examples=60, deadline=None)
@given(drawn=sessions())
def test_what_is_printed_adds_up(tmp_path_factory, drawn):
    seed, pieces = drawn
    values = random_prices.Drawn(random_prices.random.Random(seed)).tariffs[0][0]
    tariff = loading.load(json.dumps(values).encode())
    rows, at = [], 0
    for seconds, wh, state in pieces:
        rows.append([at, wh, state])
        at += seconds
    line = priced.line(2, rows=rows, seconds=at, tariff=tariff)
    (found,) = made(tmp_path_factory.mktemp("r"), line, tariff=tariff)
    assert found.good, found.verdict
    lines = sum(Decimal(each.amount) for each in found.lines)
    payable = Decimal(found.payable.split()[0])
    steps = [Decimal(amount) for _, amount in found.sums[1:]]
    assert lines + sum(steps) == payable
    if found.sums:
        assert Decimal(found.sums[0][1]) == lines
    if found.vat:
        *rates, (_, *sums) = found.vat
        columns = zip(*(row[1:] for row in rates), strict=True)
        assert [sum(map(Decimal, column)) for column in columns] == list(map(Decimal, sums))
        assert Decimal(sums[0]) + Decimal(sums[1]) == Decimal(sums[2]) == payable
    page = as_text.page(found)
    assert widest(page) <= 80
    assert re.search(rf"PAYABLE +{re.escape(found.payable)}", page)
    for line in found.lines:
        _adds_up(line)


def _adds_up(line):
    """Quantity times price is the amount, but for a cap and the one rounding; times are exact."""
    price, _, unit = line.price.partition("/")
    if unit == "kWh" and "up to" not in line.what:
        exact = Decimal(line.quantity.split()[0]) * Decimal(price)
        assert abs(exact - Decimal(line.amount)) <= Decimal("0.00005")


@pytest.mark.parametrize("name", ["../../up", "/abs", "x" * 300, "a b"])
def test_no_record_chooses_where_its_receipt_is_written(tmp_path, name):
    (found,) = made(tmp_path, priced.line(2).replace(signed.DEVICE, name))
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,40}-T2", found.number) and not found.good


def test_of_what_nobody_signed_no_line_is_shown(tmp_path):
    (found,) = made(tmp_path, priced.line(2).replace("5900", "5901", 1))
    assert (found.lines, found.sums, found.vat, found.payable) == ([], [], [], "unknown")
    assert "NOT VERIFIED" in as_html.page(found).partition("</strong>")[0]


def test_a_price_that_is_proven_is_explained_whatever_else_is_wrong(tmp_path):
    lines = [priced.line(2), priced.line(3, session="b")]  # both begin at the same register
    found = made(tmp_path, *lines)[1]
    assert not found.good and found.sums and found.vat
    assert "The register begins below" in as_text.page(found)


def test_begin_and_duration_are_the_end(tmp_path):
    rows, seconds = [[0, 8000, "C"]], 5
    (whole,) = made(tmp_path, priced.line(2, rows=rows, seconds=seconds))
    facts = dict(whole.facts)
    (bill_,) = [bills.of(m) for m in source.read(str(tmp_path / "records.jsonl"))]
    bill_.begin.utc_ms += 700
    bill_.end.utc_ms += 1100  # 5.4 s, of which the clock shows 6
    row = trail.Row(bill_.message, verify_record(bill_.message.text, signed.spki()))
    odd = dict(receipt(bill_, row, priced.TARIFF, SELLER, "f" * 64).facts)
    for told in (facts, odd):
        begin, end = (datetime.datetime.fromisoformat(told[name]) for name in ("Begin", "End"))
        assert (end - begin).total_seconds() == seconds and told["Duration"] == "0 min 05 s"


def test_a_long_session_stays_within_80_columns(tmp_path):
    rows = [[0, 100000, "C"], [3600, 2, "P"]]
    (found,) = made(tmp_path, priced.line(2, rows=rows, seconds=200 * 3600))
    assert widest(as_text.page(found)) <= 80


def test_values_of_the_tariff_are_not_changed(tmp_path):
    made(tmp_path, priced.line(2))
    assert priced.TARIFF.values == VALUES
