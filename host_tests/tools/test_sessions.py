"""Reading sessions: the shipped file, whole weeks, and one sentence for every fault."""

import datetime

import pytest

from tools import sessions

TODAY = datetime.date(2026, 11, 23)
HEAD = "session,plug,arrival,departure,energy_wh,p_max_w\n"


def test_the_shipped_sessions_start_after_the_build_on_the_same_weekday():
    plan = sessions.load(sessions.DEFAULT, None, TODAY)
    assert len(plan) == 20 and {s.connector for s in plan} == {1, 2}
    first = datetime.datetime.fromtimestamp(plan[0].arrival_ms / 1000, sessions.ZONE)
    assert first.date() > TODAY and first.weekday() == datetime.date(2022, 4, 12).weekday()
    assert (first.hour, first.minute) == (19, 27)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a,b\n1,2\n",
        HEAD,
        HEAD + "1,A,yesterday,2022-01-01T10:00,1,1\n",
        HEAD + "1,A,2022-01-01T10:00,2022-01-01T09:00,1,1\n",
        HEAD + "1,A,2022-01-01T10:00,2022-01-01T11:00,-5,1\n",
        HEAD + "1,A,2022-01-01T10:00,2022-01-01T11:00,5\n",
        HEAD
        + "1,A,2022-01-01T10:00,2022-01-01T12:00,5,9\n2,A,2022-01-01T11:00,2022-01-01T13:00,5,9\n",
    ],
)
def test_a_fault_is_one_sentence_with_the_file_in_it(tmp_path, text):
    path = tmp_path / "s.csv"
    path.write_text(text)
    with pytest.raises(sessions.SessionsError) as fault:
        sessions.load(path, None, TODAY)
    assert str(path) in str(fault.value) and "\n" not in str(fault.value)


def row(arrival, departure="2022-01-01T11:00", energy="5", p_max="9"):
    return f"1,A,{arrival},{departure},{energy},{p_max}\n"


@pytest.mark.parametrize(
    ("line", "what"),
    [
        (row("2022-01-01T10:00", p_max="inf"), "p_max_w 'inf' is out of range"),
        (row("2022-01-01T10:00", p_max="nan"), "p_max_w 'nan' is out of range"),
        (row("2022-01-01T10:00", p_max="0.5"), "p_max_w '0.5' is out of range"),
        (row("2022-01-01T10:00", energy="1e400"), "energy_wh '1e400' is out of range"),
        (row("2022-01-01T10:00", energy="x" * 9999), "is no number"),
        (row("2022-01-01T10:00+01:00"), "only one of arrival and departure has a UTC offset"),
        (row("2022-01-01T10:00", "2022-01-01T11:00Z"), "only one of arrival and departure has"),
        (row("0001-01-01T00:00+14:00", "0001-01-01T01:00+14:00"), "is out of range; use the year"),
        (row("0001-01-01T00:00"), "arrival '0001-01-01T00:00' is out of range; use the years"),
        (row("9999-12-31T22:00", "9999-12-31T23:59"), "is out of range; use the years 1970 to"),
        (row("2022-01-01T10:00", "9999-12-31T23:59-12:00"), "is out of range; use the years"),
        (row("2022-01-01T10:00", "2022-01-01T10:00"), "departure is not after arrival; exchange"),
        ('1,A,"2022-\n1",,,\n', "is no time; write YYYY-MM-DDThh:mm"),
    ],
)
def test_a_fault_tells_line_value_and_what_to_do(tmp_path, line, what):
    path = tmp_path / "s.csv"
    path.write_text(HEAD + row("2022-01-01T08:00", "2022-01-01T09:00") + line)
    with pytest.raises(sessions.SessionsError) as fault:
        sessions.load(path, None, TODAY)
    sentence = str(fault.value)
    assert what in sentence and "\n" not in sentence and len(sentence) < 300
    assert sentence.startswith((f"{path} line 3: ", f"{path} line 4: "))


def load(tmp_path, *lines, head=HEAD, encoding="utf-8"):
    path = tmp_path / "s.csv"
    path.write_text(head + "".join(lines), encoding=encoding)
    return sessions.load(path, None, TODAY)


def utc(ms):
    return datetime.datetime.fromtimestamp(ms / 1000, datetime.UTC).isoformat()[:16]


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path):
    assert load(tmp_path, row("2022-01-01T10:00"), encoding="utf-8-sig")[0].name == "1"


@pytest.mark.parametrize(
    ("arrival", "departure", "begins", "minutes"),
    [
        # local time, in winter and in summer
        ("2027-01-10T10:00", "2027-01-10T11:00", "2027-01-10T09:00", 60),
        ("2027-07-10T10:00", "2027-07-10T11:00", "2027-07-10T08:00", 60),
        # with an offset: that instant, whatever the zone here
        ("2027-01-10T10:00Z", "2027-01-10T11:00Z", "2027-01-10T10:00", 60),
        ("2027-07-10T10:00-05:00", "2027-07-10T11:00-05:00", "2027-07-10T15:00", 60),
        ("2027-01-10T10:00+05:00", "2027-01-10T10:00+04:00", "2027-01-10T05:00", 60),
        # spring: 02:00 to 03:00 does not exist
        ("2027-03-28T02:30", "2027-03-28T03:15", "2027-03-28T01:30", 45),
        ("2027-03-28T01:50", "2027-03-28T03:10", "2027-03-28T00:50", 80),
        # autumn: 02:00 to 03:00 comes twice
        ("2027-10-31T02:50", "2027-10-31T03:10", "2027-10-31T00:50", 20),
        ("2027-10-31T02:50+02:00", "2027-10-31T02:10+01:00", "2027-10-31T00:50", 20),
        ("2027-10-31T02:10+01:00", "2027-10-31T02:30+01:00", "2027-10-31T01:10", 20),
    ],
)
def test_the_arrival_is_an_instant_and_the_stay_is_as_written(
    tmp_path, arrival, departure, begins, minutes
):
    (session,) = load(tmp_path, row(arrival, departure))
    assert utc(session.arrival_ms) == begins
    assert session.departure_ms - session.arrival_ms == 60_000 * minutes


def test_whole_weeks_keep_the_hour_on_the_wall_with_and_without_offset(tmp_path):
    for arrival, departure in (
        ("2022-07-01T10:00", "2022-07-01T11:00"),
        ("2022-07-01T08:00Z", "2022-07-01T09:00Z"),
    ):
        (session,) = load(tmp_path, row(arrival, departure))
        assert utc(session.arrival_ms) == "2026-11-27T09:00"


def test_overlaps_are_of_instants(tmp_path):
    # on the wall 03:10 is after 03:05; but the first lasts 80 minutes from 00:50 UTC, to 02:10 UTC
    first = row("2027-03-28T01:50", "2027-03-28T03:10")
    assert len(load(tmp_path, first, row("2027-03-28T04:10", "2027-03-28T05:00"))) == 2
    with pytest.raises(sessions.SessionsError):
        load(tmp_path, first, row("2027-03-28T04:05", "2027-03-28T05:00"))
    # local and with offset in one file
    assert (
        len(
            load(
                tmp_path,
                row("2027-01-01T10:00", "2027-01-01T11:00"),
                row("2027-01-01T10:00Z", "2027-01-01T11:00Z"),
            )
        )
        == 2
    )


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(sessions.SessionsError):
        sessions.load(tmp_path / "none.csv", None, TODAY)
