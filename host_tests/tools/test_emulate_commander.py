"""Who commands an emulated board: when it sends what, and what is made of the answers."""

import json

import pytest

from tools.emulate import command_rows
from tools.emulate.cars import Bay, Cars
from tools.emulate.commander import Commander
from tools.emulate.scene_key import SceneKey
from tools.emulator.rig import Outcome
from wattseal.core.command import Command

DEVICE = "w0123456789abcde"


@pytest.fixture
def commander():
    return Commander(SceneKey(), DEVICE, 0.0)


def answer(commander, result="done", reason="", of=-1):
    text = {"id": commander.orders[of].id, "result": result, "reason": reason}
    commander.answered(json.dumps(text).encode())


def refuse(commander):
    answer(commander, "refused", "connector 1 is in use; draw its plug first")


def status(counts, t_s=69.0):
    text = json.dumps({"oldest": 1, "next": 1, "late_max_ms": 0, "counts": counts})
    return {"event": "console", "t_s": t_s, "busy_s": 0.0, "text": text}


def verdict(commander, replayed=1, cars=20, end_s=70.0):
    boot = {"event": "boot", "t_s": 0.0, "busy_s": 0.0, "by": "power"}
    outcome = Outcome({"simulated_s": end_s}, [boot, status({"commands_replayed": replayed})])
    return [row.key for row in command_rows.rows(cars, commander, outcome) if row.fault]


def in_session(commander, t_s=10.0):
    return commander.due(t_s, True, False)


def at_rest(commander, t_s=50.0):
    return commander.due(t_s, False, True)


def played(commander):
    """All is well."""
    in_session(commander)
    refuse(commander)
    rests(commander)
    at_rest(commander, 55.0)
    return commander


def rests(commander):
    """Two commands are done."""
    for t_s in (50.0, 53.0):
        at_rest(commander, t_s)
        answer(commander)


def test_one_is_sent_in_a_session_and_two_at_rest_the_last_one_twice(commander):
    assert commander.due(5, False, False) == b""
    first = Command(in_session(commander))
    assert (first.verb, first.expires_s, first.counter) == ("time", 0, 1)
    assert in_session(commander, 11) == at_rest(commander, 12) == b""  # it is not answered yet
    refuse(commander)
    assert in_session(commander, 20) == b""
    second = at_rest(commander)
    assert Command(second).counter == 2
    assert at_rest(commander, 51) == b"" and not commander.done(51)
    answer(commander)
    third = at_rest(commander, 52)
    assert (Command(third).verb, Command(third).counter) == ("audit", 3)
    assert at_rest(commander, 52.5) == b""
    answer(commander)
    assert at_rest(commander, 53) == third  # to the byte
    assert at_rest(commander, 54) == b"" and not commander.done(54)
    asked = [t_s for t_s in (57, 57.9, 58, 58.1) if commander.asks_for_status(t_s)]
    assert asked == [58] and not commander.done(58.1) and commander.done(58.3)
    assert verdict(commander) == []


def test_it_rests_after_an_answer():
    commander = Commander(SceneKey(), DEVICE)
    at_rest(commander, 50)
    answer(commander)
    sent = [t_s for t_s in (51, 51.5, 51.9, 52) if at_rest(commander, t_s)]
    assert sent == [52]


def test_what_a_power_cut_overtook_is_sent_anew_with_the_next_counter(commander):
    in_session(commander)
    commander.broken(10.5)
    assert Command(in_session(commander, 11)).counter == 2
    refuse(commander)
    commander.broken(12)  # that takes nothing back
    assert [order.lost for order in commander.orders] == [True, False]


def test_a_power_cut_long_behind_excuses_no_missing_answer(commander):
    in_session(commander)
    commander.broken(40)
    assert [order.lost for order in commander.orders] == [False]
    assert "commands_unanswered" in verdict(commander, end_s=77.0)


def test_it_gives_up_when_nothing_is_answered(commander):
    sent = [t_s for t_s in range(50, 100) if at_rest(commander, t_s)]
    assert sent == [50, 59, 68] and commander.done(77) and not commander.done(76)
    assert "commands_unanswered" in verdict(commander, end_s=77.0)


def test_all_is_well(commander):
    assert verdict(played(commander)) == []


def never_in_session(commander):
    rests(commander)


def done_in_session(commander):
    in_session(commander)
    answer(commander)
    rests(commander)


def refused_at_rest(commander):
    in_session(commander)
    refuse(commander)
    at_rest(commander)
    refuse(commander)


def answered_twice(commander):
    answer(played(commander))


@pytest.mark.parametrize(
    ("play", "keys"),
    [
        (never_in_session, ["commands_in_session"]),
        (done_in_session, ["commands_in_session"]),
        (refused_at_rest, ["commands_done"]),
        (answered_twice, ["replays_answered"]),
    ],
)
def test_what_goes_wrong_misses_its_limit(commander, play, keys):
    play(commander)
    assert verdict(commander) == keys


def test_a_replay_that_was_not_counted_and_few_cars(commander):
    assert verdict(played(commander), replayed=0) == ["replays_counted"]
    never = Commander(SceneKey(), DEVICE, 0.0)
    never_in_session(never)
    assert verdict(never, cars=2) == []


def test_a_session_has_just_begun_when_there_is_time_left_for_a_command():
    bay = Bay((6, 7, 8, 14), 2, [], began_s=10.0)
    cars = Cars({1: bay, 2: Bay((9, 10, 11, 15), 3, [])})
    assert [t_s for t_s in (10, 10.4, 10.5, 12.9, 13) if cars.has_begun(t_s)] == [10.5, 12.9]
    bay.began_s = None
    assert not cars.has_begun(10.5)
