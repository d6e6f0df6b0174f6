"""An ESP32-S3-WROOM-1-N8R2 on a DevKitC as a charger's controller: its pins; nothing that runs.

Free stay what the module's flash and quad PSRAM take (26 to 32), and an octal one (33 to 37, as on
an N8R8, whose PSRAM our image does not use), USB (19, 20), the console (43, 44), the pins that
choose how the chip starts (0, 3, 45, 46), and 38 and 48, where a DevKit has its colour LED. Inputs
are opto-couplers that pull low. Relay drivers and RS-485 directions need pull-down resistors, for
pins float when the power comes. Any other reset leaves outputs as they are: `begin` opens the
contactors.
"""

import sys

from micropython import const

from wattseal.hal import esp32
from wattseal.hal.board import Board

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Lamp
    from wattseal.core.settings import Config

NAME = "ESP32_GENERIC_S3"  # as packages name it
DATA_DIR = "/data"  # config.json, device.key and the journal

reset_cause = esp32.reset_cause
start_again = esp32.fatal_reset
flash = esp32.journal_flash

# UART, transmit, receive, direction. 18 is high for a moment at power-on: it only listens.
_LINES = ((1, 17, 18, 8), (2, 15, 16, 2))
# Plug, pilot, offer, contactor.
_PLACES = ((4, 5, 6, 21), (7, 41, 42, 47))
# S0 output of each connector's meter, through an RC filter as long as its `pulse_ms` and a Schmitt
# trigger: the chip's own filter ends at 12.8 us.
_S0 = (1, 40)
_LAMP = const(39)  # lit when high
# SPI, clock, data to the W5500, data from it, select, interrupt, reset. This chip has no MAC.
_W5500 = (1, 12, 11, 13, 10, 9, 14)


def build(config: "Config") -> Board:
    """The board for a checked configuration; without Wi-Fi in it, on a W5500. ConfigError."""
    if config.wifi is None:
        link = esp32.ethernet_w5500(*_W5500)
    else:
        link = esp32.wifi(config.wifi.ssid, config.wifi.password)
    return Board(
        config, esp32, _LINES, _PLACES, link, DATA_DIR, s0=_S0, flash=flash(), lamp=_lamp
    )  # fmt: skip


def _lamp() -> "Lamp":
    from wattseal.hal.lamp import PinLamp  # imported late: the first readings were due

    return PinLamp(_LAMP)


def show_fault(number: int) -> None:
    """Beside the prompt, or until the reset."""
    from wattseal.hal.lamp import blink  # imported late: seldom needed

    blink(_lamp(), number, 0)


def begin() -> None:
    """A contactor that a reset left closed opens, whatever follows. What start-up of our image
    left to feed the watchdog for the prompt, stops."""
    esp32.open_contactors(_PLACES)
    prompt = esp32.prompt()
    if prompt:
        prompt.leave()


def cannot_start() -> None:
    """The fault was told; MicroPython's prompt follows, for a person to put it right."""
    files = sys.modules.get("wattseal.hal.esp32_files")  # loaded by our image's start-up alone
    if files and files.trouble:
        print("wattseal:", files.trouble)
    prompt = esp32.prompt()
    if prompt:
        prompt.stay()
