"""`make soak` over few days: it goes through, and finds what is planted."""

import hashlib
import json
import random

import interpreters
import pytest

from tools.soak import __main__ as soak
from tools.soak import audit_book, figures, limits
from tools.soak.audit_book import AuditBook
from tools.soak.books import Books
from wattseal.core import audit_chain
from wattseal.core.hmac_sha256 import key_blocks

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


@needs_32_bits
def test_with_the_audit_log_on_its_entries_go_by_rule_and_every_head_is_right():
    found = played(3, 280, audit=True, notes=40)
    assert found["missed"] == []
    assert (found["audit_no_room"], found["records_without_head"]) == (0, 0)
    assert found["audit_entries"] > 1440 and found["audit_pruned"] >= 400
    assert found["audit_heads"] > 24
    assert found["free_lost_in_a_life"] < 100


@needs_32_bits
def test_a_heap_without_room_for_the_audit_log_meters_and_is_told():
    found = played(3, 208, audit=True)
    assert found["missed"] == []
    assert (found["audit_no_room"], found["records_without_head"]) == (1, 72)


def audited(*heads, entries=20, gone=()):
    """What tools.audit finds in a log of 20 entries and the heads of records."""
    log = AuditBook()
    for name, frames in logged(entries).items():
        for frame in frames:
            if frame not in gone:
                log.take(name, frame.hex())
    for at, head in enumerate(heads):
        log.head(at + 1, head)
    log.end_life()
    return log


def logged(count):
    before, frames = audit_chain.GENESIS, []
    blocks = key_blocks(audit_book._KEY)
    for number in range(1, count + 1):
        line = audit_chain.line(number, 1767225600 + number, "S", {"ev": "login"})
        before = audit_chain.mac(blocks, before, line)
        frames.append(audit_chain.frame(line, before))
    return {"00000001.aud": frames}


def head_of(number):
    frame = logged(20)["00000001.aud"][number - 1]
    found = audit_chain.unframe(frame)
    assert found
    return audit_chain.head(number, found[1])


def test_heads_of_a_log_are_held_against_it():
    good = audited(head_of(3), head_of(20))
    assert (good.wrong, good.heads_checked, good.entries, good.without) == ([], 2, 20, 0)
    assert audited(head_of(20), entries=19).wrong == ["cut of entry 20"]
    assert audited("3-0123456789abcdef").wrong == ["head of entry 3"]
    assert audited("x").wrong == ["a head that is none"]
    assert audited(None).without == 1
    frames = logged(20)["00000001.aud"]
    assert audited(gone=frames[4:5]).wrong == ["gap of entry 5"]


def record(pagination, kind="begin", session="s1"):
    return json.dumps({"pg": pagination, "kind": kind, "session": session, "ocmf": "OCMF|{}|{}"})


def told(*lines):
    books = Books()
    for line in lines:
        books.take(line + "\n")
    return books


def test_an_altered_record_and_a_bad_signature_are_found():
    books = told("A 1 1000 " + record(1), "R " + record(1, session="s2"))
    assert (books.altered, books.lost) == ([1], [])
    assert [number for number, _ in books.bad] == [1]


def test_a_repeat_counts_and_is_no_fault():
    books = told("A 1 1000 " + record(1), "R " + record(1), "R " + record(1))
    assert (books.duplicates, books.altered) == (1, [])


def billed(pagination, kind="begin", *values_wh, segment_wh=0):
    rows = [{"RV": value} for value in values_wh]
    signed = json.dumps({"RD": rows, "XS": [[0, segment_wh, "C"]]})
    whole = {"pg": pagination, "kind": kind, "session": "s", "ocmf": f"OCMF|{signed}|{{}}"}
    return f" {json.dumps(whole)}"


def test_a_bill_is_held_against_the_meter_and_its_begin_record():
    begin = "A 1 1000" + billed(1, "begin", 1000)
    assert (
        told(begin, "A 2 1020" + billed(2, "session", 1000, 1020, segment_wh=20)).bills.wrong == []
    )
    planted = {
        "T2 has 1520 of 1020 Wh": billed(2, "session", 1000, 1520, segment_wh=520),
        "T2 begins with 990 Wh, its begin record does not": billed(
            2, "session", 990, 1020, segment_wh=30
        ),
        "T2 has segments of another sum": billed(2, "session", 1000, 1020, segment_wh=19),
        "T2 is not_billable": billed(2, "not_billable", 1000, 1020),
    }
    for sentence, end in planted.items():
        assert told(begin, "A 2 1020" + end).bills.wrong == [sentence]
    # 25 MWh as a 32-bit float of kWh are right to 2 Wh
    assert told("A 1 25000000" + billed(1, "begin", 25000003)).bills.wrong == []


def test_a_number_that_was_never_promised_is_found():
    assert told("R " + record(3)).reused == [3]


