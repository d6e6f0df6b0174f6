"""`make faults` goes red: every kind of fault finds a fault of the firmware, planted."""

import asyncio
import json
import sys
from types import SimpleNamespace

import frame_faults
import golden_frames
import interpreters
import line_faults
import mqtt_faults
import pulse_faults
import pulse_storm
import pytest
import register_faults
import stream_faults
import typer

from tools.faults import __main__ as faults
from tools.faults import play as player
from tools.faults import registers
from tools.faults.section import FaultsFault, Row
from wattseal.app import sampler
from wattseal.app.register import Register
from wattseal.core import gate, modbus, modbus_rtu
from wattseal.core.pulses import PulseRegister
from wattseal.core.session import Session

OK = modbus.OK


def forgiving(*forgiven):
    """A check that lets some verdicts pass."""
    check = modbus_rtu.check

    def planted(request, reply, count):
        found = check(request, reply, count)
        return OK if found in forgiven and count >= 5 else found

    return planted


class TestFrames:
    """What is wrong when the master's check lets something pass, or does not wait."""

    PLANTED = (
        (modbus.BAD_CRC, "bit flips"),
        (modbus.SHORT, "truncations"),
        (modbus.WRONG_UNIT, "wrong unit"),
        (modbus.WRONG_FUNCTION, "wrong function"),
        (modbus.WRONG_LENGTH, "wrong length"),
        (modbus.SHORT, "halves"),
        (modbus.EXCEPTION, "exceptions"),
    )

    @pytest.fixture(autouse=True)
    def two_frames(self, monkeypatch):
        some = [golden_frames.load()[at] for at in (1, 19)]  # a read, a write
        monkeypatch.setattr(golden_frames, "load", lambda: some)

    def red(self, every=1, late_step_ms=50):
        return {kind for kind, _, wrong in frame_faults.cases(every, late_step_ms) if wrong}

    @pytest.mark.parametrize(("forgiven", "kind"), PLANTED, ids=lambda row: str(row))
    def test_a_check_that_forgives(self, monkeypatch, forgiven, kind):
        monkeypatch.setattr(modbus_rtu, "check", forgiving(forgiven))
        assert kind in self.red(every=3, late_step_ms=500)

    def test_a_master_that_does_not_wait_for_the_slowest_reply(self, monkeypatch):
        monkeypatch.setattr(golden_frames, "LATENCY_MS", 0)
        assert self.red(every=3) == {"late replies"}

    def test_a_master_that_makes_a_value_of_every_fault(self, monkeypatch):
        ask = golden_frames.Golden.ask

        async def planted(golden, bus):
            got = await ask(golden, bus)
            # a time-out stays one: it is how the late replies' scenario finds its bounds
            return golden.told(7) if got not in ("timeout", golden.told()) else got

        monkeypatch.setattr(golden_frames.Golden, "ask", planted)
        every = {*line_faults.WRONG, *line_faults.MIXED}
        assert every <= self.red(late_step_ms=500)

    def test_an_echo_that_costs_the_answer(self, monkeypatch):
        monkeypatch.setattr(frame_faults, "echoes", line_faults.damaged_echoes)
        assert self.red(every=3, late_step_ms=500) == {"echo"}

    def test_the_firmware_as_it_is(self):
        assert self.red(every=5, late_step_ms=100) == set()


class TestStreams:
    def red(self):
        return {what for what, _, wrong in stream_faults.cases(3000) if wrong}

    def test_a_check_without_its_crc(self, monkeypatch):
        monkeypatch.setattr(modbus_rtu, "check", forgiving(modbus.BAD_CRC))
        assert self.red() == {"random streams", "of these through the master"}

    def test_a_crc_of_half_the_bits(self, monkeypatch):
        monkeypatch.setattr(modbus_rtu, "check", _half_a_crc)
        assert self.red() == {"random streams"}

    def test_a_gate_that_books_what_came_by_chance(self, monkeypatch):
        monkeypatch.setattr(stream_faults.Target, "whole", lambda *_: True)
        monkeypatch.setattr(modbus_rtu, "check", forgiving(modbus.BAD_CRC))
        monkeypatch.setattr(gate.Gate, "passes", lambda *_: True)
        assert "whole by chance, not booked" in self.red()


