"""The production image on the emulated board: no byte gives a prompt, at no moment of its life."""

import random
from pathlib import Path

import pytest

from tools import run, sessions
from tools.emulate import scene
from tools.emulator.driver import Driver
from tools.emulator.rig import Rig

UF2 = Path(__file__).resolve().parents[2] / "build/RPI_PICO/production.uf2"
BYTES = "\x01\x02\x03\x04\x05"
PROMPT = (">>>", "raw REPL", "paste mode", "MicroPython v", "KeyboardInterrupt", "Traceback", "42")
UNTIL_S = 12


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


@pytest.fixture(scope="module")
def flash(node):
    if not UF2.exists():
        pytest.skip("no production image; run: make firmware BOARD=RPI_PICO PRODUCTION=1")
    plan = sessions.load(sessions.DEFAULT, 1, run.BUILD_DATE)
    return scene.build(plan, "sdm630", UF2.read_bytes(), {}, 0, quiet=True)


def played(built, folder, flash, **more):
    scenario = {**built.scenario, "uart0": {"peer": None}, "max_s": UNTIL_S, **more}
    return Rig(folder, flash).run(scenario, Driver())


def test_no_byte_at_any_time_stops_the_firmware(flash, tmp_path):
    ask = [{"wait_s": 0.3, "send": "\r"}, {"wait_s": 0.2, "send": "show\r"}]
    outcome = played(flash, tmp_path, flash.flash, console=typed()[:95] + ask)
    told = outcome.console
    assert [word for word in PROMPT if word in told] == [], told
    assert "; connector 1: meter good, idle" in told, told
    assert outcome.report["boots"] == 1


def test_what_a_person_must_put_right_gives_no_prompt_either(flash, tmp_path):
    """No configuration at all: it says so, waits and starts again."""
    from tools.emulator.flash_image import PICO_RING, flash_image

    bare = flash_image(UF2.read_bytes(), {}, PICO_RING)
    outcome = played(flash, tmp_path, bare, console=typed())
    told = outcome.console
    assert [word for word in PROMPT if word in told] == [], told
    assert "wattseal: " in told, told


def test_the_development_image_gives_one(node, tmp_path):
    """Without which the tests above would prove nothing; and mpremote needs it."""
    image = UF2.with_name("firmware.uf2")
    if not image.exists():
        pytest.skip("no image of ours to boot; run: make firmware BOARD=RPI_PICO")
    plan = sessions.load(sessions.DEFAULT, 1, run.BUILD_DATE)
    built = scene.build(plan, "sdm630", image.read_bytes(), {}, 0, quiet=True)
    outcome = played(built, tmp_path, built.flash, console=typed())
    assert [word for word in PROMPT if word in outcome.console], outcome.console
