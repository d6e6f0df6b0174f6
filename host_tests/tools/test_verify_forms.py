"""What `verify` says of records that somebody signed and no device of ours would."""

import json

import priced_records as priced
import pytest
import signed_records as signed

from tools.bills import tariffs
from tools.verify import source, trail
from wattseal.core import bill


def follow(tmp_path, line):
    path = tmp_path / "records.jsonl"
    path.write_text(line)
    (tmp_path / "four.json").write_bytes(tariffs.canonical(priced.TARIFF))
    known = tariffs.Tariffs(path, [tmp_path / "four.json"])
    (found,) = trail.follow(source.read(str(path)), signed.spki(), "own", known)
    return found.rows[0]


def changed(change):
    """A line whose payload was changed before it was signed."""
    payload = json.loads(priced.payload(2))
    change(payload)
    text = signed.sign(json.dumps(payload, separators=(",", ":")))
    return signed.line(bill.SESSION, 2, "5e55", text)


def put(place, value):
    def change(payload):
        *way, last = place
        for key in way:
            payload = payload[key]
        payload[last] = value

    return change


@pytest.mark.parametrize(
    ("place", "value", "name"),
    [
        (("RD", 1, "RV"), 987654, "segments_energy"), (("XS",), None, "bill_form"),
        (("XC",), "x", "price_form"), (("UR",), True, "bill_form"), (("UR",), 0, "bill_form"),
        (("XC", "lines", 0), [0, "X", 1, 1, 1], "price_form"), (("XC", "lines"), 5, "price_form"),
        (("XC", "flags"), [[1]], "price_form"), (("XC", "vat"), [[1]], "price_form"),
        (("XC", "cur"), "<b>", "price_form"), (("XS", 0), [0, 8000, "C", 1], "bill_form"),
        (("XS", 1, 0), 10**30, "bill_form"), (("XC", "lines", 0, 0), 99, "price_lines"),
        (("RD", 1, "TM"), "9999-12-31T23:59:59,000-1800 S", "bill_form"),
    ],
)  # fmt: skip
def test_it_is_told(tmp_path, place, value, name):
    row = follow(tmp_path, changed(put(place, value)))
    assert name in row.findings and row.state == trail.FAILED


def test_a_connector_that_was_not_signed_is_told(tmp_path):
    def place(payload):
        payload["CT"], payload["CI"] = "CBIDC", "w1a2b3c4d5e6f708 2"

    assert "envelope_connector" in follow(tmp_path, changed(place)).findings


def test_a_bill_that_is_called_not_billable_is_told(tmp_path):
    assert follow(tmp_path, priced.line(2, bill.NOT_BILLABLE)).findings == ["envelope_kind"]
    payload = json.loads(priced.payload(2))
    del payload["XC"], payload["TT"]  # of a charger without a tariff
    text = signed.sign(json.dumps(payload, separators=(",", ":")))
    assert follow(tmp_path, signed.line(bill.SESSION, 2, "5e55", text)).state == trail.VERIFIED
    found = follow(tmp_path, signed.line(bill.NOT_BILLABLE, 2, "5e55", text))
    assert found.findings == ["envelope_kind"]
