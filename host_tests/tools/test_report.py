"""The report: what it counts, what it refuses to show, and sentences for the rest."""

import json
import re
from html.parser import HTMLParser

import exported
import pytest
from four_elements import VALUES

from tools.report import __main__ as command
from wattseal.core import load_bucket

MONDAY = 1796601600 // 900  # 2026-12-07T00:00Z
WEEK = 7 * 96
DEVICE = "wattseal/v1/d1"
MONTH = {
    "v": 1, "month": "2026-12", "k": 5, "rest": {"n": 0, "wh": 0, "occ_min": 0},
    "cells": [{"day": "workday", "from": 8, "to": 12, "n": 41, "wh": 90000, "occ_min": 600}],
}  # fmt: skip


def line(topic, payload):
    text = payload if isinstance(payload, str) else json.dumps(payload)
    return json.dumps({"topic": f"{DEVICE}/{topic}", "payload": text, "received": 1.5}) + "\n"


def bucket(quarter, wh=1000, kw=11, occ=15, idle=0, connector=1):
    return line(f"load/{connector}", load_bucket.text((quarter, 1, wh, kw, occ, idle), 0))


def mornings(days, slot=40, **more):
    """A stay of two quarters, every day at the same time."""
    lines = []
    for day in range(days):
        first = MONDAY + 96 * day + slot
        lines += [bucket(first, occ=10, **more), bucket(first + 1, occ=5, **more)]
    return lines


@pytest.fixture
def run(tmp_path, monkeypatch, capfdbinary):
    def run(lines, *options):
        records = tmp_path / "records.jsonl"
        records.write_text("".join(lines))
        return exported.run(command.main, [records, *options], monkeypatch, capfdbinary)

    return run


def values(run, lines, *options):
    status, out, err = run(lines, "--json", *options)
    assert (status, err) == (0, "")
    return json.loads(out)


def test_what_it_counts(run):
    made = values(run, mornings(7))["figures"]
    assert (made["kwh"], made["days"], made["connectors"]) == (14, 7, 1)
    assert made["occupied_h"] == pytest.approx(7 * 0.25)
    assert made["utilisation"] == pytest.approx(0.25 / 24)
    assert made["peak_slot"] == [40, 4.0] and made["reached_kw"] == 4.0
    workdays = made["curves"][0]
    assert workdays[40:42] == [4.0, 4.0] and set(workdays[:40] + workdays[42:]) == {None}


def test_a_message_that_came_twice_counts_once(run):
    lines = mornings(7)
    assert values(run, lines + lines)["figures"] == values(run, lines)["figures"]


def test_it_never_reads_a_bill(run):
    bill = line("bill/1", {"v": 1, "id": "x", "kind": "session", "wh": 10**6})
    assert values(run, [*mornings(7), bill]) == values(run, mornings(7))


def test_a_cell_of_fewer_than_five_stays_is_refused(run):
    """Four Mondays at 20 h beside the mornings of four weeks: neither a point nor a cell."""
    lines = mornings(28)
    for week in range(4):
        lines += [bucket(MONDAY + week * WEEK + 80 + i, wh=70000, kw=280) for i in range(2)]
    made = values(run, lines)["figures"]
    assert made["curves"][0][80] is None and made["reached_kw"] < 280
    assert made["heat"]["shares"][0][10] is None
    lines += [bucket(MONDAY + 4 * WEEK + 80 + i, wh=70000, kw=280) for i in range(2)]
    made = values(run, lines)["figures"]
    assert made["curves"][0][80] > 0 and made["reached_kw"] == 280


def test_weekdays_are_shown_only_where_they_hold_five(run):
    """Seven mornings are one of each weekday, five of workdays and two of a weekend."""
    week = values(run, mornings(7))["figures"]["heat"]
    assert week["rows"] == ["workday", "weekend"]
    assert week["shares"][0][5] == pytest.approx(75 / (5 * 120))
    assert set(week["shares"][1]) == {None}
    weeks = values(run, mornings(35))["figures"]["heat"]
    assert weeks["rows"][0] == "Mon" and weeks["shares"][6][5] == pytest.approx(15 / 120)


def test_one_long_stay_is_one(run):
    status, out, err = run([bucket(MONDAY + i) for i in range(400)])
    assert (status, out) == (2, b"") and "fewer than 5 stays" in err


def test_a_month_with_a_small_cell_from_elsewhere_is_not_shown(run):
    small = {**MONTH["cells"][0], "from": 20, "to": 22, "n": 4, "wh": 123456}
    month = line("stat", {**MONTH, "cells": [*MONTH["cells"], small]})
    cells = values(run, [month])["months"][0]["cells"]
    assert [cell["count"] for cell in cells] == [41]
    status, out, _ = run([month])
    assert status == 0 and b"41 stays, 90 kWh" in out and b"213" not in out


