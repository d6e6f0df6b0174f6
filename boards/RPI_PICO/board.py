"""A Raspberry Pi Pico without a network as a charger's controller: its pins, nothing that runs.

A gateway on its second serial line has the network (drivers/serial_stream.py tells how it acts).
Inputs are opto-couplers that pull low. The RP2040 pulls its pins down in a reset, so that relay
drivers and RS-485 directions stay off.
"""

import sys

from micropython import const

from wattseal.hal import rp2, rp2_flash
from wattseal.hal.board import Board
from wattseal.hal.gateway_link import GatewayLink
from wattseal.hal.uart_line import open_uplink

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Lamp, RawFlash
    from wattseal.core.settings import Config

NAME = "RPI_PICO"  # as packages name it
DATA_DIR = "/data"  # config.json, device.key and the journal

reset_cause = rp2.reset_cause
start_again = rp2.fatal_reset

# UART, transmit, receive, direction.
_LINES = ((1, 4, 5, 3),)
# UART, transmit, receive, baud of the line to the gateway.
_UPLINK = (0, 0, 1, 115200)
# Plug, pilot, offer, contactor.
_PLACES = ((6, 7, 8, 14), (9, 10, 11, 15))
# S0 output of each connector's meter, an open collector to ground.
_S0 = (12, 13)
_LAMP = const(25)  # on the board itself


def flash() -> "RawFlash | None":
    return rp2_flash.ring


def build(config: "Config") -> Board:
    """The board for a checked configuration, whose Wi-Fi it has no radio for. ConfigError."""
    uplink = open_uplink(*_UPLINK)
    return Board(
        config, rp2, _LINES, _PLACES, GatewayLink(), DATA_DIR, uplink, _S0, rp2_flash.ring, _lamp
    )  # fmt: skip


def _lamp() -> "Lamp":
    from wattseal.hal.lamp import PinLamp  # imported late: the first readings were due

    return PinLamp(_LAMP)


def show_fault(number: int) -> None:
    """Beside the prompt, or until the reset."""
    from wattseal.hal.lamp import blink  # imported late: seldom needed

    blink(_lamp(), number, -1)


def begin() -> None:
    """What start-up of our image left to feed the watchdog for the prompt, stops."""
    prompt = sys.modules.get("wattseal.hal.rp2_prompt")
    if prompt:
        prompt.leave()


def cannot_start() -> None:
    """The fault was told; MicroPython's prompt follows, for a person to put it right."""
    from wattseal.hal import rp2_prompt  # imported late: seldom needed

    if rp2_flash.trouble:
        print("wattseal:", rp2_flash.trouble)
    rp2_prompt.stay()
