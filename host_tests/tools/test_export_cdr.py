"""Bills as OCPI CDRs: the record's own sums, exact numbers, and a schema that refuses."""

import base64
import copy
import json
import random
import re
from decimal import Decimal

import exported
import jsonschema
import priced_records as priced
import pytest
import random_prices
from four_elements import DAY, VALUES, ZONE

from tools.bills import judged
from tools.bills.command import CommandFault
from tools.export import cdr, cdr_costs, cdr_tariff, units
from tools.export.operator import Operator
from wattseal.core import bill
from wattseal.core.pricing import loading

OPERATOR = Operator(exported.OPERATOR)


def cdrs(tmp_path, *lines, values=VALUES):
    records = exported.folder(tmp_path, lines, values)
    return [cdr.of(each, OPERATOR)[0] for each in judged.read([str(records)], None, []).bills]


def test_a_cdr_says_what_the_record_says(tmp_path):
    (found,) = cdrs(tmp_path, priced.line(2))
    assert found["id"] == "w1a2b3c4d5e6f708-T2" and found["session_id"] == "5e55"
    assert found["start_date_time"] == "2026-11-30T07:00:00Z"
    assert found["end_date_time"] == "2026-11-30T09:00:00Z"
    assert found["cdr_token"]["uid"] == "00ff" and found["cdr_location"]["evse_uid"] == "E1"
    assert (found["total_energy"], found["total_time"]) == (8.002, 2)
    assert found["total_parking_time"] == 1 and "credit" not in found
    # 8.002 kWh at 0.59, 45 min idle beyond 15 at 6.00 an hour, 0.50; rounded to cents
    assert found["total_cost"] == {"excl_vat": 8.17, "incl_vat": 9.72}
    assert found["total_energy_cost"]["incl_vat"] == 4.7212
    assert found["total_parking_cost"]["incl_vat"] == 4.5
    assert found["total_fixed_cost"]["incl_vat"] == 0.5
    (value,) = found["signed_data"]["signed_values"]
    assert base64.b64decode(value["signed_data"]).decode().startswith("OCMF|")
    assert [row["RV"] for row in json.loads(value["plain_data"])] == [1000, 9002]


def test_the_parts_of_a_cdr_add_up(tmp_path):
    rows = [[n * 700, 33, "CPS"[n % 3]] for n in range(11)]
    (found,) = cdrs(tmp_path, priced.line(2, rows=rows, seconds=7777))
    sums = dict.fromkeys(("ENERGY", "TIME", "PARKING_TIME"), Decimal(0))
    for period in found["charging_periods"]:
        for dimension in period["dimensions"]:
            sums[dimension["type"]] += Decimal(str(dimension["volume"]))
    assert sums["ENERGY"] == Decimal(str(found["total_energy"])) == Decimal("0.363")
    assert sums["PARKING_TIME"] == Decimal(str(found["total_parking_time"]))
    assert sums["TIME"] == Decimal("0.7778")  # 4 segments of 700 s; suspended time is in neither


def test_the_vat_of_the_parts_is_that_of_the_whole():
    for amount in range(100, 140):
        lines = [[0, "E", 1, 1, amount], [2, "P", 1, 1, 7], [3, "F", 1, 1, 2 * amount]]
        parts = cdr_costs.of_dimensions({"lines": lines}, priced.TARIFF)
        vat = [Decimal(str(p["incl_vat"])) - Decimal(str(p["excl_vat"])) for p in parts.values()]
        gross = 3 * amount + 7
        assert sum(vat) * 10000 == (gross * 19 * 2 + 119) // (119 * 2), amount
        assert sum(Decimal(str(p["incl_vat"])) for p in parts.values()) * 10000 == gross


def test_a_correction_is_a_credit_cdr_of_the_original(tmp_path):
    own, credit = cdrs(tmp_path, priced.line(2), priced.line(3, bill.CORRECTION, corrects=2))
    assert credit["credit"] is True and credit["credit_reference_id"] == own["id"]
    assert credit["total_cost"] == {"excl_vat": -8.17, "incl_vat": -9.72}
    for key in ("total_energy", "total_energy_cost", "charging_periods", "total_time"):
        assert credit[key] == own[key]


