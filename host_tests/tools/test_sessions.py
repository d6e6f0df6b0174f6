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


def test_a_missing_file_is_one_sentence(tmp_path):
    with pytest.raises(sessions.SessionsError):
        sessions.load(tmp_path / "none.csv", None, TODAY)
