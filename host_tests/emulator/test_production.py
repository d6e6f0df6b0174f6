"""The production image on the emulated board: no byte gives a prompt, at no moment of its life.

With WATTSEAL_FULL=1 it is sent 10,000 control bytes while it meters, else some hundred.
"""

import os
import random

import pytest

from tools import run, sessions
from tools.emulate import lateness, scene
from tools.emulate.heap import heaps
from tools.emulate.lives import lives
from tools.emulator.driver import Driver
from tools.emulator.rig import Rig

BYTES = "\x01\x02\x03\x04\x05"
# Any other: control bytes, but for Enter's two, and what is no ASCII
OTHERS = "".join(chr(n) for n in [*range(10), 11, 12, *range(14, 32), 127, *range(128, 256)])
PROMPT = (
    ">>>", "raw REPL", "paste mode", "MicroPython v", "KeyboardInterrupt", "Traceback", "\n42",
)  # fmt: skip
UNTIL_S = 12
SENT = 10_000 if os.environ.get("WATTSEAL_FULL") else 300
PAUSE_S = 0.04  # at the most, between two writes
ASK = ({"wait_s": 0.3, "send": "\r"}, {"wait_s": 0.3, "send": "heap\r"})
LATE_S = 0.1
LOST_BYTES = 512  # of the heap: an answer that waits, nothing that a flood leaves
# Between two collections so much garbage may lie before what lives from sample to sample
# (hal/board.py): the largest piece goes up and down by it, in quiet too, but no further.
MOVED_BYTES = 16_384


def typed():
    """Control bytes all through start-up, which takes two seconds, and the first readings."""
    drawn = random.Random(9)
    steps = []
    for n in range(110):
        text = "".join(drawn.choice(BYTES) for _ in range(drawn.randint(1, 4)))
        if n % 20 == 10:
            text = "\x03\x03\x01print(6*7)\x04\x02"
        steps.append({"wait_s": 0.1 if n else 0.0, "send": text})
    return steps


def at_random(count):
    """Writes of so many bytes in all, at random moments."""
    drawn, steps = random.Random(10), []
    while count > 0:
        kind = BYTES if drawn.random() < 0.8 else OTHERS
        text = "".join(drawn.choice(kind) for _ in range(min(count, drawn.randint(1, 4))))
        if len(steps) % 20 == 10:
            text = "\x03\x03\x01print(6*7)\x04\x02\r"
        count -= len(text)
        steps.append({"wait_s": drawn.uniform(0, PAUSE_S), "send": text})
    return steps


def prompts(told):
    return [word for word in PROMPT if word in "\n" + told]


@pytest.fixture(scope="module")
def flash(shipped):
    plan = sessions.load(sessions.DEFAULT, 1, run.BUILD_DATE)
    return scene.build(plan, "sdm630", shipped("production"), {}, 0, quiet=True)


def played(built, folder, flash, **more):
    scenario = {**built.scenario, "uart0": {"peer": None}, "max_s": UNTIL_S, **more}
    return Rig(folder, flash).run(scenario, Driver())


def test_no_byte_at_any_time_stops_the_firmware(flash, tmp_path):
    ask = [{"wait_s": 0.3, "send": "\r"}, {"wait_s": 0.2, "send": "show\r"}]
    outcome = played(flash, tmp_path, flash.flash, console=typed()[:95] + ask)
    told = outcome.console
    assert prompts(told) == [], told
    assert "; connector 1: meter good, idle" in told, told
    assert outcome.report["boots"] == 1


@pytest.mark.timeout(3600)
def test_control_bytes_make_no_sample_late_and_take_no_heap(flash, tmp_path, record_property):
    steps = at_random(SENT)
    # What starts late has started by then; the first `heap` loads that word.
    begin = {"t_s": 7.0, "send": "\r"}
    status = {"wait_s": 0.3, "send": "status\r"}
    console = [*typed()[:20], begin, *ASK, *ASK, *steps, *ASK, status]
    max_s = 11 + sum(step["wait_s"] for step in steps)
    outcome = played(flash, tmp_path, flash.flash, console=console, max_s=max_s)
    told = outcome.console
    assert prompts(told) == [], told
    assert outcome.report["boots"] == 1
    life = lives(outcome.events, outcome.report["simulated_s"])[0]
    samples = lateness.samples(life, flash.first_unit, lateness.erases(outcome.events))
    late_s = [sample.late_s - sample.erase_s for sample in samples]
    _, before, after = heaps(outcome.events)
    said_ms = life.statuses[-1][1]["late_max_ms"]
    record_property("board", f"{SENT:,} control bytes: {len(samples)} samples, late by "
        f"{round(1000 * max(late_s))} ms at most, by its own word {said_ms}; of heap free "
        f"{before.free} bytes before, {after.free} after, in one piece {before.largest} and "
        f"{after.largest}")  # fmt: skip
    assert max(late_s) <= LATE_S and said_ms <= 1000 * LATE_S
    assert len(samples) >= 2 * (max_s - 4)
    assert after.free > before.free - LOST_BYTES
    assert after.largest > before.largest - MOVED_BYTES


def test_what_a_person_must_put_right_gives_no_prompt_either(flash, shipped, tmp_path):
    """No configuration at all: it says so, waits and starts again."""
    from tools.emulator.flash_image import PICO_RING, flash_image

    bare = flash_image(shipped("production"), {}, PICO_RING)
    outcome = played(flash, tmp_path, bare, console=typed())
    told = outcome.console
    assert prompts(told) == [], told
    assert "wattseal: " in told, told


def test_the_development_image_gives_one(shipped, tmp_path):
    """Without which the tests above would prove nothing; and mpremote needs it."""
    plan = sessions.load(sessions.DEFAULT, 1, run.BUILD_DATE)
    built = scene.build(plan, "sdm630", shipped("firmware"), {}, 0, quiet=True)
    outcome = played(built, tmp_path, built.flash, console=typed())
    assert prompts(outcome.console), outcome.console
