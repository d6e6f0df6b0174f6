"""tools.tariff from-ocpi: an OCPI tariff costs what OCPI says, or is refused with its place.

The bills are those of OCPI 2.2.1-d2, chapter 11 ("Examples"); the objects are written for this.
"""

import errno
import json
import random

import pytest
import tariff_command as tariffs
import vectors
from random_prices import Drawn

from tools.export import cdr_tariff
from tools.tariff import from_ocpi, take_over, zone_name
from tools.tariff.judge import TariffFault
from wattseal.core.pricing.loading import load

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
ENERGY = {"type": "ENERGY", "price": 0.25, "vat": 10.0, "step_size": 1}
START = {"type": "FLAT", "price": 0.5, "vat": 20.0, "step_size": 1}
PARKING = {"type": "PARKING_TIME", "price": 2.0, "vat": 20.0, "step_size": 900}
HOURS = {"type": "TIME", "price": 2.0, "vat": 10.0, "step_size": 60}


def ocpi(*components, **more):
    """A Tariff with one element for each component."""
    elements = [{"price_components": [component]} for component in components]
    return {
        "country_code": "DE", "party_id": "ALL", "id": "12", "currency": "EUR",
        "elements": elements, "last_updated": "2018-12-17T11:36:01Z", **more,
    }  # fmt: skip


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """run(object, option...) -> (exit status, standard output, standard error)"""

    def run(given, *options, zone="Europe/Berlin"):
        path = tmp_path / "ocpi.json"
        path.write_text(given if isinstance(given, str) else json.dumps(given))
        return tariffs.main(capsys, monkeypatch, "from-ocpi", path, "--zone", zone, *options)

    return run


@pytest.fixture
def bill(run, capsys, monkeypatch, tmp_path):
    """bill(object, simulate's option...) -> (net, gross) in 1/10000"""

    def bill(given, *options):
        out = tmp_path / "tariff.json"
        code, told, wrong = run(given, "--out", out)
        assert code == 0 and "accepted" in told, (told, wrong)
        words = ["--start", "2026-12-01 18:00", "--idle-after", "0s", *options, "--json"]
        code, told, wrong = tariffs.main(capsys, monkeypatch, "simulate", out, *words)
        assert code == 0, wrong
        cost = json.loads(told)["cost"]
        return cost["net"], cost["gross"]

    return bill


@pytest.mark.parametrize(
    ("given", "session", "expected"),
    [
        (ocpi(ENERGY), ("--kwh", "20"), (50000, 55000)),
        (ocpi(START, ENERGY), ("--kwh", "20"), (55000, 61000)),
        (ocpi(START, ENERGY, PARKING), ("--kwh", "20", "--idle", "40min"), (70000, 79000)),
        (ocpi(ENERGY, min_price={"excl_vat": 0.5, "incl_vat": 0.55}), ("--kwh", "20"),
         (50000, 55000)),
        (ocpi(ENERGY, min_price={"excl_vat": 0.5, "incl_vat": 0.55}), ("--kwh", "1.9"),
         (5000, 5500)),
        (ocpi(START, ENERGY, max_price={"excl_vat": 10, "incl_vat": 11}), ("--kwh", "50"),
         (100000, 110000)),
        (ocpi(START, ENERGY, max_price={"excl_vat": 10, "incl_vat": 11}), ("--kwh", "30"),
         (80000, 88500)),
        (ocpi(HOURS), ("--kwh", "27.5"), (50000, 55000)),  # 2.5 hours at 11 kW
        (ocpi({"type": "FLAT", "price": 0.0, "step_size": 1}), ("--kwh", "20"), (0, 0)),
    ],
)  # fmt: skip
def test_costs_what_ocpi_says(bill, given, session, expected):
    assert bill(given, *session) == expected


def test_the_first_half_hour_is_free_and_an_hour_dear(bill):
    """OCPI's example of max_duration: 5 kWh in the first half hour are free, 1.2 kWh after it
    cost 0.30. Here the power stays the same, 12 kW for 40 minutes: 6 kWh and 2."""
    rows = [
        {"price_components": [{"type": "ENERGY", "price": price, "step_size": 1}],
         "restrictions": restrictions}
        for price, restrictions in (
            (0.0, {"max_duration": 1800}), (0.25, {"min_duration": 1800, "max_duration": 3600}),
            (0.4, {"min_duration": 3600}),
        )
    ]  # fmt: skip
    given = {**ocpi(), "elements": rows}
    assert bill(given, "--kwh", "8", "--power", "12000")[0] == 5000