def test_a_month_of_too_few_says_so(run):
    status, out, _ = run([line("stat", {"v": 1, "month": "2026-12", "k": 5, "few": True})])
    assert status == 0 and b"Fewer than 5 stays" in out


def test_local_time_is_that_of_the_tariff_or_the_rule(run, tmp_path):
    tariff = tmp_path / "tariff.json"
    tariff.write_text(json.dumps(VALUES))
    assert values(run, mornings(7), "--tariff", tariff)["figures"]["peak_slot"][0] == 44
    assert values(run, mornings(7), "--zone", "EST5")["figures"]["peak_slot"][0] == 20


def test_tariffs_are_compared_by_energy_and_parking(run, tmp_path):
    tariff, other = tmp_path / "tariff.json", tmp_path / "other.json"
    tariff.write_text(json.dumps(VALUES))
    dearer = json.loads(json.dumps(VALUES).replace("5900", "6900"))
    other.write_text(json.dumps(dearer))
    lines = mornings(30, idle=5)
    first, second = values(run, lines, "--tariff", tariff, "--tariff", other)["prices"]
    assert first["energy"] == pytest.approx(60 * 0.59)
    assert second["energy"] == pytest.approx(60 * 0.69)
    assert first["parking"] == second["parking"] == pytest.approx(30 * 10 / 60 * 6)
    status, out, _ = run(lines, "--tariff", tariff, "--tariff", other)
    assert status == 0 and b"+6.00" in out


def test_idle_hours_are_what_they_could_charge(run):
    made = values(run, mornings(30, idle=5))
    idle = made["idle"]
    assert idle["hours"] == pytest.approx(30 * 10 / 60)
    charging_kw = made["figures"]["kwh"] / (30 * 5 / 60)
    assert idle["kwh"] == pytest.approx(idle["hours"] * charging_kw * 0.25 / 24)


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.tags, self.outside = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.outside += [value for key, value in attrs if key in ("src", "href")]


def test_the_page_stands_alone(run):
    other = line("stat", {"v": 1, "month": "2026-12", "k": 5, "few": True})
    lines = [*mornings(35), line("stat", MONTH), other.replace("/d1/", "/<b>&co/")]
    status, out, err = run(lines)
    text = out.decode()
    page = Page()
    page.feed(text)
    assert (status, err) == (0, "") and not page.outside and "script" not in page.tags
    assert page.tags.count("svg") == 3 and "&lt;b&gt;&amp;co" in text
    assert not re.search(r"nan|None|https?:|@import|url\((?!#)", text)
    for said in ("Load curve", "Charging hours", "utilisation", "idle share", "kW", "below 5"):
        assert said in text, said


@pytest.mark.parametrize("payload", (
    "no json", "[]", '{"v":1}', {"v": 1, "q": "2026-12-07T10:07Z", "wh": 1, "kw": 1},
    {"v": 1, "q": "2026-12-07T10:00Z", "wh": -1, "kw": 1, "occ_min": 5, "idle_min": 0},
    {"v": 1, "q": "2026-12-07T10:00Z", "wh": 1, "kw": 1, "occ_min": 5, "idle_min": 10},
    {"v": 1, "q": "2026-12-07T10:00+01:00", "wh": 1, "kw": 1, "occ_min": 5, "idle_min": 0},
    {"v": 1, "q": "2026-12-07T10:00Z", "wh": True, "kw": 1, "occ_min": 5, "idle_min": 0},
))  # fmt: skip
def test_what_no_device_sends_is_counted_and_passed_over(run, payload):
    made = values(run, [*mornings(7), line("load/1", payload), line("load/x", "{}"), "broken\n"])
    assert made["ignored"] == 3 and made["figures"] == values(run, mornings(7))["figures"]


@pytest.mark.parametrize("change", (
    {"cells": 1}, {"month": "2026-13"}, {"rest": None}, {"cells": [{"day": "x"}]}, {"v": 2},
))  # fmt: skip
def test_a_month_that_no_device_sends_is_passed_over(run, change):
    made = values(run, [*mornings(7), line("stat", {**MONTH, **change})])
    assert made["ignored"] == 1 and made["months"] == []


@pytest.mark.parametrize("lines, options, sentence", (
    ([line("bill/1", "{}")], (), "holds no `load` and no `stat` message"),
    ([], (), "holds no `load`"),
    (mornings(7), ("--zone", "Berlin"), "--zone Berlin is no POSIX rule"),
    (mornings(7), ("--tariff", "/nowhere.json"), "cannot be read"),
    (mornings(7), ("--out", "/nowhere/report.html"), "cannot be written"),
    (mornings(4), (), "fewer than 5 stays"),
))  # fmt: skip
def test_a_sentence_for_wrong_input(run, lines, options, sentence):
    status, out, err = run(lines, *options)
    assert (status, out) == (2, b"") and sentence in err and err.count("\n") == 1
