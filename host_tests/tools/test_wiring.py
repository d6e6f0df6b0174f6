"""tools.wiring: each diagram is what its board.py says, and the filters do what they promise."""

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree

import interpreters
import pytest

from tools import boards, pin_facts
from tools.wiring import __main__ as command
from tools.wiring import filters, page

ROOT = interpreters.ROOT
BOARDS = [name for name in boards.names() if boards.facts(name).chip]
each_board = pytest.mark.parametrize("board", BOARDS)


def texts(drawing):
    return [node for node in ElementTree.fromstring(drawing).iter() if node.tag.endswith("text")]


@each_board
def test_the_diagram_is_what_the_board_says_today(board):
    assert command.path_of(board).read_text() == page.drawn(board)


@each_board
def test_every_pin_of_the_board_is_on_the_diagram_once(board):
    pads = [node.text for node in texts(page.drawn(board)) if node.get("class") == "pad"]
    shown = [
        int(re.match(r"\d+", words)[0]) for words in pads if words[0].isdigit() and words != "5V"
    ]
    wanted = [use.pin for use in pin_facts.uses(board)]
    own = boards.facts(board).family == "rp2" and 25 in wanted  # its own LED, in a sentence
    wanted = [pin for pin in wanted if not (own and pin == 25)]
    mac = [use.pin for use in pin_facts.uses(board, True) if use.part == "Ethernet"]
    assert sorted(shown) == sorted(wanted + mac)


@each_board
def test_no_words_leave_their_cell(board):
    """A bold letter of the widest common font takes 0.68 of its height, the others 0.62."""
    drawing = page.drawn(board)
    height = int(re.search(r'height="(\d+)"', drawing)[1])
    size = {"title": 17, "head": 12, "small": 10}
    for node in texts(drawing):
        kind = node.get("class")
        part = 0.68 if kind in ("title", "head", "pad") else 0.62
        wide = len(node.text) * size.get(kind, 11) * part
        at = float(node.get("x"))
        left = {"start": at, "middle": at - wide / 2, "end": at - wide}[node.get("text-anchor")]
        assert left >= 0 and left + wide <= page.WIDTH, node.text
        if at < page.WIDTH / 2 and float(node.get("y")) > 50:  # below the two lines on top
            assert left + wide <= page.WIDTH / 2 + 4, node.text
        assert 0 < float(node.get("y")) < height


def test_a_pin_that_moves_moves_on_the_diagram(monkeypatch):
    told = pin_facts.constants("RPI_PICO")
    monkeypatch.setattr(pin_facts, "constants", lambda *_: told | {"_LINES": ((1, 4, 5, 22),)})
    assert "22 direction" in page.drawn("RPI_PICO")
    assert "3 direction" not in page.drawn("RPI_PICO").replace("22", "")


def counted(capacitor_nf, pulse_ms, falling, rising, tolerance, left):
    """Pulses that the trigger sees of one, by small steps of the capacitor's charge. `left`: by
    the meter's output, as a part of the supply."""
    farad = capacitor_nf * 1e-9 * (1 + tolerance)
    volt, low, seen, step_s = 1.0, False, 0, 1e-5
    for step in range(int((pulse_ms + 400) * 1e-3 / step_s)):
        pulse = step * step_s < pulse_ms * 1e-3
        ohm = filters.SERIES_OHM if pulse else filters.SERIES_OHM + filters.PULL_UP_OHM
        volt += ((left if pulse else 1) - volt) * step_s / (ohm * farad)
        if not low and volt <= falling:
            low, seen = True, seen + 1
        elif low and volt >= rising:
            low = False
    return seen


@pytest.mark.parametrize("pulse_ms", [2, 5, 10, 32])
@pytest.mark.parametrize(("part", "tolerance"), [(0, 0.1), (1, -0.1), (0, -0.1), (1, 0.1)])
def test_the_filter_passes_what_counts_and_nothing_that_is_a_bounce(pulse_ms, part, tolerance):
    found = filters.for_pulse(pulse_ms)
    trigger = filters.FALLING[part], filters.RISING[part]
    assert found.always_ms <= pulse_ms
    for left in filters.SATURATED:
        assert counted(found.capacitor_nf, pulse_ms, *trigger, tolerance, left) == 1
        assert counted(found.capacitor_nf, found.never_ms * 0.95, *trigger, tolerance, left) == 0
    assert found.never_ms > pulse_ms * 0.3
    larger = filters.Filter(filters.for_pulse(pulse_ms).capacitor_nf * 2)
    assert larger.always_ms > pulse_ms  # no needless margin


def test_a_standards_s0_pulse_and_pause_pass_the_filter_that_is_drawn():
    """IEC 62053-31: 30 ms each at the least. What the firmware's text names is what is drawn."""
    found = filters.for_pulse(page.PULSE_MS)
    assert found.always_ms < 30 and found.pause_ms < 30
    told = (ROOT / "firmware/wattseal/hal/esp32_pulses.py").read_text().split('"""')[1]
    assert f"10 kohm and {found.capacitor_nf} nF for {page.PULSE_MS} ms" in told
    assert f"{found.capacitor_nf} nF" in (ROOT / "README.md").read_text()


def test_a_filter_that_cannot_be_is_refused():
    with pytest.raises(ValueError):
        filters.for_pulse(0)
    assert (filters.told(680), filters.told(1500)) == ("680 nF", "1.5 µF")


def run(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "tools.wiring", *arguments], cwd=ROOT, text=True,
        capture_output=True,
    )  # fmt: skip


def test_the_command_says_what_is_current():
    done = run("--check", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == dict.fromkeys(BOARDS, "current")
    done = run("--board", "toaster")
    assert done.returncode == 2 and done.stderr.startswith("wiring: there is no board 'toaster'")


def test_a_stale_diagram_fails_the_check(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(command, "path_of", lambda board: tmp_path / (board + ".svg"))
    with pytest.raises(command.typer.Exit) as ended:
        command.main(["RPI_PICO"], check=True)
    assert ended.value.exit_code == 1
    assert capsys.readouterr().err == (
        "wiring: the diagrams of RPI_PICO are stale; run: python -m tools.wiring\n"
    )
    command.main(["RPI_PICO"])
    command.main(["RPI_PICO"], check=True)
