"""The heap of the shipped assembly runs out at one level and another, on 32 bits."""

import interpreters
import pytest

from tools.faults import heap, play


def rows(**arguments):
    path = interpreters.unix32()
    if not path:
        pytest.skip("there is no 32-bit MicroPython; build it with make micropython32")
    found = play.play([heap.job(path, **arguments)], lambda of, done, total: None)
    return {row.what: row for row in found}


def test_what_was_promised_comes_whatever_the_level():
    found = rows(step=64 * 13)
    assert found["heap levels"].tried == 40
    assert found["heap levels"].wrong == []
    assert 10 < found["heap levels that ended a run"].tried < 40


def test_nor_is_anything_lost_on_the_ring():
    found = rows(step=64 * 40, end=65536, ring=True)
    assert found["heap levels, ring"].tried == 26
    assert found["heap levels, ring"].wrong == []
    assert 4 < found["heap levels, ring that ended a run"].tried < 26


def test_a_naive_store_is_caught():
    assert rows(first=12800, end=32768, step=64 * 7, naive=True)["heap levels"].wrong


def test_nor_with_a_tariff_and_each_record_has_its_price_or_says_why_not():
    found = rows(step=64 * 80, end=65536, priced=True)
    assert found["heap levels, a tariff"].tried == 13
    assert found["heap levels, a tariff"].wrong == []


def test_nor_with_the_audit_log_on_whose_chain_stays_whole():
    found = rows(step=64 * 40, end=65536, audit=True)
    assert found["heap levels, audit log"].tried == 26
    assert found["heap levels, audit log"].wrong == []
    assert 0 < found["heap levels, audit log that ended a run"].tried < 26  # a record may wait