def normal(values):
    """What OCPI can say of ours, and no more: steps of 1 are none, and a VAT of limits none."""
    found = json.loads(json.dumps(values))
    for key in ("id", "ver", "text"):
        found.pop(key, None)
    for element in found["el"]:
        for component in element["pc"]:
            if component.get("s", 1) <= 1:
                component.pop("s", None)
        if element.get("re", {}).get("t1") == 0:
            element["re"]["t0"] = element["re"].get("t0", 0)
    for which in ("min", "max"):
        found.get(which, {}).pop("v", None)
    return found


def test_there_and_back_again_is_the_same_tariff():
    """Through what our CDRs tell of a tariff: 400 by chance, of those that OCPI can say whole."""
    chance, told = random.Random(11), 0
    while told < 400:
        values, loaded = Drawn(chance).tariff(1)
        limits = [values[which] for which in ("min", "max") if which in values]
        rated = any("v" in c for element in values["el"] for c in element["pc"])
        if values["tax"] == "incl" or any("net" not in limit for limit in limits):
            continue
        if values["tax"] == "excl" and not rated:
            continue  # no VAT anywhere is none
        given, notes = cdr_tariff.of(loaded, "DE", "ALL", 1800000000)
        if notes:
            continue  # a cap or an idle period, which OCPI does not know
        back = from_ocpi.convert(from_ocpi.chosen(json.dumps(given).encode(), ""), values["tz"])
        assert normal(back.values) == normal({**values, "inc": 100})
        load(json.dumps(back.values).encode())
        told += 1


@pytest.mark.parametrize("which", ["whole", "list", "response", "response with a list"])
def test_takes_the_object_from_where_ocpi_puts_it(run, which):
    one = ocpi(ENERGY)
    given = {
        "whole": one, "list": [one], "response": {"status_code": 1000, "data": one},
        "response with a list": {"status_code": 1000, "data": [one]},
    }  # fmt: skip
    code, told, wrong = run(given[which])
    assert (code, wrong) == (0, "")
    assert json.loads(told) == {
        "id": "12", "cur": "EUR", "tax": "excl", "tz": BERLIN, "inc": 100,
        "el": [{"pc": [{"d": "E", "p": 2500, "v": 10000}]}],
    }  # fmt: skip


def test_one_of_several_is_chosen_by_its_id(run):
    several = [ocpi(ENERGY), ocpi(HOURS, id="hours")]
    code, _, wrong = run(several)
    assert code == 2 and "it holds 2 tariffs; choose one with --id: 12, hours" in wrong
    code, told, _ = run(several, "--id", "hours")
    assert code == 0 and json.loads(told)["el"] == [{"pc": [
        {"d": "T", "p": 20000, "v": 10000, "s": 60}]}]  # fmt: skip
    assert run(several, "--id", "none")[0] == 2


def test_everything_that_ocpi_can_restrict():
    given = {
        "start_time": "22:30", "end_time": "06:00", "start_date": "2026-12-24",
        "end_date": "2026-12-27", "min_kwh": 0.5, "max_kwh": 50, "min_current": 5.5,
        "max_current": 32, "min_power": 3.7, "max_power": 22, "min_duration": 60,
        "max_duration": 7200, "day_of_week": ["MONDAY", "SUNDAY"], "reservation": "RESERVATION",
    }  # fmt: skip
    taken = from_ocpi.chosen(json.dumps(ocpi(ENERGY)).encode(), "")
    taken["elements"][0]["restrictions"] = json.loads(
        json.dumps(given), parse_float=from_ocpi.Decimal
    )
    assert from_ocpi.convert(taken, BERLIN).values["el"][0]["re"] == {
        "t0": 1350, "t1": 360, "d0": 20811, "d1": 20814, "e0": 500000, "e1": 50000000,
        "a0": 5500, "a1": 32000, "p0": 3700, "p1": 22000, "s0": 60, "s1": 7200, "dow": 65,
        "rsv": "R",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "expected"),
    [({"start_time": "18:00"}, (1080, 0)), ({"end_time": "06:00"}, (0, 360))],
)
def test_a_time_with_one_end_goes_to_midnight(run, given, expected):
    tariff = ocpi(ENERGY)
    tariff["elements"][0]["restrictions"] = given
    restrictions = json.loads(run(tariff)[1])["el"][0]["re"]
    assert (restrictions["t0"], restrictions["t1"]) == expected


