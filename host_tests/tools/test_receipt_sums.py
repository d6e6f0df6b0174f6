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


@pytest.mark.parametrize(
    ("currency", "step", "price", "rate", "last"),
    [
        ("EUR", 10000, 5900, 19000, "2.52 0.48 3.00"),
        ("CHF", 500, 5900, 8100, "2.73 0.22 2.95"),
        ("CHF", 500, 5900, 2600, "2.88 0.07 2.95"),
        ("HUF", 50000, 1500000, 27000, "590.55 159.45 750.00"),
        ("EUR", 30, 5900, 19000, "2.478 0.471 2.949"),  # 2.949 is no whole number of cents
        ("KWD", 50, 590, 10000, "0.268 0.027 0.295"),
        (
            "EUR",
            250,
            5950,
            19000,
            "2.500 0.475 2.975",
        ),  # nor does its step of 2.5 cents divide by one
    ],
)
def test_a_step_of_the_payable_is_none_of_its_vat(currency, step, price, rate, last):
    element = {"pc": [{"d": "E", "p": price, "v": rate}]}
    tariff = loaded(cur=currency, inc=step, el=[element])
    cost = json.loads(priced.payload(2, rows=[[0, 5000, "C"]], seconds=60, tariff=tariff))["XC"]
    ((_, net, vat),) = sums.of(cost, tariff).rates
    places = len(last.split()[0].partition(".")[2])
    assert " ".join(f"{e4 / 10000:.{places}f}" for e4 in (net, vat, net + vat)) == last


def test_nor_is_it_one_of_the_parts_that_bear_each_rate():
    both = [{"d": "E", "p": 5900, "v": 19000}, {"d": "F", "p": 10000, "v": 7000}]
    tariff = loaded(cur="CHF", inc=500, el=[{"pc": both}])
    cost = json.loads(priced.payload(2, rows=[[0, 5000, "C"]], seconds=60, tariff=tariff))["XC"]
    # of 3.95: 2.95 / 1.19 = 2.479 and 1.00 / 1.07 = 0.935, in cents
    assert sums.of(cost, tariff).rates == [(7000, 9300, 700), (19000, 24800, 4700)]


def test_a_currency_without_cents_is_shown_without(tmp_path):
    element = {"pc": [{"d": "E", "p": 590000, "v": 10000}]}
    found = made(tmp_path, loaded(cur="JPY", inc=10000, el=[element]), 8002)
    assert found.vat[-1] == ("Sum", "429", "43", "472")
    assert (found.lines[0].price, found.lines[0].amount) == ("59/kWh", "472.118")
    assert found.sums[-1] == ("Rounded to 1 JPY", "-0.118")


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
