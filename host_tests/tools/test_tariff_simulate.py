"""tools.tariff simulate: the bill that a device would sign, and the times that it takes."""

import json
import random

import pytest
import tariff_command as tariffs
from exact_prices import Session
from exact_totals import totals
from tariff_command import element, four

from tools.tariff import asked, playing
from wattseal.core.pricing.loading import load

EVENING = ["--start", "2026-12-01 18:00", "--kwh", "23.5", "--stay", "5h"]
BILL = (
    "0.49 EUR/kWh 23.500 kWh VAT 19 % 11.515",
    "parking 0.10 EUR/min up to 12.00 (08:00-22:00, idle from 15 min) 1 h 31 min 49 s VAT 19 % "
    "9.1817",
    "0.50 EUR/session 1 VAT 19 % 0.50",
    "without VAT 17.8124",
    "VAT 19 % 3.3843",
    "with VAT 21.1967",
    "payable EUR 21.20",
)
TIMELINE = (
    "Tue 18:00 20:13:11 2:13:11 charging 23.500 0.49 EUR/kWh free",
    "Tue 20:13:11 20:28:11 0:15:00 idle 0.000 free",
    "Tue 20:28:11 22:00 1:31:49 idle 0.000 0.10 EUR/min",
    "Tue 22:00 23:00 1:00:00 idle 0.000 free",
)


def test_outside_its_dates_it_costs_nothing_and_says_so(run):
    status, told, wrong = run(four(valid=[0, 1000]), *EVENING)
    assert (status, wrong) == (0, "")
    assert "not valid: it costs nothing. (tariff_not_valid)" in told and "EUR/kWh" not in told
    status, told, wrong = run(four(valid=[0, 1000]), *EVENING, "--json")
    values = json.loads(told)
    assert values["cost"] == {"flags": ["tariff_not_valid"]}
    assert not any(part["held"] for part in values["timeline"])


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    def run(values, *options):
        path = values if values == tariffs.FOUR else tariffs.written(tmp_path, values)
        return tariffs.main(capsys, monkeypatch, "simulate", path, *options)

    return run


