"""The judgement of an emulated run: heap by state, CPU by quiet seconds, limits and sentences."""

import io

import pytest
from rich.console import Console

from tools.emulate import row
from tools.emulate.cpu import steady
from tools.emulate.heap import heaps, most_names
from tools.emulate.lives import lives
from tools.emulate.summary import faults, flat
from tools.emulate.table import table

STATUS = '{"oldest": 3, "next": 8, "late_max_ms": 0}'
MEMORY = (
    "GC: total: 200000, used: 60000, free: 140000",
    " No. of 1-blocks: 1, 2-blocks: 2, max blk sz: 3, max free sz: 6508",
)


def said(t_s, *texts):
    return [{"event": "console", "t_s": t_s, "busy_s": 0.0, "text": text} for text in texts]


def contactor(t_s, closed, pin=14):
    return {"event": "contactor", "t_s": t_s, "busy_s": 0.0, "pin": pin, "closed": closed}


def test_the_heap_is_told_with_the_state_it_was_asked_in():
    events = [
        *said(1, STATUS, *MEMORY), contactor(2, True), contactor(2.5, True, 15),
        *said(3, '{"oldest": 3, "next": 3}', *MEMORY), contactor(4, False), *said(5, *MEMORY),
    ]  # fmt: skip
    found = list(heaps(events))
    assert [(h.free, h.largest) for h in found] == [(140000, 6508 * 16)] * 3
    assert [(h.t_s, h.open_sessions, h.backlog) for h in found] == [
        (1, 0, 5),
        (3, 2, 0),
        (5, 1, 0),
    ]


def test_the_names_in_ram_are_told_at_their_most():
    pools = "qstr pool: n_pool=6, n_qstr=%d, n_str_data_bytes=13683, n_total_bytes=21427"
    events = [*said(1, pools % 1237, *MEMORY), contactor(2, True), *said(3, pools % 1248)]
    assert most_names(events) == 1248
    assert most_names(said(1, STATUS, *MEMORY)) is None


def asked(t_s, busy_s):
    return {"event": "modbus", "t_s": t_s + 0.01, "busy_s": busy_s, "unit": 2,
            "request": "0204004800020000", "answer": "", "asked_s": t_s,
            "answered_s": t_s + 0.08}  # fmt: skip


def test_only_quiet_seconds_count_for_the_cpu():
    boot = {"event": "boot", "t_s": 0.0, "busy_s": 0.0, "by": "power"}
    events = [
        boot, asked(1.2, 0.5), asked(2.2, 1.5), asked(3.2, 1.6), asked(4.2, 1.7),
        contactor(4.5, True), asked(5.2, 2.5), asked(6.2, 3.0), asked(7.2, 3.2),
        asked(8.2, 3.4), *said(8.5, "broker: gone"), asked(9.2, 9.0),
    ]  # fmt: skip
    share = steady(lives(events, 10.0), events, 2)
    assert share.idle == pytest.approx(0.1)  # from 2.2 to 4.2
    assert share.charging == pytest.approx(0.2)  # from 7.2 to 8.2
    busy = [
        boot,
        *(asked(at + 0.2, at * 0.1) for at in range(1, 4)),
        asked(4.2, 1.25),
        asked(5.2, 2.25),
    ]
    assert steady(lives(busy, 6.0), busy, 2).idle == pytest.approx(0.1)  # not of those that sign
    assert steady(lives(events[:2], 2.0), events[:2], 2).charging is None


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (row.at_most("k", "worst lateness", 100, 100, "ms"), ""),
        (row.at_most("k", "worst lateness", 101, 100, "ms", " at 3 s"),
         "worst lateness: 101 ms at 3 s; it must be at most 100 ms"),
        (row.at_least("k", "least free", 81920, 81920, "B"), ""),
        (row.at_least("k", "least free", 81919, 81920, "B"),
         "least free: 81,919 B; it must be at least 81,920 B"),
        (row.at_least("k", "least free", None, 81920, "B"),
         "least free: not measured; it must be at least 81,920 B"),
        (row.exactly("k", "records lost", 0, 0), ""),
        (row.exactly("k", "records lost", 1, 0), "records lost: 1; it must be exactly 0"),
        (row.told("k", "boots", 3), ""),
    ],
)  # fmt: skip
def test_a_limit_that_is_missed_is_a_plain_sentence(made, sentence):
    assert made.fault == sentence


def test_one_missed_limit_decides():
    kept = row.exactly("lost", "records lost", 0, 0)
    missed = row.at_most("late_max_ms", "worst lateness", 300, 100, "ms")
    assert flat({"Records": [kept]}) == {"lost": 0, "faults": [], "ok": True}
    both = {"Records": [kept], "Sampler": [missed]}
    assert flat(both)["ok"] is False
    assert faults(both) == ["worst lateness: 300 ms; it must be at most 100 ms"]


def test_the_table_shows_value_limit_and_verdict_in_80_columns():
    groups = {"Sampler": [row.at_most("k", "x" * 38, 300, 100, "ms"), row.told("n", "boots", 3)]}
    out = io.StringIO()
    Console(file=out, width=80).print(table("The frozen image", groups))
    lines = [line.rstrip() for line in out.getvalue().splitlines()]
    assert lines[0] == "The frozen image"
    assert lines[2] == "Sampler"
    assert lines[3].split() == ["x" * 38, "300", "ms", "at", "most", "100", "ms", "MISSED"]
    assert lines[4].split() == ["boots", "3"]
