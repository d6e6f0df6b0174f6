"""`make soak` over few days: it goes through, and finds what is planted."""

import hashlib
import json

import interpreters
import pytest

from tools.soak import __main__ as soak
from tools.soak import figures, limits
from tools.soak.books import Books

needs_32_bits = pytest.mark.skipif(
    not interpreters.unix32(), reason="the 32-bit interpreter is not built"
)
_ROOMY_KB = 256


@pytest.fixture(autouse=True)
def own_folder(monkeypatch, tmp_path):
    monkeypatch.setattr(soak, "FOLDER", tmp_path)


def played(days, heap_kb=_ROOMY_KB, **planted):
    return soak.run(days, soak.From.FILES, heap_kb, **planted)


@needs_32_bits
def test_of_days_with_a_power_cut_the_planted_loss_alone_is_told():
    found = played(3, first=5, lose=7)
    assert found["missed"] == ["lost is 1, not 0", "71 of 72 records came"]
    assert (found["cars"], found["records"], found["delivered"]) == (36, 72, 71)
    assert found["power_cuts"] == 1
    assert found["samples"] > 3 * 3000


@needs_32_bits
def test_a_leak_is_found():
    found = played(4, leak=32)
    assert [line for line in found["missed"] if "free_lost_in_a_life" in line], found
    assert all(line.startswith("free_") for line in found["missed"]), found


@needs_32_bits
def test_too_small_a_heap_is_found():
    found = played(1, 160)
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


def days_of(largest, free=lambda day: 40000):
    """What is missed when a device tells this of 56 days; `largest(day)` in bytes."""
    lines = []
    for day in range(1, 57):
        lines += ["B", f" max free sz: {largest(day) // 16}", f"H {free(day)}", f"D {day}"]
    how = {"days_asked": 56, "device_cpu_s": 1.0, "from": "frozen"}
    return limits.missed(how | figures.of(told(*lines)))


def test_a_largest_block_that_shrinks_is_found():
    assert [line for line in days_of(lambda day: 30720 - 32 * day) if "largest_kept" in line]


def test_a_connection_without_a_large_block_is_found():
    assert not [line for line in days_of(lambda day: 24576) if "largest" in line]
    small = days_of(lambda day: 24576 - 16 * (day == 30))
    assert [line for line in small if "largest_least is 24560" in line]


def test_a_heap_that_fills_is_found():
    assert [
        line for line in days_of(lambda _: 24000, lambda day: 40000 - 30 * day) if "free" in line
    ]


def test_the_bounds_of_the_flash_and_of_the_time_are_held():
    good = {
        "days": 365, "days_asked": 365, "records": 1, "delivered": 1, "device_cpu_s": 900,
        "worn_most": 2000, "erases_per_record": 1.6, "free_day_2": 100, "free_end": 98,
        "free_lost_in_a_life": 500,
        "largest_kept_percent": 95, "largest_least": 24576, "from": "frozen",
    }  # fmt: skip
    assert limits.missed(good) == []
    for name, figure in good.items():
        if name in ("largest_kept_percent", "largest_least", "free_end"):
            assert len(limits.missed(good | {name: figure - 1})) == 1, name
        if name in ("worn_most", "device_cpu_s", "free_lost_in_a_life"):
            assert len(limits.missed(good | {name: figure + 1})) == 1, name