def values(run, tariff, *options):
    status, out, err = run(tariff, *options, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_an_evening_is_told_to_a_person(run):
    status, out, err = run(tariffs.FOUR, *EVENING)
    assert (status, err) == (0, "")
    said = [" ".join(line.split()) for line in out.splitlines()]
    for row in (*TIMELINE, *BILL):
        assert row in said
    assert "2026-12-01 18:00 +01:00 to 2026-12-01 23:00 +01:00, 5 h, 23.500 kWh" in out
    assert "full after 2 h 8 min 11 s; the device is sure of it 5 min later" in out
    assert "clock is set" not in out


def test_an_evening_is_told_to_a_program(run):
    told = values(run, tariffs.FOUR, *EVENING)
    cost = told["cost"]
    assert cost["lines"] == [
        [1, "E", 23500000, 4900, 115150], [2, "P", 5509, 60000, 91817], [3, "F", 1, 5000, 5000],
    ]  # fmt: skip
    assert (cost["net"], cost["vat"], cost["gross"]) == (178124, [[19000, 33843]], 211967)
    assert (cost["pay"], cost["lim"], cost["flags"]) == (212000, "", [])
    assert sum(part["wh"] for part in told["timeline"]) == 23500
    assert told["start_utc_s"] == 1796144400 and told["full_after_s"] == 7691
    assert told["timeline"][2]["held"]["P"] == {"element": 2, "price_e4": 60000}


def exactly(tariff, plan):
    """The same session in fractions, by the second opinion that shares no code."""
    session = Session([tariff.values], "Europe/Berlin", plan.start_s, False)
    parts = [(0, min(plan.parks_s, plan.stay_s), "C"), (plan.parks_s, plan.stay_s, "P")]
    for begin_s, end_s, state in parts:
        at_s = begin_s
        while at_s < end_s:  # as fine as Wh are told apart, and no boundary within
            to_s = min(at_s + 60 - (plan.start_s + at_s) % 60, end_s)
            mwh = plan.mwh(to_s) // 1000 * 1000 - plan.mwh(at_s) // 1000 * 1000
            session.add({
                "state": state, "begin_s": plan.start_s + at_s, "end_s": plan.start_s + to_s,
                "tariff": 0, "mwh": mwh, "trusted": True, "power_w": None, "current_ma": None,
            })  # fmt: skip
            at_s = to_s
    return totals(session)


def test_the_bill_is_the_one_in_fractions():
    chance = random.Random(7)
    tariff = load(tariffs.FOUR.read_bytes())
    for _ in range(20):
        start_s = 1796144400 + chance.randrange(400 * 86400)
        plan = asked.plan(
            start_s, str(chance.randrange(1, 60)), chance.randrange(2000, 22000), "",
            "%dmin" % chance.randrange(1, 600), "5min",
        )  # fmt: skip
        cost = playing.play(tariff, plan).cost
        exact = exactly(tariff, plan)
        assert cost["gross"] == exact["gross"] and cost["pay"] == exact["payable"], plan
        assert cost["flags"] == []


def test_a_session_over_the_change_of_the_clock(run):
    _, out, _ = run(tariffs.FOUR, "--start", "2026-10-25 01:30", "--kwh", "23.5")
    assert "to 2026-10-25 02:38:11 +01:00, 2 h 8 min 11 s" in out
    assert "At 03:00 the clock is set to 02:00." in out


def test_a_local_time_that_comes_twice(run):
    options = ["--start", "2026-10-25 02:30", "--kwh", "1"]
    first, second = (
        values(run, tariffs.FOUR, *options, *more) for more in ([], ["--second"])
    )  # fmt: skip
    assert second["start_utc_s"] - first["start_utc_s"] == 3600
    assert first["start"].endswith("+02:00") and second["start"].endswith("+01:00")
    assert "comes twice; taken is the first one" in first["note"] and "--second" in first["note"]
    assert "taken is the second one" in second["note"]
    assert first["note"] in run(tariffs.FOUR, *options)[1]


def test_tiers_of_energy_are_said(run):
    tiers = four(el=[element("E", 3900, e1=10000000), element("E")])
    _, out, _ = run(tiers, "--start", "2026-12-01 18:00", "--kwh", "12")
    said = [" ".join(line.split()) for line in out.splitlines()]
    assert "0.39 EUR/kWh (below 10 kWh) 10.000 kWh VAT 19 % 3.90" in said
    assert "0.49 EUR/kWh 2.000 kWh VAT 19 % 0.98" in said and "each tier of energy" in out
    assert "tier" not in run(tariffs.FOUR, *EVENING)[1]


def test_limits_and_vat_on_top(run):
    values_ = four(tax="excl", min={"net": 10000}, el=[element("E")])
    _, out, _ = run(values_, "--start", "2026-12-01 18:00", "--kwh", "1")
    said = [" ".join(line.split()) for line in out.splitlines()]
    for row in ("to the minimum of a session 0.51", "without VAT 1.00", "with VAT 1.19"):
        assert row in said


WRONG = (
    (["--start", "yesterday", "--kwh", "1"], "--start yesterday is no time; write it as"),
    (["--start", "2026-12-01 18:00+01:00", "--kwh", "1"], "has a zone"),
    (["--start", "2027-03-28 02:30", "--kwh", "1"], "goes forward over it, from 02:00 to 03:00"),
    (["--start", "1066-10-14 09:00", "--kwh", "1"], "out of range"),
    (["--start", "2026-12-01 18:00", "--kwh", "1", "--second"], "comes once only"),
    (["--start", "2026-12-01 18:00"], "Missing option"),
    (["--start", "2026-12-01 18:00", "--kwh", "x"], "--kwh x is no number"),
    (["--start", "2026-12-01 18:00", "--kwh", "1E1000000"], "--kwh 1E1000000 is no number"),
    (["--start", "2026-12-01 18:00", "--kwh", "nan"], "--kwh nan is no energy"),
    (["--start", "2026-12-01 18:00", "--kwh", "-1"], "--kwh -1 is no energy"),
    (["--start", "2026-12-01 18:00", "--kwh", "0"], "would last no time"),
    (["--start", "2026-12-01 18:00", "--kwh", "1", "--power", "0"], "--power is no power"),
    ([*EVENING, "--idle", "1h"], "--stay and --idle say the same"),
    ([*EVENING, "1h"], "Got unexpected extra argument"),
    ([*EVENING[:4], "--stay", "1h"], "--stay 1h is too short: 23.5 kWh take 2 h 8 min 11 s"),
    ([*EVENING[:4], "--stay", "5 apples"], "--stay 5 apples is no time; write it as 1h 30min"),
    ([*EVENING[:4], "--idle", "800h"], "--idle 800h is no time of up to 30 days"),
)  # fmt: skip


@pytest.mark.parametrize(("options", "said"), WRONG, ids=range(len(WRONG)))
def test_what_it_cannot_use_is_one_sentence(run, options, said):
    status, out, err = run(tariffs.FOUR, *options)
    assert (status, out) == (2, "") and said in err
    assert err.startswith("tariff: ") and err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("5h", 18000), ("1h 30min", 5400), ("45 m", 2700), ("1.5h", 5400), ("90s", 90)],
)
def test_times_are_written_as_people_do(text, seconds):
    assert asked.lasting("--stay", text) == seconds
