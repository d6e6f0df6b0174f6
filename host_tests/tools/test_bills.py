"""Bills read from records, their tariffs found by hash, and their prices computed anew."""

import json

import priced_records as priced
import pytest
import signed_records as signed
from four_elements import TEXT, VALUES

from tools import tariff_files
from tools.bills import bill, judged, recompute, tariffs
from tools.receipt import forms
from tools.receipt.operator_file import Operator
from tools.statement import book, period
from tools.statement.names import Names
from tools.verify import source, trail, verify_record
from wattseal.core.bill import BEGIN, CORRECTION, SESSION

EVERY = period.Period("all records")


def read(tmp_path, *lines):
    path = tmp_path / "records.jsonl"
    path.write_text("".join(lines))
    return [bill.of(message) for message in source.read(str(path))]


def test_a_bill_has_the_parts_of_its_record(tmp_path):
    (found,) = read(tmp_path, priced.line(2))
    assert (found.device, found.pagination, found.session) == (signed.DEVICE, 2, "5e55")
    assert (found.begin_wh, found.end_wh, found.energy_wh) == (1000, 9002, 8002)
    assert found.seconds() == {"C": 3600, "P": 3600, "S": 0}
    assert (found.is_priced, found.corrects, found.flags) == (True, None, [])
    assert found.tariff_hash == priced.TARIFF.identity


def test_the_price_comes_out_the_same_again(tmp_path):
    (found,) = read(tmp_path, priced.line(2))
    assert recompute.differences(found, priced.TARIFF) == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("cur", "USD"), ("flags", ["boundary_missed"]), ("gross", 1), ("lim", "max"),
        ("lines", []), ("net", 0), ("pay", 10**9), ("vat", [[19000, 1]]),
    ],
)  # fmt: skip
def test_each_part_of_a_price_that_was_changed_is_named(tmp_path, part, value):
    (found,) = read(tmp_path, priced.line(2, **{part: value}))
    (difference,) = recompute.differences(found, priced.TARIFF)
    assert difference.startswith(f"{part} is {value!r}, computed anew ")


def test_another_tariff_is_told_and_priced(tmp_path):
    (found,) = read(tmp_path, priced.line(2))
    other = tariffs.load(_file(tmp_path, json.dumps({**VALUES, "ver": 4}).encode()))
    assert recompute.differences(found, other) == ["the tariff is another one"]
    assert recompute.cost(found, other)["th"] == other.identity


def test_a_correction_takes_the_whole_price_back(tmp_path):
    own, back = read(tmp_path, priced.line(2), priced.line(3, CORRECTION, corrects=2))
    assert back.corrects == 2
    assert recompute.differences(back, priced.TARIFF) == []
    for key in ("net", "gross", "pay"):
        assert own.cost[key] + back.cost[key] == 0 != own.cost[key]
    for mine, its in zip(own.cost["lines"], back.cost["lines"], strict=True):
        assert (mine[2] + its[2], mine[4] + its[4], mine[3]) == (0, 0, its[3])


def test_a_correction_with_the_amounts_of_a_bill_is_found(tmp_path):
    (own,) = read(tmp_path, priced.line(2))
    (back,) = read(tmp_path, priced.line(3, CORRECTION, corrects=2, pay=own.cost["pay"]))
    assert len(recompute.differences(back, priced.TARIFF)) == 1


def test_a_begin_record_is_no_bill(tmp_path):
    text = signed.record(1, [signed.begin()])
    with pytest.raises(bill.BillFault, match="T1 has no readings and segments"):
        read(tmp_path, signed.line(BEGIN, 1, "s", text))


def test_a_record_without_a_price_has_its_tariff_by_its_words(tmp_path):
    payload = priced.payload(2)
    text = signed.sign(payload[: payload.index('"XC"')] + '"XC":{"flags":["tariff_gone"]}}')
    (found,) = read(tmp_path, signed.line(SESSION, 2, "5e55", text))
    tariff_files.keep(tmp_path, priced.TARIFF.identity, tariffs.canonical(priced.TARIFF))
    known = tariffs.Tariffs(tmp_path / "records.jsonl")
    assert known.of_bill(found).identity == priced.TARIFF.identity
    path = tmp_path / "records.jsonl"
    (tmp_path / "public_key.hex").write_text(signed.spki())
    (row,) = book.make(judged.read([str(path)], None, []), EVERY, "point", Names({})).rows
    assert row.end.isoformat() == "2026-11-30T10:00:00+01:00"  # the tariff's zone
    verdict = trail.Row(found.message, verify_record(found.message.text, signed.spki()))
    told = dict(forms.receipt_of(found, verdict, known, Operator(), signed.spki()).facts)
    assert told["End"] == "2026-11-30 10:00:00+01:00" and told["Tariff"].startswith("four/3 ")
    assert told["Energy"] == "8.002 kWh"
    found.payload["TT"] = "another"
    assert known.of_bill(found) is None


def test_a_tariff_is_kept_under_its_hash_alone(tmp_path):
    text = tariffs.canonical(priced.TARIFF)
    tariff_files.keep(tmp_path, priced.TARIFF.identity, text)
    known = tariffs.Tariffs(tmp_path / "records.jsonl")
    assert known.of(priced.TARIFF.identity).values == VALUES
    assert known.of("0" * 64) is None
    for identity, payload in (
        ("0" * 64, text),
        (priced.TARIFF.identity, text[:-1]),
        ("..", b"{}"),
    ):
        with pytest.raises(ValueError):
            tariff_files.keep(tmp_path, identity, payload)
    assert len(list((tmp_path / "tariffs").iterdir())) == 1


def test_a_tariff_not_in_its_canonical_form_is_not_kept(tmp_path):
    with pytest.raises(ValueError):
        tariff_files.keep(tmp_path, priced.TARIFF.identity, TEXT)


def test_a_file_that_is_no_tariff_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(tariffs.TariffFault, match="t.json is no tariff: "):
        tariffs.load(_file(tmp_path, b"{}"))
    with pytest.raises(tariffs.TariffFault, match="none.json cannot be read: No such file"):
        tariffs.load(tmp_path / "none.json")


def _file(tmp_path, text):
    path = tmp_path / "t.json"
    path.write_bytes(text)
    return path