def _half_a_crc(request, reply, count):
    if count < 5:
        return modbus.SHORT
    if modbus_rtu.crc16(reply, count - 2) & 0xFF == reply[count - 2]:
        return modbus.check(request, reply, 1, count - 3)
    return modbus.BAD_CRC


class TestPulses:
    @pytest.fixture(autouse=True)
    def few(self, monkeypatch):
        monkeypatch.setattr(pulse_faults, "BATCH", 500)

    def red(self):
        return [said.split(" at ")[0] for _, _, wrong in pulse_faults.cases(500) for said in wrong]

    def test_a_counter_that_lets_bounces_through(self, monkeypatch):
        monkeypatch.setattr(pulse_storm, "_WIDTH_MS", 9)
        real = pulse_storm.SimCounter
        monkeypatch.setattr(pulse_storm, "SimCounter", lambda width_ms: real(2))
        assert any(said.startswith("invented") for said in self.red())

    def test_a_register_that_rounds(self, monkeypatch):
        add = PulseRegister.add

        def rounding(register, count):
            add(register, count)
            register.remainder = 0

        monkeypatch.setattr(PulseRegister, "add", rounding)
        assert any(said.startswith("energies wrong") for said in self.red())

    def test_the_firmware_as_it_is(self):
        assert self.red() == []


CUT = ", in a power cut"


class TestRegisters:
    def red(self):
        return {what for what, _, wrong in register_faults.cases([3000] * 3, 22000) if wrong}

    def test_a_gate_that_lets_all_pass(self, monkeypatch):
        monkeypatch.setattr(gate.Gate, "passes", lambda *_: True)
        assert {"jump", "one answer of 0", "jump by the least"} <= self.red()

    def test_a_gate_that_is_a_step_too_wide(self, monkeypatch):
        may_gain = gate.Gate.may_gain

        def wide(judge, step_mwh, *of):
            return may_gain(judge, max(0, abs(step_mwh) - 1001), *of)

        monkeypatch.setattr(gate.Gate, "may_gain", wide)
        assert "jump by the least" in self.red()

    def test_a_sampler_that_asks_no_second_time(self, monkeypatch):
        monkeypatch.setattr(sampler.MeterPoint, "_settle", _believes)
        assert {"jump", "swap", "one answer above"} <= self.red()

    def test_a_restart_that_judges_nothing(self, monkeypatch):
        monkeypatch.setattr(Session, "noted", lambda *_: None)
        monkeypatch.setattr(Register, "resume", lambda register, head, _: register.begin(head))
        found = self.red()
        assert {"jump" + CUT, "swap without a number" + CUT} <= found

    def test_a_serial_number_that_nobody_looks_at(self, monkeypatch):
        from wattseal.app.identity import Heads

        monkeypatch.setattr(Heads, "serial", lambda *_: "S1")
        assert "swap, register as before" in self.red()


async def _believes(point, before, doubted):
    return doubted


def section(*rows):
    return SimpleNamespace(NAME="some", MUST="all of it", run=lambda full, play: list(rows))


def status(monkeypatch, tmp_path, made):
    monkeypatch.setattr(faults, "SECTIONS", (made,))
    monkeypatch.setattr(faults, "REPORT", tmp_path / "new/faults.json")
    monkeypatch.setattr(faults, "KNOWN", tmp_path / "known")
    with pytest.raises(typer.Exit) as end:
        faults.main()
    return end.value.exit_code


