"""600 real sessions through the statistics, and who tries to get them out again.

The attacker has every `load` and `stat` message. He knows all sessions, also the energy, the
largest power and the end of the one whose begin he is after. How its car charged he does not know.
"""

import datetime
import json
from dataclasses import dataclass

import pytest

from tools import sessions
from tools.run import BUILD_DATE
from tools.world import profile
from wattseal.core import histogram, load_bucket
from wattseal.core.histogram import Histogram, K
from wattseal.core.load_bucket import Buckets
from wattseal.core.pricing import zone_rule
from wattseal.core.stay import AWAY, PARKED, QUARTER_S, StayMeter

ZONE = zone_rule.read("CET-1CEST,M3.5.0,M10.5.0/3")
FILE = sessions.DEFAULT.with_name("sessions_600.csv")
STEP_S = 20
IDLE_AFTER_S = 300
TAPER = 0.85  # of the stay the simulated car charges
KEPT_IN_H = 6  # the widest cell that still says when in the day


@dataclass(frozen=True)
class Sample:
    """One of a session's trace."""

    utc_s: int
    wh: int
    power_w: int
    state: str


@pytest.fixture(scope="module")
def played():
    """[(session, its stay)], by the clock."""
    found = sessions.load(FILE, None, BUILD_DATE)
    assert len(found) == 600
    return [(session, stay_of(trace(session))) for session in found]


def trace(session):
    """Of a car as `make run` plays it."""
    begin_s, end_s = session.arrival_ms // 1000, session.departure_ms // 1000
    until_s = begin_s + int((end_s - begin_s) * TAPER)
    for utc_s in range(begin_s, end_s, STEP_S):
        part = min(1.0, (utc_s - begin_s) / (until_s - begin_s))
        energy_wh, power_w = profile(session, 1000 * (until_s - begin_s), part)
        parked = utc_s - until_s >= IDLE_AFTER_S
        yield Sample(utc_s, int(energy_wh), power_w, PARKED if parked else "C")
    yield Sample(end_s, int(session.energy_wh), 0, AWAY)


def stay_of(samples):
    meter = StayMeter()
    for s in samples:
        ms = 1000 * s.utc_s
        ended = meter.sample(ms, ms, True, s.wh, s.power_w, s.state, True)
    return ended


def messages(played):
    """All that is published: {(topic, quarter or month): text}."""
    told, months = {}, Histogram()
    for connector in {session.connector for session, _ in played}:
        buckets = Buckets()
        for session, stay in played:
            if session.connector == connector:
                buckets.add(stay)
        for run in buckets.passed(1 << 30, None):
            for i in range(run[1]):
                told[connector, run[0] + i] = load_bucket.text(run, i)
    for _, stay in sorted(played, key=lambda row: row[1].last):
        begin_s, end_s = stay.first * QUARTER_S, stay.last * QUARTER_S
        closed = months.close(histogram.month_of(end_s, ZONE))
        if closed:
            told["stat", months.closed] = histogram.text(closed)
        assert months.add(begin_s, end_s, ZONE, stay.wh, load_bucket.minutes(stay))
    told["stat", months.month] = histogram.text(months.close(1 << 15))
    return told


def figures(stay):
    """All that any message says of a stay, but the connector."""
    return load_bucket.runs(stay), stay.first, stay.last, stay.wh, load_bucket.minutes(stay)