def test_a_bill_without_a_price_makes_no_cdr(tmp_path):
    payload = priced.payload(2)
    text = priced.signed.sign(payload[: payload.index('"XC"')] + '"XC":{"flags":["tariff_gone"]}}')
    with pytest.raises(CommandFault, match="T2 makes no CDR, .*tariff that the session began"):
        cdrs(tmp_path, priced.signed.line(bill.SESSION, 2, "5e55", text))


def test_the_credit_of_a_negative_price_is_what_is_paid(tmp_path):
    values = {**VALUES, "el": [{"pc": [{"d": "E", "p": -5000, "v": 19000}]}]}
    parts = {"tariff": loading.load(json.dumps(values).encode())}
    lines = [priced.line(2, **parts), priced.line(3, bill.CORRECTION, corrects=2, **parts)]
    own, credit = cdrs(tmp_path, *lines, values=values)
    assert own["total_cost"] == {"excl_vat": -3.36, "incl_vat": -4}
    assert credit["total_cost"] == {"excl_vat": 3.36, "incl_vat": 4} and credit["credit"] is True


@pytest.mark.parametrize("clock", ["UR", "UU", "SU", "US"])
def test_a_cdr_tells_no_time_that_nobody_knows(tmp_path, clock):
    with pytest.raises(CommandFault, match="T2 makes no CDR, for nobody knows when"):
        cdrs(tmp_path, priced.line(2, clock=clock))
    assert cdrs(tmp_path, priced.line(2, clock="IR"))[0]["total_energy"] == 8.002


@pytest.mark.parametrize(
    ("told", "fits"), [("DE*W*E1", True), ("dewe1", True), ("DE*W*E2", False)]
)
def test_a_cdr_names_the_evse_that_was_signed(tmp_path, told, fits):
    values = copy.deepcopy(exported.OPERATOR)
    values["connectors"]["1"]["evse_id"] = told
    records = exported.folder(tmp_path, [priced.line(2)])
    (each,) = judged.read([str(records)], None, []).bills
    if fits:
        assert cdr.of(each, Operator(values))[0]["cdr_location"]["evse_id"] == told
        return
    with pytest.raises(
        CommandFault, match=r"T2 was signed for EVSE DE\*W\*E1, and the operator's"
    ):
        cdr.of(each, Operator(values))


def test_a_record_too_long_for_ocpi_is_refused(tmp_path):
    rows = [[10 * n, 10, "CS"[n % 2]] for n in range(280)]
    with pytest.raises(CommandFault, match="signed_data of OCPI 2.2.1 holds 5000"):
        cdrs(tmp_path, priced.line(2, rows=rows))


@pytest.mark.parametrize(
    ("where", "value"),
    [
        (("currency",), "Euro"), (("charging_periods",), []), (("total_cost",), {"incl_vat": 1}),
        (("cdr_token", "type"), "CARD"), (("cdr_location", "connector_standard"), "TYPE2"),
        (("start_date_time",), "2026-11-30 07:00"), (("id",), "x" * 37), (("more",), 1),
        (("signed_data", "signed_values", 0, "plain_data"), "x" * 513), (("credit",), True),
        (("tariffs", 0, "elements", 0, "restrictions", "start_time"), "24:00"),
    ],
)  # fmt: skip
def test_the_schema_refuses_what_is_no_cdr(tmp_path, where, value):
    (found,) = cdrs(tmp_path, priced.line(2))
    spoilt = copy.deepcopy(found)
    place = spoilt
    for key in where[:-1]:
        place = place[key]
    place[where[-1]] = value
    with pytest.raises(CommandFault, match="is no CDR of OCPI 2.2.1, "):
        cdr.check(spoilt)


def tariff(**changes):
    return loading.load(json.dumps({**VALUES, **changes}).encode())


def test_what_the_schema_refuses_is_said_in_short(tmp_path):
    (found,) = cdrs(tmp_path, priced.line(2))
    with pytest.raises(CommandFault, match="session_id: 'xxx.*is too long$") as told:
        cdr.check({**found, "session_id": "x" * 6000})
    assert len(str(told.value)) < 300


