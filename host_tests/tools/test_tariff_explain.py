"""tools.tariff explain: price list, week table and clock changes, for a person and a program."""

import json

import pytest
import tariff_command as tariffs
from tariff_command import element, four

from wattseal.core.pricing import tariff_text
from wattseal.core.pricing.loading import load

AT = ["--at", "2026-10-21"]
LIST = """\
per kWh
  0.39 EUR/kWh (22:00-06:00), VAT 19 %  [el 0]
  0.49 EUR/kWh, VAT 19 %  [el 1]

per minute of parking
  parking 0.10 EUR/min up to 12.00 (08:00-22:00, idle from 15 min), VAT 19 %  [el 2]

per session
  0.50 EUR/session, VAT 19 %  [el 3]
"""
ENERGY = (
    "Mon Tue Wed Thu Fri Sat Sun",
    "00:00-06:00 0.39 0.39 0.39 0.39 0.39 0.39 0.39",
    "06:00-22:00 0.49 0.49 0.49 0.49 0.49 0.49 0.49",
    "22:00-24:00 0.39 0.39 0.39 0.39 0.39 0.39 0.39",
    "cheapest 0.39, dearest 0.49",
)
CHANGES = """\
Next changes of the clock
  Sun 2026-10-25: 02:00 to 03:00 comes twice: the clock goes back, and a price of that time holds \
1 h longer
    touches el[0], energy: 0.39 EUR/kWh (22:00-06:00)
  Sun 2027-03-28: 02:00 to 03:00 does not exist: the clock goes forward, and a night is 1 h shorter
    touches el[0], energy: 0.39 EUR/kWh (22:00-06:00)
"""


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    def run(values, *options):
        path = values if values == tariffs.FOUR else tariffs.written(tmp_path, values)
        return tariffs.main(capsys, monkeypatch, "explain", path, *options)

    return run


def lines(out):
    return [" ".join(line.split()) for line in out.splitlines()]