def another(stay, session, begin_s):
    """The trace of a session that began at `begin_s`, as full a car as the messages allow; None
    where its energy and power alone say that it did not."""
    last_s = stay.first * QUARTER_S + stay.charging_quarters() * QUARTER_S - 1
    last_s = min(last_s, session.departure_ms // 1000 - 1)
    if stay.peak_w * (last_s - begin_s) < 3600 * stay.wh:
        return None
    samples = [Sample(begin_s, 0, stay.peak_w, "C"), Sample(last_s, stay.wh, 0, "C")]
    if session.departure_ms // 1000 - 1 > last_s:
        samples.append(Sample(session.departure_ms // 1000 - 1, stay.wh, 0, PARKED))
    return [*samples, Sample(session.departure_ms // 1000, stay.wh, 0, AWAY)]


def candidates(stay, session):
    """Every half minute of the quarter in which it began, before it ended."""
    begin_s = stay.first * QUARTER_S
    return range(begin_s, min(begin_s + QUARTER_S, session.departure_ms // 1000 - 1), 30)


def test_no_begin_is_placed_better_than_its_bucket(played):
    """Each begin in its quarter that could be, by what is known without any message, could have
    left these very messages."""
    tried = impossible = 0
    for session, stay in played:
        for begin_s in candidates(stay, session):
            left_s = session.departure_ms // 1000 - 1 - begin_s
            if stay.peak_w * left_s < 3600 * stay.wh:
                impossible += 1  # known beforehand
                continue
            samples = another(stay, session, begin_s)
            assert samples, (session.name, begin_s)
            assert figures(stay_of(samples)) == figures(stay), (session.name, begin_s)
            tried += 1
    print(f"{tried} begins could be, {impossible} were impossible beforehand")
    assert tried > 12000


def test_all_messages_are_the_same_whichever_begin_it_was(played):
    told = messages(played)
    for n in range(0, 600, 40):
        session, stay = played[n]
        for begin_s in (candidates(stay, session)[0], candidates(stay, session)[-1]):
            samples = another(stay, session, begin_s)
            if samples:
                others = list(played)
                others[n] = (session, stay_of(samples))
                assert messages(others) == told, session.name


def test_buckets_of_what_really_was_in_each_quarter_would_tell(played):
    """That the attack works at all: with true minutes a begin is placed to five of them."""
    found = 0
    for session, stay in played:
        minutes = {
            (min((stay.first + 1) * QUARTER_S, session.departure_ms // 1000) - s + 150) // 300
            for s in candidates(stay, session)
        }
        found += len(minutes) > 1
    assert found > 500


def test_every_published_cell_holds_k_sessions_and_all_are_there(played):
    total = 0
    for (topic, _), text in messages(played).items():
        if topic == "stat":
            month = json.loads(text)
            cells = [*month["cells"], month["rest"]]
            assert min(cell["n"] for cell in cells if cell["n"]) >= K
            total += sum(cell["n"] for cell in cells)
    assert total == 600


def test_the_coarse_histogram_keeps_the_hours(played):
    """Of the occupied minutes, those in cells that still say when in the day."""
    kept = total = widest = 0
    for (topic, _), text in messages(played).items():
        if topic == "stat":
            month = json.loads(text)
            for cell in [*month["cells"], {**month["rest"], "from": 0, "to": 24}]:
                total += cell["occ_min"]
                kept += cell["occ_min"] * (cell["to"] - cell["from"] <= KEPT_IN_H)
                widest += cell["to"] - cell["from"] > KEPT_IN_H
    print(f"{100 * kept / total:.1f} % of the hours in cells of {KEPT_IN_H} h or less")
    assert kept >= 0.8 * total


def test_what_an_operator_sees_is_true_in_sum(played):
    """Energy and occupied time of the buckets, beside those of the sessions."""
    rows = [json.loads(text) for (topic, _), text in messages(played).items() if topic != "stat"]
    wh, minutes = sum(row["wh"] for row in rows), sum(row["occ_min"] for row in rows)
    true_wh = sum(int(session.energy_wh) for session, _ in played)
    true_min = sum(session.departure_ms - session.arrival_ms for session, _ in played) / 60000
    print(f"{wh / true_wh - 1:+.2%} energy, {minutes / true_min - 1:+.2%} occupied minutes")
    assert abs(wh / true_wh - 1) < 0.01
    assert abs(minutes / true_min - 1) < 0.1


def test_the_day_has_its_course(played):
    """Of the energy, what is told in another two hours of the day than it was drawn in."""
    told, true = [0] * 12, [0] * 12
    for (topic, quarter), text in messages(played).items():
        if topic != "stat":
            told[local_bin(quarter * QUARTER_S)] += json.loads(text)["wh"]
    for session, _ in played:
        before = 0
        for sample in trace(session):
            true[local_bin(sample.utc_s)] += sample.wh - before
            before = sample.wh
    moved = sum(abs(a - b) for a, b in zip(told, true, strict=True)) / 2 / sum(true)
    print(f"{moved:.1%} of the energy is in another two hours")
    assert moved < 0.05


def local_bin(utc_s):
    moment = datetime.datetime.fromtimestamp(utc_s, sessions.ZONE)
    return moment.hour // 2
