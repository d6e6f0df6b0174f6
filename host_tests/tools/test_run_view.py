"""The live view of a run: whatever a message says, at any width, to its last frame."""

import io
from types import SimpleNamespace

import pytest
from rich.console import Console

from tools import run_view


def run_of(live=None, status=None, alarms=(), gaps=()):
    """What a view reads of a ChargeRun."""
    outlet = SimpleNamespace(session=SimpleNamespace(name="1130"))
    return SimpleNamespace(
        plan=SimpleNamespace(sessions=[1], speed=1),
        world=SimpleNamespace(outlets={1: outlet}, utc_ms=lambda: 1795000000000),
        receiver=SimpleNamespace(
            records={},
            live={1: live or {}},
            status=status or {},
            upto=0,
            alarms=alarms,
            gaps=lambda: list(gaps),
        ),
        subscriber=SimpleNamespace(connected=True),
        broker=SimpleNamespace(shown="mqtt://127.0.0.1:1"),
    )


def frames(run, width=100, after=lambda: None):
    """All that goes to the terminal; `after`: what happens between the last update and the end."""
    console = Console(file=io.StringIO(), force_terminal=True, width=width, color_system=None)
    with run_view.LiveView(run, console) as on_change:
        on_change()
        after()
    return console.file.getvalue()


LIVE = {"state": "C", "power_w": 64830, "register_wh": 12360880, "session_wh": 4140}


def test_a_connector_is_shown():
    shown = frames(run_of(LIVE))
    for text in ("no. 1130", "charging", "64.83 kW", "12,360.88 kWh", "4.14 kWh"):
        assert text in shown


@pytest.mark.parametrize("value", ["x", [1], {"a": 1}, True, 1.5, 10**400, -(10**400)])
def test_garbage_in_a_live_message_is_a_question_mark(value):
    shown = frames(run_of(dict.fromkeys(LIVE, value)))
    row = next(line for line in shown.splitlines() if "no. 1130" in line)
    assert row.count("?") == 4


def test_a_state_of_somebody_elses_is_not_shown():
    assert "device ?" in frames(run_of(status={"state": "\x1b[2J"}))
    assert "device online" in frames(run_of(status={"state": "online"}))


def test_the_last_frame_is_the_runs_not_its_ruins():
    run = run_of(LIVE)

    def take_down():
        run.subscriber.connected = False

    shown = frames(run, after=take_down)
    assert "connected" in shown and "NOT CONNECTED" not in shown


def test_a_run_that_never_began_leaves_no_traceback():
    run = run_of()
    del run.receiver
    console = Console(file=io.StringIO(), force_terminal=True)
    with pytest.raises(KeyError), run_view.LiveView(run, console):
        raise KeyError


@pytest.mark.parametrize("width", [40, 52, 60, 74, 100])
def test_no_heading_and_no_value_is_cut(width):
    shown = frames(run_of(LIVE), width)
    assert "…" not in shown
    for text in ("connector", "state", "charging", "this session", "4.14 kWh"):
        assert text in shown


def test_gaps_and_alarms_are_shown():
    shown = frames(run_of(alarms=["T7: the same"], gaps=[(2, 2), (5, 9)]))
    assert "gaps     T2, T5-T9" in shown and "ALARM T7: the same" in shown
    assert "gaps" not in frames(run_of())


def test_without_a_terminal_each_alarm_and_each_change_of_the_gaps_is_a_line():
    console = Console(file=io.StringIO(), width=100)
    alarms, gaps = [], [(2, 3)]
    with run_view.PlainView(run_of(alarms=alarms, gaps=gaps), console) as on_change:
        on_change()
        alarms.append("T7: the same")
        on_change()
        gaps.clear()
    lines = console.file.getvalue().splitlines()
    assert lines == ["gaps: T2-T3", "ALARM T7: the same", "gaps: none any more"]