def values(run, tariff, *options):
    status, out, err = run(tariff, *options, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def test_four_elements_are_told_to_a_person(run):
    status, out, err = run(tariffs.FOUR, *AT)
    assert (status, err) == (0, "")
    tariff = load(tariffs.FOUR.read_bytes())
    assert LIST in out and CHANGES in out
    assert tariff_text.heading(tariff) in out and tariff_text.text(tariff) in out
    said = lines(out)
    at = said.index(ENERGY[0])
    assert tuple(line for line in said[at : at + 7] if line and "─" not in line) == ENERGY
    assert "from 15 min idle" in said and "- no price: it is free then" in said
    assert "08:00-22:00 " + " ".join(["0.10"] * 7) in said
    assert "prices include VAT; the amount payable is rounded to 0.01" in out
    assert "\x1b" not in out and max(map(len, out[out.index("Energy,") :].splitlines())) < 110


def test_four_elements_are_told_to_a_program(run):
    told = values(run, tariffs.FOUR, *AT)
    assert told["week_of"] == "Mon 2026-10-19" and told["version"] == 3
    assert [row["dimension"] for row in told["prices"]] == ["E", "E", "P", "F"]
    energy, parking = told["weeks"]
    assert [(row["from_min"], row["to_min"]) for row in energy["rows"]] == [
        (0, 360), (360, 1320), (1320, 1440),
    ]  # fmt: skip
    assert energy["rows"][1]["price_e4"] == [4900] * 7
    assert parking["condition"] == "from 15 min idle"
    assert [row["price_e4"][0] for row in parking["rows"]] == [None, 60000, None]
    assert [row["kind"] for row in told["clock_changes"]] == ["repeated", "skipped"]


def test_days_and_minutes_are_not_hidden(run):
    odd = four(el=[element("E", 3900, dow=96, t0=367, t1=1095), element("E")])
    _, out, _ = run(odd, *AT)
    said = lines(out)
    assert "06:07-18:15 0.49 0.49 0.49 0.49 0.49 0.39 0.39" in said
    assert "changes within an hour: 06:07, 18:15" in said


def test_an_element_between_dates_is_in_its_week(run):
    dated = four(el=[element("E", 3900, d0=20745, d1=20747), element("E")])
    for day, prices in (
        ("2026-10-19", [3900, 3900, 4900, 4900, 4900, 4900, 4900]),
        ("2026-10-25", [3900, 3900, 4900, 4900, 4900, 4900, 4900]),
        ("2026-10-26", [4900] * 7),
    ):
        assert values(run, dated, "--at", day)["weeks"][0]["rows"][0]["price_e4"] == prices


@pytest.mark.parametrize(
    ("valid", "said"),
    [
        ([1767225600, 1798761600],
         "valid from Thu 2026-01-01 00:00 UTC until Fri 2027-01-01 00:00 UTC"),
        ([1767225600, 1798761600 + 61],
         "valid from Thu 2026-01-01 00:00 UTC until Fri 2027-01-01 00:01:01 UTC"),
        ([1767225600, 1 << 40], "valid from Thu 2026-01-01 00:00 UTC, without an end"),
        ([(1 << 40) - 1, 1 << 40], "valid from a day after the year 9999, without an end"),
    ],
)  # fmt: skip
def test_its_dates_are_told_whatever_the_device_takes(run, valid, said):
    code, told, wrong = run(four(valid=valid))
    assert (code, wrong) == (0, "") and said in told.splitlines()


def test_a_flat_price_of_a_time_says_that_it_is_due_at_any_moment_of_it(run):
    tariff = four(el=[element("E"), element("F", 5000, t0=1200, t1=1260), element("F", 100)])
    told = lines(run(tariff)[1])
    assert any(
        "(20:00-21:00), once for a session that is on at any time then" in row for row in told
    )
    assert "0.01 EUR/session, VAT 19 % [el 2]" in told


def test_the_offset_of_the_local_time_is_shown(run):
    told = run(four(), *AT)[1]
    assert "Local time, CET-1CEST,M3.5.0,M10.5.0/3, UTC+02:00; the week of" in told


def test_tiers_have_tables_of_their_own(run):
    tiers = four(el=[element("E", 3900, e0=10000000), element("E", 3500, s0=5400), element("E")])
    weeks = values(run, tiers, *AT)["weeks"]
    found = [(week["condition"], week["rows"][0]["price_e4"][0]) for week in weeks]
    assert found == [("", 4900), ("from 90 min of the session", 3500), ("from 10 kWh", 3900)]


def test_limits_hours_and_a_zone_without_changes(run):
    plain = four(
        el=[element("E"), element("T", 10000)], tz="IST-5:30", tax="excl",
        min={"net": 10000}, max={"gross": 500000},
    )  # fmt: skip
    _, out, _ = run(plain)
    assert "at least 1.00 EUR a session, without VAT" in out
    assert "at most 50.00 EUR a session, with VAT" in out
    assert "charging 1.00 EUR/h, VAT 19 %" in out and "Charging time, EUR per hour" in out
    assert "none: this zone's clock never changes" in out


def test_a_half_hour_of_lord_howe(run):
    howe = four(tz="<+1030>-10:30<+11>-11,M10.1.0,M4.1.0")
    (spring, autumn) = values(run, howe, "--at", "2026-09-01")["clock_changes"]
    assert (spring["from"], spring["to"], spring["kind"]) == ("02:00", "02:30", "skipped")
    assert (autumn["from"], autumn["to"], autumn["kind"]) == ("01:30", "02:00", "repeated")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--at", "21.10.2026"], "--at 21.10.2026 is no date; write it as 2026-12-01"),
        (["--at", "1066-10-14"], "is too far away"),
        (["--when", "now"], "--when"),
    ],
)
def test_what_it_cannot_use_is_one_sentence(run, options, said):
    status, out, err = run(tariffs.FOUR, *options)
    assert (status, out) == (2, "") and said in err and err.count("\n") == 1


def test_a_refused_tariff_is_not_explained(run):
    status, out, err = run(four(inc=0))
    assert (status, out) == (1, "") and err.count("\n") == 1
    assert "refused by the firmware: inc is not" in err and "tools.tariff lint" in err