@pytest.mark.parametrize(
    ("said", "tax"), [("YES", "incl"), ("NO", "excl"), ("N/A", "none"), (None, "excl")]
)
def test_the_newer_form_says_whether_prices_include_taxes(run, said, tax):
    component = ENERGY if tax != "none" else {**ENERGY, "vat": None}
    price = {"before_taxes": 0.5, "taxes": [{"name": "VAT", "percentage": 10, "amount": 0.05}]}
    more = {} if tax == "none" else {"min_price": price}
    values = json.loads(run(ocpi(component, tax_included=said, **more))[1])
    assert values["tax"] == tax
    assert values.get("min") == (
        None if tax == "none" else {"net": 5000, "gross": 5500, "v": 10000}
    )


def test_dates_and_texts_are_taken_over_and_what_is_not_is_told(run):
    given = ocpi(
        ENERGY, start_date_time="2026-12-01T00:00:00Z", end_date_time="2027-01-01T00:00:00",
        tariff_alt_text=[{"language": "de", "text": "gr\u00fcn"}, {"language": "en", "text": "g"}],
        type="PROFILE_GREEN", new_key=1,
    )  # fmt: skip
    code, told, wrong = run(given)
    values = json.loads(told)
    assert (code, values["valid"], values["text"]) == (0, [1796083200, 1798761600], "g")
    assert wrong.splitlines() == [
        "tariff: type PROFILE_GREEN is left out: a charger has one tariff for all.",
        "tariff: new_key: unknown to OCPI 2.2.1, and left out.",
    ]
    long_text = ocpi(ENERGY, tariff_alt_text=[{"language": "en", "text": "x" * 161}])
    code, told, wrong = run(long_text)
    assert code == 0 and "text" not in json.loads(told) and "tariff_alt_text is left out" in wrong


@pytest.mark.parametrize(("currency", "inc"), [("EUR", 100), ("JPY", 10000), ("KWD", 10)])
def test_the_smallest_unit_is_the_currencys(run, currency, inc):
    assert json.loads(run(ocpi(ENERGY, currency=currency))[1])["inc"] == inc


def changed(place, value):
    """A tariff in which one thing is wrong: the last key of `place` has this value."""
    tariff = ocpi(dict(ENERGY))
    at = tariff
    for key in place[:-1]:
        at = at.setdefault(key, {}) if isinstance(at, dict) else at[key]
    at[place[-1]] = value
    return tariff


