"""What `verify` says of prices: each way to spoil a bill has its own words."""

import json

import priced_records as priced
import pytest
import signed_records as signed
from four_elements import VALUES

from tools.bills.tariffs import Tariffs
from tools.verify import findings, report, source, trail, verify_record
from wattseal.core import bill


@pytest.fixture
def tariff_file(tmp_path):
    path = tmp_path / "four.json"
    path.write_text(json.dumps(VALUES))
    return path


def follow(tmp_path, lines, *files, key=None):
    path = tmp_path / "records.jsonl"
    path.write_text("".join(lines))
    tariffs = Tariffs(path, list(files))
    (found,) = trail.follow(source.read(str(path)), key or signed.spki(), "own", tariffs)
    return found


def names(found):
    return [row.findings for row in found.rows]


def test_a_price_that_is_right_is_proven(tmp_path, tariff_file):
    found = follow(tmp_path, [priced.line(2)], tariff_file)
    assert found.ok and found.rows[0].state == trail.VERIFIED
    assert (found.rows[0].price.text, found.rows[0].price.proven) == ("9.72 EUR", True)


def test_without_its_tariff_a_price_is_no_proven_one(tmp_path):
    found = follow(tmp_path, [priced.line(2)])
    assert not found.ok and found.rows[0].state == trail.UNPROVEN
    assert names(found) == [[]] and found.rows[0].price.proven is None


def test_a_swapped_tariff_is_told(tmp_path):
    path = tmp_path / "other.json"
    path.write_text(json.dumps({**VALUES, "inc": 1}))
    found = follow(tmp_path, [priced.line(2)], path)
    assert names(found) == [["tariff_other"]] and not found.ok


@pytest.mark.parametrize("text", [json.dumps({**VALUES, "inc": 1}), "{"])
def test_a_tariff_changed_where_it_is_kept_is_told(tmp_path, text):
    (tmp_path / "tariffs").mkdir()
    (tmp_path / f"tariffs/{priced.TARIFF.identity}.json").write_text(text)
    assert names(follow(tmp_path, [priced.line(2)])) == [["tariff_swapped"]]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("cur", "USD"), ("flags", ["boundary_missed"]), ("gross", 1), ("lim", "max"), ("net", 0),
        ("pay", 10**9), ("vat", [[19000, 1]]),
    ],
)  # fmt: skip
def test_a_part_that_is_wrong_is_named(tmp_path, tariff_file, part, value):
    found = follow(tmp_path, [priced.line(2, **{part: value})], tariff_file)
    assert names(found) == [["price_" + part]] and found.rows[0].state == trail.FAILED


def test_a_line_removed_from_the_bill_is_told(tmp_path, tariff_file):
    lines = json.loads(priced.payload(2))["XC"]["lines"]
    found = follow(tmp_path, [priced.line(2, lines=lines[1:])], tariff_file)
    assert names(found) == [["price_lines"]]


@pytest.mark.parametrize("change", [{"more": 1}, {"pay": "20"}, {"th": 7}])
def test_a_price_of_another_form_is_told(tmp_path, tariff_file, change):
    found = follow(tmp_path, [priced.line(2, **change)], tariff_file)
    assert names(found) == [["price_form"]]


def test_a_session_whose_price_was_left_out_is_told(tmp_path, tariff_file):
    payload = priced.payload(2)
    text = signed.sign(payload[: payload.index(',"XC"')] + "}")
    found = follow(tmp_path, [signed.line(bill.SESSION, 2, "5e55", text)], tariff_file)
    assert names(found) == [["price_missing"]]


def test_the_same_price_in_other_bytes_is_told(tmp_path, tariff_file):
    payload = priced.payload(2)
    cost = json.loads(payload)["XC"]
    turned = json.dumps(dict(reversed(cost.items())), separators=(",", ":"))
    text = signed.sign(payload[: payload.index('"XC"')] + '"XC":' + turned + "}")
    found = follow(tmp_path, [signed.line(bill.SESSION, 2, "5e55", text)], tariff_file)
    assert names(found) == [["price_bytes"]]


def test_words_of_another_tariff_are_told(tmp_path, tariff_file):
    payload = priced.payload(2).replace("four/3", "five/3")
    line = signed.line(bill.SESSION, 2, "5e55", signed.sign(payload))
    assert names(follow(tmp_path, [line], tariff_file)) == [["tariff_text"]]


