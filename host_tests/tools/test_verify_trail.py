"""A file of messages: what is missing, repeated, never closed, or not what its envelope says."""

import json

import pytest
import signed_records as signed

from tools.verify import source, trail
from wattseal.core import bill

BEGIN = [signed.begin()]
BOTH = [signed.begin(), signed.end()]


def follow(tmp_path, lines, rules="own", key=None):
    path = tmp_path / "records.jsonl"
    path.write_text("".join(lines))
    return trail.follow(source.read(str(path)), key or signed.spki(), rules)


@pytest.fixture
def one(tmp_path):
    """The trail of lines that one device wrote."""

    def one(lines, **options):
        (found,) = follow(tmp_path, lines, **options)
        return found

    return one


def three_sessions():
    return [line for n in (1, 3, 5) for line in signed.session_lines(n, "s%d" % n)]


def test_a_trail_without_gaps_is_good(one):
    found = one(three_sessions())
    assert found.ok and not found.missing and not found.repeated and not found.open
    assert [row.state for row in found.rows] == [trail.BEGUN, trail.VERIFIED] * 3


def test_the_order_of_arrival_does_not_matter(one):
    assert one(reversed(three_sessions())).ok


@pytest.mark.parametrize("lost", [2, 3, 4])
def test_a_missing_pagination_is_found(one, lost):
    lines = three_sessions()
    del lines[lost - 1]
    found = one(lines)
    assert found.missing == [(lost, lost)] and not found.ok


def test_a_gap_of_any_size_is_one_pair(one):
    lines = [*signed.session_lines(1, "a"), *signed.session_lines(10**15, "b")]
    assert one(lines).missing == [(3, 10**15 - 1)]


def test_a_repeat_is_told_and_harmless_only_when_its_bytes_are_the_same(one):
    lines = three_sessions()
    found = one([*lines, lines[2], lines[2]])
    assert found.ok and found.repeated == [3, 3] and len(found.rows) == 6
    other = signed.line(bill.BEGIN, 3, "s3", signed.record(3, BEGIN))  # signed anew: other bytes
    found = one([*lines, other])
    assert not found.ok and [r.findings for r in found.rows if r.findings] == [["differs"]]


def test_a_session_that_the_connector_left_behind_is_a_failure(one):
    lines = three_sessions()
    del lines[5], lines[3]  # the last may still be open; the second is not
    found = one(lines)
    assert [row.message.pagination for row in found.open] == [3, 5]
    assert [(r.message.pagination, r.findings) for r in found.rows if r.findings] == [
        (3, ["never_closed"])
    ]


def test_a_record_that_the_device_does_not_bill_is_no_failure(one):
    text = signed.record(2, [signed.begin(), signed.end(ef="Et", st="T")])
    lines = [
        signed.session_lines(1, "a")[0],
        signed.line(bill.NOT_BILLABLE, 2, "a", text, reason="meter_fault_T"),
    ]
    found = one(lines)
    assert found.ok and [row.state for row in found.rows] == [trail.BEGUN, trail.NOT_BILLABLE]
    assert "status_T" in found.rows[1].findings
    as_session = signed.line(bill.SESSION, 2, "a", text)
    assert one([lines[0], as_session]).rows[1].state == trail.FAILED
    changed = json.loads(lines[1])["payload"].replace("8500", "8501", 1)
    assert one([lines[0], changed + "\n"]).rows[1].state == trail.FAILED


@pytest.mark.parametrize(
    ("line", "finding"),
    [
        (signed.line(bill.SESSION, 3, "a", signed.record(2, BOTH)), "envelope_pagination"),
        (signed.line(bill.BEGIN, 2, "a", signed.record(2, BOTH)), "envelope_kind"),
        (signed.line(bill.SESSION, 2, "a", signed.record(2, BEGIN)), "envelope_kind"),
        (
            signed.line(bill.SESSION, 2, "a", signed.record(2, BOTH), device="w9"),
            "envelope_device",
        ),
        (signed.line(bill.NOT_BILLABLE, 9, "a", signed.record(2, BOTH)), "envelope_pagination"),
    ],
)
def test_an_envelope_that_says_otherwise_than_the_signature_fails(one, line, finding):
    found = one([line])
    assert found.rows[0].findings == [finding] and not found.ok


def test_begin_and_session_record_must_agree_by_our_own_rules(one):
    changed = signed.record(2, [signed.begin(999), signed.end()])
    lines = [signed.session_lines(1, "a")[0], signed.line(bill.SESSION, 2, "a", changed)]
    assert one(lines).rows[1].findings == ["pair_begin"]
    assert one(lines, rules="safe-1.4.1").ok


def test_a_correction_is_a_session_s_record_too(one):
    first = signed.session_lines(1, "a")
    correction = signed.line(bill.CORRECTION, 3, "a", signed.record(3, BOTH))
    assert one([*first, correction]).ok
    odd = correction.replace("correction", "receipt")
    assert one([*first, odd]).rows[2].findings == ["envelope_kind"]


def test_each_device_has_its_own_paginations(tmp_path):
    head = signed.ocmf.Head("Wattseal", "w2", "0", "E", "S", "1", "", "EVSEID", "DE", "ab")
    other = signed.line(bill.SESSION, 7, "z", signed.record(7, BOTH, head), device="w2")
    found = follow(tmp_path, [*three_sessions(), other])
    assert [(t.device, t.ok, t.missing) for t in found] == [
        (signed.DEVICE, True, []),
        ("w2", True, []),
    ]


def test_nothing_passes_with_another_key(one):
    found = one(three_sessions(), key=signed.spki(signed.OTHER_KEY))
    assert {row.state for row in found.rows} == {trail.FAILED}
