"""A receipt's way to the payable where a limit is all that is paid, and of what is taken back."""

import json

import priced_records as priced
import pypdfium2
import pytest
import signed_records as signed
from four_elements import VALUES

from tools.bills import amounts, recompute, sums, tariffs
from tools.bills import bill as bills
from tools.receipt import as_html, as_pdf, as_text
from tools.receipt.forms import receipt_of
from tools.receipt.operator_file import Operator
from tools.verify import source, trail
from wattseal.core.pricing import loading

ENERGY = {"pc": [{"d": "E", "p": 5000, "v": 19000}]}
FREE = {"pc": [{"d": "E", "p": 0}]}
OF_LIMIT = (
    # (changes of the tariff, Wh; net, VAT, gross of the last row)
    ({"tax": "incl", "min": {"gross": 50000, "v": 19000}, "el": [ENERGY]}, 0, "4.20 0.80 5.00"),
    ({"tax": "excl", "min": {"net": 50000, "v": 19000}, "el": [ENERGY]}, 0, "5.00 0.95 5.95"),
    ({"tax": "excl", "min": {"net": 50000, "v": 19000}, "el": [ENERGY]}, 2, "5.00 0.95 5.95"),
    ({"tax": "excl", "min": {"net": 50000, "gross": 59500}, "el": [FREE]}, 9, "5.00 0.95 5.95"),
)


def loaded(**changes):
    return loading.load(json.dumps({**VALUES, **changes}).encode())


def made(tmp_path, tariff, wh):
    (tmp_path / "tariffs").mkdir()
    (tmp_path / f"tariffs/{tariff.identity}.json").write_bytes(tariffs.canonical(tariff))
    path = tmp_path / "records.jsonl"
    path.write_text(priced.line(2, rows=[[0, wh, "C"]], seconds=60, tariff=tariff))
    known = tariffs.Tariffs(path)
    ((row,),) = (t.rows for t in trail.follow(source.read(str(path)), signed.spki(), "own", known))
    return receipt_of(bills.of(row.message), row, known, Operator(), signed.spki())


@pytest.mark.parametrize(("changes", "wh", "last"), OF_LIMIT)
def test_a_limit_that_is_all_that_is_paid_is_told_with_its_vat(tmp_path, changes, wh, last):
    found = made(tmp_path, loaded(**changes), wh)
    assert found.good and found.vat[-1] == ("Sum", *last.split())
    page = pypdfium2.PdfDocument(as_pdf.document(found))[0].get_textpage().get_text_range()
    for said in (as_text.page(found), as_html.page(found), page):
        assert "Minimum price" in said and "Sum of the lines" in said
        assert all(figure in said for figure in last.split())


def costs(tariff, step_wh):
    for wh in range(0, 20000, step_wh):
        text = priced.payload(2, rows=[[0, wh, "C"]], seconds=60, tariff=tariff)
        yield json.loads(text)["XC"]


@pytest.mark.parametrize("tax", ["incl", "excl"])
def test_what_is_taken_back_is_what_was_given(tax):
    tariff = loaded(tax=tax, el=[ENERGY])
    for cost in costs(tariff, 10):
        own = sums.of(cost, tariff)
        back = sums.of(recompute.negated(cost), tariff)
        assert own.rates == [(rate, -net, -vat) for rate, net, vat in back.rates]
        assert amounts.payable(cost, tariff)[0] == sum(net for _, net, _ in own.rates)


def test_the_net_of_each_rate_fits_its_vat_under_a_limit():
    fee = {"pc": [{"d": "F", "p": 20000, "v": 7000}]}
    tariff = loaded(inc=1, el=[ENERGY, fee], max={"gross": 30000})
    for cost in costs(tariff, 500):
        for rate, net, vat in sums.of(cost, tariff).rates:
            assert abs(net * rate / 100000 - vat) < 2