def test_a_session_that_costs_nothing_for_a_reason_is_verified(tmp_path, tariff_file):
    payload = priced.payload(2)
    for flags, expected in (
        (["tariff_gone"], []),
        (["free"], ["price_form"]),
        ([], ["price_form"]),
    ):
        cost = json.dumps({"flags": flags}, separators=(",", ":"))
        text = signed.sign(payload[: payload.index('"XC"')] + '"XC":' + cost + "}")
        found = follow(tmp_path, [signed.line(bill.SESSION, 2, "5e55", text)], tariff_file)
        assert names(found) == [expected], flags


def test_a_correction_takes_its_record_back_once(tmp_path, tariff_file):
    own, back = priced.line(2), priced.line(3, bill.CORRECTION, corrects=2)
    found = follow(tmp_path, [own, back], tariff_file)
    assert found.ok and names(found) == [[], []]
    assert found.rows[1].price.text == "-9.72 EUR"
    again = priced.line(4, bill.CORRECTION, corrects=2)
    assert names(follow(tmp_path, [own, back, again], tariff_file))[2] == ["corrected_twice"]


def test_a_correction_that_is_none_is_told(tmp_path, tariff_file):
    own = priced.line(2)
    cases = (
        (priced.line(3, bill.CORRECTION, corrects=3), ["correction_of_none"]),
        (priced.line(3, bill.CORRECTION, corrects=2, session="other"), ["correction_differs"]),
        (priced.line(3, bill.CORRECTION, corrects=2, rows=[[0, 1, "C"]]), ["correction_differs"]),
        (priced.line(3, bill.SESSION, corrects=2), ["correction_kind"]),
    )
    for line, expected in cases:
        assert names(follow(tmp_path, [own, line], tariff_file))[1] == expected


def test_a_correction_of_what_is_not_in_the_file_is_taken(tmp_path, tariff_file):
    found = follow(tmp_path, [priced.line(9, bill.CORRECTION, corrects=2)], tariff_file)
    assert found.ok


def test_a_register_that_goes_back_between_sessions_is_told(tmp_path, tariff_file):
    def sessions(*begins):
        entries = [[signed.begin(wh), signed.end(wh + 500)] for wh in begins]
        texts = [with_segments(n, pair) for n, pair in enumerate(entries, 2)]
        return [signed.line(bill.SESSION, n, f"s{n}", t) for n, t in enumerate(texts, 2)]

    found = follow(tmp_path, sessions(1000, 1500, 2100))
    assert found.ok and found.between_wh == {"123": 100}
    found = follow(tmp_path, sessions(1000, 1499, 1999))
    assert names(found) == [[], ["register_back"], []]


def with_segments(number, entries):
    extras = [("UM", signed.HEAD.model_hash), ("XS", [[0, 500, "C"]])]
    payload = signed.ocmf.payload(signed.HEAD, number, signed.WHO, entries, extras)
    return signed.sign(payload)


def test_every_byte_of_a_record_that_is_changed_is_told_in_words():
    text = signed.sign(priced.payload(2))
    assert verify_record(text, signed.spki()).ok
    seen = set()
    for at in range(len(text)):
        for bit in (1, 4, 32):
            changed = text[:at] + chr(ord(text[at]) ^ bit) + text[at + 1 :]
            verdict = verify_record(changed, signed.spki())
            assert not verdict.ok, (at, bit)
            seen.update(verdict.findings)
    assert not [n for n in seen if findings.sentence(n).startswith("The rules call this")]
    assert "signature" in seen


def test_a_wrong_key_is_told(tmp_path, tariff_file):
    found = follow(tmp_path, [priced.line(2)], tariff_file, key=signed.spki(signed.OTHER_KEY))
    assert names(found) == [["signature"]] and found.rows[0].price is None


def test_the_key_and_a_changed_record_are_told_apart(tmp_path, tariff_file):
    lines = [priced.line(2), priced.line(3, session="b")]
    found = follow(tmp_path, lines, tariff_file, key=signed.spki(signed.OTHER_KEY))
    assert "None of 2 records fits this key" in " ".join(report.remarks(found))
    found = follow(tmp_path, [lines[0], lines[1].replace("5900", "5901", 1)], tariff_file)
    said = " ".join(report.remarks(found))
    assert "not as the device signed them: T3." in said and "None of" not in said


def test_what_came_before_the_file_is_told(tmp_path, tariff_file):
    said = " ".join(report.remarks(follow(tmp_path, [priced.line(3)], tariff_file)))
    assert "T1 to T2 not in this file" in said


def test_a_record_that_is_missing_is_told(tmp_path, tariff_file):
    found = follow(tmp_path, [priced.line(2), priced.line(4, session="5e56")], tariff_file)
    assert found.missing == [(3, 3)] and not found.ok
