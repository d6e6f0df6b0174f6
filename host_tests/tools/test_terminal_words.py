"""What a device, a meter or a broker says steers no terminal, and breaks no table."""

import asyncio
import io
import json

import pytest
from rich.console import Console

from tools import command_answer, command_send, detect
from tools.audit import report as audit_report
from tools.console import __main__ as console
from tools.provision import checks, commissioning

STEERS = "\x1b]0;owned\x07\x1b[2J[/]"
HARMLESS = "\ufffd]0;owned\ufffd\ufffd[2J[/]"


def shown(what):
    page = io.StringIO()
    Console(file=page, width=200, force_terminal=False).print(what)
    return page.getvalue()


def test_an_answer_to_a_command(monkeypatch, capsys):
    async def send(*_):
        return {"id": "1", "result": "refused", "reason": STEERS}

    monkeypatch.setattr(command_answer, "send", send)
    monkeypatch.setattr(command_answer, "payload", lambda *_: ("1", b""))
    monkeypatch.setattr(command_answer, "CommandKey", lambda _: None)
    with pytest.raises(SystemExit) as ended:
        command_answer.do(command_send.Order("stop", {}), "w1", None, "x:1", None, 1, False)
    assert ended.value.code == 1
    assert capsys.readouterr().out == f"stop refused: {HARMLESS}\n"


@pytest.mark.parametrize("words", [{"reason": 7}, {"result": ["done"]}, {"id": "2"}, [], "done"])
def test_an_answer_of_another_type_is_none(words):
    told = {"id": "1", "result": "done", **words} if isinstance(words, dict) else words
    assert command_send._answer(json.dumps(told).encode(), "1") is None


def test_an_answer_without_a_bottom_is_none():
    assert command_send._answer(b"[" * 100_000, "1") is None


def test_a_console_that_is_unlocked(monkeypatch, capsys):
    monkeypatch.setattr(console, "_unlock", lambda *_: "refused: " + STEERS)
    assert console.unlock("x", 1, None, "w1") == 1
    assert capsys.readouterr().out == f"refused: {HARMLESS}\n"


def test_a_meter_that_is_found():
    meter = dict.fromkeys(("energy_wh", "power_w", "voltage_mv", "frequency_mhz"))
    meter |= {"unit": 1, "models": [], "sure": True, "serial": STEERS, "firmware": STEERS}
    assert shown(detect.table([meter])).count(HARMLESS) == 2


def test_a_search_that_tells():
    class Process:
        def __init__(self):
            self.stdout = asyncio.StreamReader()

    async def follow():
        process, page = Process(), io.StringIO()
        for told in ({"say": "detect: " + STEERS}, {"found": []}):
            process.stdout.feed_data(json.dumps(told).encode() + b"\n")
        await detect._follow(process, Console(file=page, width=200))
        return page.getvalue()

    assert asyncio.run(follow()) == HARMLESS + "\n"


def test_a_self_audit():
    found = audit_report.SelfReport(
        device=STEERS,
        firmware=STEERS,
        utc_s=0,
        signed=True,
        rows=[(STEERS, False, STEERS)],
        line=1,
        head="",
    )
    assert shown(audit_report.self_table(found)).count(HARMLESS) == 4


def test_a_check_of_commissioning():
    page = io.StringIO()

    class Facts:
        checks = [checks.Row("meter", True, STEERS)]

    commissioning._show(Console(file=page, width=200), Facts())
    assert HARMLESS in page.getvalue()