def test_a_tariff_keeps_its_restrictions():
    restrictions = {
        "t0": 360, "t1": 1320, "dow": 0b1100000, "d0": 20454, "d1": 20484, "e0": 500000,
        "e1": 20000000, "s0": 60, "p0": 3700, "p1": 11000, "a1": 16000,
    }  # fmt: skip
    element = {"pc": [{"d": "E", "p": 4900, "v": 8875, "s": 500}], "re": restrictions}
    found, notes = cdr_tariff.of(tariff(tax="excl", el=[element]), "DE", "ABC", 0)
    assert notes == [] and found["elements"] == [{
        "price_components": [{"type": "ENERGY", "price": 0.49, "step_size": 500, "vat": 8.875}],
        "restrictions": {
            "start_time": "06:00", "end_time": "22:00", "day_of_week": ["SATURDAY", "SUNDAY"],
            "start_date": "2026-01-01", "end_date": "2026-01-31", "min_kwh": 0.5, "max_kwh": 20,
            "min_duration": 60, "min_power": 3.7, "max_power": 11, "max_current": 16,
        },
    }]  # fmt: skip


def test_a_tariff_says_when_it_is_valid():
    found, _ = cdr_tariff.of(tariff(valid=[1796022000, 1796108400]), "DE", "ABC", 0)
    times = found["start_date_time"], found["end_date_time"]
    assert times == ("2026-11-30T07:00:00Z", "2026-12-01T07:00:00Z")
    found, _ = cdr_tariff.of(tariff(valid=[0, 1 << 40]), "DE", "ABC", 0)
    assert found["start_date_time"] == "1970-01-01T00:00:00Z" and "end_date_time" not in found


def test_what_ocpi_cannot_say_is_said_in_words():
    found, notes = cdr_tariff.of(tariff(min={"gross": 10000}), "DE", "ABC", 0)
    assert len(found["elements"]) == 3 and "min_price" not in found
    (text,) = found["tariff_alt_text"]
    assert (
        text["text"]
        == "parking 0.10 EUR/min (idle from 15 min); incl. VAT; min 1.00 EUR incl. VAT"
    )
    assert "alone says 1 of its 4 elements" in notes[0] and "differ by rounding" in notes[1]
    assert found["elements"][0]["price_components"][0]["price"] == 0.4958


def test_limits_and_a_long_name_and_no_elements():
    odd = tariff(
        id="x" * 36, tax="none", tz=ZONE, min={"gross": 5000}, max={"net": 20000},
        el=[{"pc": [{"d": "E", "p": 1, "cap": 5}], "re": DAY}],
    )  # fmt: skip
    found, _ = cdr_tariff.of(odd, "DE", "ABC", 0)
    assert found["id"] == odd.identity[:36]
    assert (found["min_price"], found["max_price"]) == ({"excl_vat": 0.5}, {"excl_vat": 2})
    assert found["elements"] == [
        {"price_components": [{"type": "FLAT", "price": 0, "step_size": 1}]}
    ]


def test_every_tariff_makes_a_tariff_of_ocpi():
    parts = json.loads(cdr.SCHEMA.read_text())["$defs"]
    validator = jsonschema.Draft202012Validator({**parts["Tariff"], "$defs": parts})
    for number in range(200):
        _, loaded = random_prices.Drawn(random.Random(number)).tariffs[0]
        found, _ = cdr_tariff.of(loaded, "DE", "ABC", 1796022000)
        assert list(validator.iter_errors(found)) == [], number
        kept = [e for e in loaded.elements if not re.search("'(i0|i1|cap)'", str(e))]
        assert len(found["elements"]) == max(len(kept), 1)


def test_numbers_in_json_have_the_digits_of_the_decimal():
    for text in ("0.1", "123456789.0001", "-0.4958", "12345678901.2345"):
        assert json.dumps(units.number(Decimal(text))) == text
    with pytest.raises(ValueError):
        units.number(Decimal("123456789012.3456"))
    parts = units.HoursInParts()
    hours = sum(Decimal(str(parts.next(seconds))) for seconds in [100] * 36)
    assert hours == 1 and units.hours(100) * 36 != 1
