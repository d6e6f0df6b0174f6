"""Our image's watchdog on the emulated board: a hang is reset, a person is not."""

import pytest

from tools.emulator import raw_repl
from tools.emulator.flash_image import PICO_RING, flash_image
from tools.emulator.rig import Rig

RESET_S = 8.388
FED_EVERY_S = 2


@pytest.fixture(scope="module")
def uf2(shipped):
    return shipped("firmware")


PROMPT = """
import time, board
time.sleep(10)
print()  # the line begins with the prompt's OK
print("still here")
board.begin()  # as main.py does
print("hangs")
time.sleep(60)
"""


def test_a_prompt_is_fed_until_the_firmware_starts_and_a_hang_from_there_on_is_reset(
    uf2, tmp_path
):
    outcome = Rig(tmp_path, flash_image(uf2, {}, PICO_RING)).run({
        "console": raw_repl.fresh_steps(PROMPT), "max_s": 21, "uart1": {"peer": None},
    })  # fmt: skip
    said = {event["text"]: event["t_s"] for event in outcome.of("console")}
    assert "still here" in said
    (reset,) = outcome.of("watchdog")
    assert RESET_S - FED_EVERY_S - 0.1 < reset["t_s"] - said["hangs"] < RESET_S + 0.1


def test_a_device_that_a_person_must_configure_first_stays_at_the_prompt(uf2, tmp_path):
    outcome = Rig(tmp_path, flash_image(uf2, {}, PICO_RING)).run({"max_s": 12})
    assert "config.json" in outcome.console
    assert not outcome.of("watchdog")