def test_a_session_ends_once():
    begin, end = "A 1 1000 " + record(1), "A 2 1000 " + record(2, "session")
    assert told(begin, end).unclosed == []
    assert told(begin).unclosed == ["s1"]
    assert told(begin, end, "A 3 1000 " + record(3, "session")).unclosed == ["s1"]


def test_each_record_is_hashed_as_it_came():
    payload = record(1)
    assert told("A 1 1000 " + payload).appended == {1: hashlib.sha256(payload.encode()).digest()}


def days_of(largest, free=lambda day: 40000):
    """What is missed when a device tells this of 56 days; `largest(day)` in bytes."""
    lines = []
    for day in range(1, 57):
        lines += ["B", f" max free sz: {largest(day) // 16}", f"H {free(day)}", f"D {day}"]
    how = {"days_asked": 56, "device_cpu_s": 1.0, "from": "frozen"}
    return limits.missed(how | figures.of(told(*lines)))


def test_a_largest_block_that_shrinks_is_found():
    assert [line for line in days_of(lambda day: 30720 - 32 * day) if "largest_kept" in line]


def lives_of(largest):
    """What is missed when a device tells this of 52 lives of a week; `largest(life)` in bytes."""
    lines = []
    for day in range(1, 365):
        life = (day - 1) // 7
        lines += ["B", f" max free sz: {largest(life) // 16}", "H 40000", f"D {day}"]
        if day % 7 == 0:
            lines.append("F {}")
    how = {"days_asked": 364, "device_cpu_s": 1.0, "from": "frozen"}
    return limits.missed(how | figures.of(told(*lines)))


def test_a_largest_block_that_shrinks_from_life_to_life_is_found():
    assert [line for line in lives_of(lambda life: 42000 - 330 * life) if "largest_last" in line]
    assert [line for line in lives_of(lambda life: 32000 - 70 * life) if "largest_last" in line]


def test_a_largest_block_that_differs_from_life_to_life_is_chance():
    for seed in range(50):
        drawn = random.Random(seed)
        sizes = [32000 + drawn.randrange(-2500, 2500) for _ in range(52)]
        assert not [
            line for line in lives_of(lambda life, of=sizes: of[life]) if "largest" in line
        ]


def test_erases_are_counted_block_by_block_on_both_media():
    life = {"worn": [1, 2000], "worn_ring": [5, 3], "limit_bytes": 7}
    books = told("F " + json.dumps(life), "F " + json.dumps(life))
    assert books.told["worn"] == [2, 4000] and books.told["limit_bytes"] == 7
    found = figures.of(books)
    assert (found["worn_most"], found["worn_most_ring"]) == (4000, 10)


def test_a_connection_without_a_large_block_is_found():
    assert not [line for line in days_of(lambda day: 24576) if "largest" in line]
    small = days_of(lambda day: 24576 - 16 * (day == 30))
    assert [line for line in small if "largest_per_mille is 24560" in line]


def test_one_connection_of_a_thousand_may_have_less_but_what_tls_needs():
    def found(*low):
        rows = [f" max free sz: {size // 16}" for size in (30000, *low, *[30000] * 1999)]
        how = {"days_asked": 3, "device_cpu_s": 1.0, "from": "frozen"}
        books = told("D 1", *rows, "H 40000", "D 2", "H 40000", "D 3")
        return [line for line in limits.missed(how | figures.of(books)) if "largest" in line]

    assert found() == found(20480) == found(20480, 20480) == []
    assert found(20464) == ["largest_least is 20464, below 20480"]
    assert found(24560, 24560, 24560) == ["largest_per_mille is 24560, below 24576"]


def test_a_heap_that_fills_is_found():
    assert [
        line for line in days_of(lambda _: 24000, lambda day: 40000 - 30 * day) if "free" in line
    ]


def test_the_bounds_of_the_flash_and_of_the_time_are_held():
    good = {
        "days": 365, "days_asked": 365, "records": 1, "delivered": 1, "duplicates": 0,
        "device_cpu_s": 900,
        "worn_most": 2000, "worn_most_ring": 2000, "erases_per_record": 1.6,
        "free_day_2": 100, "free_end": 98,
        "free_lost_in_a_life": 500,
        "largest_kept_percent": 95, "largest_per_mille": 24576, "largest_least": 20480,
        "from": "frozen",
        "largest_of_lives": [0] * 26, "largest_first_lives": 100, "largest_last_lives": 95,
    }  # fmt: skip
    assert limits.missed(good) == []
    for name, figure in good.items():
        if name in (
            "largest_kept_percent",
            "largest_per_mille",
            "largest_least",
            "largest_last_lives",
            "free_end",
        ):
            assert len(limits.missed(good | {name: figure - 1})) == 1, name
        if name in (
            "worn_most", "worn_most_ring", "device_cpu_s", "free_lost_in_a_life", "duplicates",
        ):  # fmt: skip
            assert len(limits.missed(good | {name: figure + 1})) == 1, name
