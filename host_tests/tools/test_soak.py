"""`make soak` over few days: it goes through, and finds what is planted."""

import hashlib
import json

import interpreters
import pytest

from tools.soak import __main__ as soak
from tools.soak import figures
from tools.soak.books import Books

needs_32_bits = pytest.mark.skipif(
    not interpreters.unix32(), reason="the 32-bit interpreter is not built"
)
_ROOMY_KB = 256


@pytest.fixture(autouse=True)
def own_tree(monkeypatch, tmp_path):
    monkeypatch.setattr(soak, "TREE", tmp_path / "soak")


@needs_32_bits
def test_a_week_has_a_power_cut_and_no_reset():
    found = soak.run(7, _ROOMY_KB)
    assert found["missed"] == []
    assert (found["cars"], found["records"], found["delivered"]) == (84, 168, 168)
    assert found["power_cuts"] == 1
    assert found["samples"] > 7 * 3000


@needs_32_bits
def test_a_leak_is_found():
    found = soak.run(5, _ROOMY_KB, leak=32)
    assert any("free_end" in sentence for sentence in found["missed"]), found


@needs_32_bits
def test_a_record_that_is_acknowledged_and_not_kept_is_found():
    found = soak.run(2, _ROOMY_KB, lose=7)
    assert (found["lost"], found["records"], found["delivered"]) == (1, 48, 47)
    assert "lost is 1, not 0" in found["missed"]


@needs_32_bits
def test_too_small_a_heap_is_found():
    found = soak.run(2, 176)
    assert found["unexpected_resets"] >= 1
    assert found["missed"]


def record(pagination, kind="begin", session="s1"):
    return json.dumps({"pg": pagination, "kind": kind, "session": session, "ocmf": "OCMF|{}|{}"})


def told(*lines):
    books = Books()
    for line in lines:
        books.take(line + "\n")
    return books


def test_an_altered_record_and_a_bad_signature_are_found():
    books = told("A 1 " + record(1), "R " + record(1, session="s2"))
    assert (books.altered, books.lost) == ([1], [])
    assert [number for number, _ in books.bad] == [1]


def test_a_repeat_counts_and_is_no_fault():
    books = told("A 1 " + record(1), "R " + record(1), "R " + record(1))
    assert (books.duplicates, books.altered) == (1, [])


def test_a_number_that_was_never_promised_is_found():
    assert told("R " + record(3)).reused == [3]


def test_a_session_ends_once():
    begin, end = "A 1 " + record(1), "A 2 " + record(2, "session")
    assert told(begin, end).unclosed == []
    assert told(begin).unclosed == ["s1"]
    assert told(begin, end, "A 3 " + record(3, "session")).unclosed == ["s1"]


def test_each_record_is_hashed_as_it_came():
    payload = record(1)
    assert told("A 1 " + payload).appended == {1: hashlib.sha256(payload.encode()).digest()}


def test_a_largest_block_that_shrinks_over_weeks_is_found():
    lines = []
    for day in range(1, 31):
        blocks = 1000 - 10 * day
        lines += [f"D {day} 0 0", "H 40000", f" max free sz: {blocks}"]
    found = figures.result(told(*lines), 30, 224, 0, 1.0)
    assert any("largest_last_week" in sentence for sentence in figures.missed(found))