COMPONENT = ("elements", 0, "price_components", 0)
RESTRICTIONS = ("elements", 0, "restrictions")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (changed((*COMPONENT, "price"), 0.12345),
         "elements[0].price_components[0].price 0.12345 has more than 4 decimals; round it"),
        (changed((*COMPONENT, "price"), "0.25"), "price is no number; write it without quotes"),
        (changed((*COMPONENT, "price"), None), "price_components[0].price is missing; add it"),
        (changed((*COMPONENT, "price"), True), "price is no number"),
        (changed((*COMPONENT, "vat"), 19.00001), "vat 19.00001 has more than 3 decimals"),
        (changed((*COMPONENT, "step_size"), 0.5), "step_size 0.5 has decimals; round it"),
        (changed((*COMPONENT, "type"), "SESSION_TIME"),
         "type has 'SESSION_TIME'; OCPI has ENERGY, TIME, PARKING_TIME, FLAT"),
        (changed((*COMPONENT, "type"), []), "type has []"),
        (changed((*COMPONENT, "price_round"), {}), "price_components[0].price_round is unknown"),
        (changed(("elements", 0, "when"), 1), "elements[0].when is unknown to OCPI 2.2.1"),
        (changed((*RESTRICTIONS, "min_soc"), 1), "elements[0].restrictions.min_soc is none of"),
        (changed((*RESTRICTIONS, "start_time"), "24:00"), "'24:00' is no time of day"),
        (changed((*RESTRICTIONS, "start_time"), 8), "8 is no time of day; write it as 08:30"),
        (changed((*RESTRICTIONS, "end_date"), "2026-02-30"), "'2026-02-30' is no date"),
        (changed((*RESTRICTIONS, "end_date"), 20260230), "is no date; write it as 2026-12-24"),
        (changed((*RESTRICTIONS, "day_of_week"), "MONDAY"), "day_of_week is no list"),
        (changed((*RESTRICTIONS, "day_of_week"), ["MON"]), "has 'MON'; OCPI has MONDAY"),
        (changed((*RESTRICTIONS, "reservation"), "YES"), "OCPI has RESERVATION, RESERVATION_EXP"),
        (changed((*RESTRICTIONS, "max_kwh"), "9"), "restrictions.max_kwh is no number"),
        (changed(("elements", 0, "restrictions"), []), "restrictions is no object"),
        (changed(("currency",), None), "currency is no text; write it in quotes"),
        (changed((*COMPONENT, "price"), 10**30), "0000 is out of range; name a smaller one"),
        (changed((*RESTRICTIONS, "max_kwh"), 1e300), "is out of range"),
        (changed(("elements", 0, "restrictions"), 7), "elements[0].restrictions is no object"),
        (changed(("elements", 0), 7), "elements[0] is no object"),
        (changed(("elements",), {}), "elements is no list"),
        (changed(("elements", 0, "price_components"), None), "price_components is no list"),
        (changed(("elements", 0, "price_components"), [7]), "price_components[0] is no object"),
        (changed(("start_date_time",), "2026-12-01T00:00:00+01:00"), "is no UTC time in whole"),
        (changed(("end_date_time",), 7), "end_date_time 7 is no UTC time"),
        (changed(("tax_included",), "MAYBE"), "tax_included has 'MAYBE'; OCPI has YES, NO, N/A"),
        (changed(("min_price",), {"incl_vat": 1}), "min_price.excl_vat is missing; add it"),
        (changed(("min_price",), {"excl_vat": 1, "tax": 2}), "min_price.tax is unknown"),
        (changed(("max_price",), {"before_taxes": 1, "taxes": [{"name": "VAT"}]}),
         "max_price.taxes[0].amount is missing"),
        (changed(("tariff_alt_text",), "x"), "tariff_alt_text is no list"),
        ("{", "it is no JSON"), ("[]", "it holds no OCPI Tariff object"),
        ("7", "it holds no OCPI"), ('{"data": []}', "it holds no OCPI"), ('"\\ud800"', "holds no"),
        ("[" * 100000, "it is no JSON"), ('{"elements": NaN}', "NaN is no number"),
        (changed((*COMPONENT, "price"), 1), None),
    ],
)  # fmt: skip
def test_what_it_cannot_say_exactly_is_refused_with_its_place(run, given, words):
    code, told, wrong = run(given)
    if words is None:
        assert (code, wrong) == (0, "")
        return
    assert (code, told) == (2, "")
    assert words in wrong and wrong.startswith("tariff: ") and wrong.count("\n") == 1, wrong


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (changed(("id",), "with space"), "id: only letters, digits"),
        (changed(("currency",), "eur"), "cur: three capital letters are needed"),
        (changed(("elements", 0, "price_components"), [ENERGY, ENERGY]), "E comes twice"),
        (changed((*RESTRICTIONS, "start_time"), "00:00"), "t1: it ends when it begins"),
        ({**ocpi(), "elements": [{"price_components": [HOURS], "restrictions": {"max_power": 9}}]},
         "el[0].re.p1 cannot restrict T"),
        (changed((*COMPONENT, "price"), 10**10), "el[0].pc[0].p is not a whole number from"),
    ],
)  # fmt: skip
def test_what_the_firmware_refuses_is_refused_with_its_reason(run, given, words):
    code, told, wrong = run(given)
    assert (code, told) == (1, "")
    assert words in wrong and "the firmware refuses" in wrong and wrong.count("\n") == 1, wrong


def test_it_overwrites_nothing_and_says_why_it_cannot_write(run, tmp_path, monkeypatch):
    out = tmp_path / "there.json"
    out.write_text("mine")
    code, _, wrong = run(ocpi(ENERGY), "--out", out)
    assert code == 2 and "is there already" in wrong and out.read_text() == "mine"

    def full(path, text):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(take_over, "write_whole", full)
    code, _, wrong = run(ocpi(ENERGY), "--out", tmp_path / "new.json")
    assert code == 2 and "cannot be written (No space left on device)" in wrong


@pytest.mark.parametrize(
    "row", vectors.load("pricing_zones.json")["zones"], ids=lambda r: r["iana"]
)
def test_a_zone_is_named_or_its_rule(row):
    assert zone_name.rule(row["rule"]) == row["rule"]
    assert zone_name.rule(row["iana"]) == row["rule"]


@pytest.mark.parametrize(
    "zone", ["Mars/Phobos", "../etc/passwd", "/etc/passwd", "Europe", "X" * 999]
)
def test_a_zone_that_nobody_knows_is_told(zone):
    with pytest.raises(TariffFault, match="is no time zone that this machine knows"):
        zone_name.rule(zone)
