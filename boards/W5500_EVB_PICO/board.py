"""A Pico with a W5500, WIZnet's W5500-EVB-Pico, as a charger's controller: its pins alone.

Inputs are opto-couplers that pull low. The RP2040 pulls its pins down in a reset, so that relay
drivers and RS-485 directions stay off.
"""

import sys

from micropython import const

from wattseal.hal import rp2
from wattseal.hal.board import Board

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.contracts import Lamp, RawFlash
    from wattseal.core.settings import Config

NAME = "W5500_EVB_PICO"  # as packages name it
DATA_DIR = "/data"  # config.json, device.key and the journal

reset_cause = rp2.reset_cause
start_again = rp2.fatal_reset

# UART, transmit, receive, direction.
_LINES = ((0, 0, 1, 2), (1, 4, 5, 3))
# Plug, pilot, offer, contactor.
_PLACES = ((6, 7, 8, 14), (9, 10, 11, 15))
# S0 output of each connector's meter, an open collector to ground.
_S0 = (12, 13)
# SPI, clock, data to the W5500, data from it, select, reset. Its interrupt, 21, stays free.
_W5500 = (0, 18, 19, 16, 17, 20)
_LAMP = const(25)  # on the board itself


def build(config: "Config") -> Board:
    """The board for a checked configuration, whose Wi-Fi it has no radio for. ConfigError."""
    return Board(
        config, rp2, _LINES, _PLACES, rp2.ethernet_w5500(*_W5500), DATA_DIR, s0=_S0,
        flash=flash(), lamp=_lamp,
    )  # fmt: skip


def flash() -> "RawFlash | None":
    files = _of_our_image("rp2_flash")
    return files.ring if files else None


def _lamp() -> "Lamp":
    from wattseal.hal.lamp import PinLamp  # imported late: the first readings were due

    return PinLamp(_LAMP)


def _of_our_image(name: str) -> "Any":
    """A module that start-up of our frozen image has loaded; None on a stock image."""
    return sys.modules.get("wattseal.hal." + name)


def show_fault(number: int) -> None:
    """Beside the prompt, or until the reset."""
    from wattseal.hal.lamp import blink  # imported late: seldom needed

    blink(_lamp(), number, -1)


def begin() -> None:
    """What start-up of our image left to feed the watchdog for the prompt, stops."""
    prompt = _of_our_image("rp2_prompt")
    if prompt:
        prompt.leave()


def cannot_start() -> None:
    """The fault was told; MicroPython's prompt follows, for a person to put it right."""
    files, prompt = _of_our_image("rp2_flash"), _of_our_image("rp2_prompt")
    if files and files.trouble:
        print("wattseal:", files.trouble)
    if prompt:
        prompt.stay()