def test_a_count_that_must_be_0_and_is_not_is_one_sentence(monkeypatch, tmp_path, capsys):
    rows = Row("flips", "here", 9), Row("units", "here", 5, ["unit 3: taken"])
    assert status(monkeypatch, tmp_path, section(*rows)) == 1
    said = capsys.readouterr()
    assert said.err == "faults: some, units on here: 1 of 5 wrong: unit 3: taken\n"
    assert "all of it" in said.out
    told = json.loads((tmp_path / "new/faults.json").read_text())["some"]
    assert told["must_be_0"] == "all of it"
    assert told["rows"][1] == {
        "what": "units", "on": "here", "tried": 5, "wrong": 1, "examples": ["unit 3: taken"]
    }  # fmt: skip
    assert status(monkeypatch, tmp_path, section(rows[0])) == 0


def test_what_was_not_tried_is_not_good(monkeypatch, tmp_path):
    assert status(monkeypatch, tmp_path, section(Row("flips", "here"))) == 1
    assert status(monkeypatch, tmp_path, section()) == 1


def test_a_section_that_cannot_run_says_so(monkeypatch, tmp_path, capsys):
    def run(full, play):
        raise FaultsFault("no MicroPython")

    made = SimpleNamespace(NAME="some", MUST="all of it", run=run)
    assert status(monkeypatch, tmp_path, made) == 2
    assert "faults: no MicroPython" in capsys.readouterr().err


def job(source, lines):
    return player.Job("here", [sys.executable, "-c", source], {}, lines)


def test_a_player_that_ends_early_is_a_fault():
    good = 'print(\'["flips", 3, ["one"]]\')'
    told = []
    rows = player.play([job(good, 1)], lambda *progress: told.append(progress))
    assert rows == [Row("flips", "here", 3, ["one"])]
    assert told == [("here", 1, 1)]
    for source, lines in ((good, 2), (good + "; raise OSError(5)", 1), ("", 1)):
        with pytest.raises(FaultsFault, match="did not come to its end"):
            player.play([job(source, lines)], lambda *_: None)


def test_the_sections_know_how_many_lines_come():
    few = frame_faults.cases(every=10**6, late_step_ms=10**6)
    from tools.faults import frames, mqtt, streams

    assert len(list(few)) == frames._FRAMES * frames._KINDS
    assert stream_faults.BATCH == streams._BATCH
    assert mqtt_faults.BATCH == mqtt._BATCH


def test_cases_are_played_on_every_interpreter():
    jobs = player.everywhere("stream_faults", {"count": 600}, 3)
    rows = player.play(jobs, lambda *_: None)
    on = ["cpython", *(name for name, _, _ in interpreters.found())]
    assert [row.on for row in rows if row.what == "random streams"] == on
    assert [(row.tried, row.wrong) for row in rows[:2]] == [(600, []), (10, [])]


def test_a_whole_session_by_forking():
    arguments = {"steps_mwh": [3000, 0], "p_max_w": 22000}
    found = player.on_cpython(player.FORKED, [], arguments, 2 * len(register_faults.BREAKS))
    rows = player.play([found], lambda *_: None)
    assert [(row.tried, row.wrong) for row in rows] == [(2, [])] * len(register_faults.BREAKS)


def test_a_session_s_steps_are_its_energy():
    from tools import sessions
    from tools.run import BUILD_DATE

    for one in sessions.load(sessions.DEFAULT, 3, BUILD_DATE):
        for samples in (60, 700):
            steps_mwh = registers._steps_mwh(one, samples)
            assert len(steps_mwh) == samples and min(steps_mwh) >= 0
            assert abs(sum(steps_mwh) - one.energy_wh * 1000) <= 1


def test_a_play_that_is_red_says_what_was_wrong(monkeypatch):
    monkeypatch.setattr(gate.Gate, "passes", lambda *_: True)

    async def played():
        play = register_faults.Play([3000, 3000], 22000)
        await play.begin()
        found = await play.broken("jump")
        await play.end()
        return found

    assert asyncio.run(played()) == "undetected"
