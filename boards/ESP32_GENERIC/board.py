"""An ESP32-WROOM-32 module as a charger's controller: its pins, and nothing that runs.

The pins of the built-in Ethernet MAC (0, 18, 19, 21 to 23, 25 to 27) and of the console (1, 3)
stay free. Inputs are opto-couplers that pull low; 34 to 39 need pull-up resistors of their own.
Relay drivers and RS-485 directions need pull-down resistors, for pins float when the power comes.
Any other reset leaves outputs as they are: `begin` opens the contactors.
"""

import sys

from micropython import const

from wattseal.hal import esp32
from wattseal.hal.board import Board

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Lamp
    from wattseal.core.settings import Config

NAME = "ESP32_GENERIC"  # as packages name it
DATA_DIR = "/data"  # config.json, device.key and the journal

reset_cause = esp32.reset_cause
start_again = esp32.fatal_reset
flash = esp32.journal_flash

# UART, transmit, receive, direction. On a WROVER module 16 and 17 belong to its PSRAM.
_LINES = ((1, 33, 32, 2), (2, 17, 16, 12))
# Plug, pilot, offer, contactor.
_PLACES = ((34, 35, 36, 13), (39, 14, 15, 4))
# The header of a WT32-ETH01 is without 34 and 13, and its user has one connector.
_PLACES_ETHERNET = ((39, 14, 15, 4), (34, 35, 36, 13))
# S0 output of each connector's meter, through an RC filter as long as its `pulse_ms` and a Schmitt
# trigger: the chip's own filter ends at 12.8 us. 5 is high while the chip starts; 18 is Wi-Fi's
# alone, for Ethernet needs it; there the second serial line's 17 is free.
_S0 = (5, 18)
_S0_ETHERNET = (5, 17)
# Of the lamp, lit when high. 2, where many boards have one, is the first line's direction: that
# one flickers whenever a meter is asked. 12, for Ethernet, must be low while the chip starts.
_LAMP = const(22)
_LAMP_ETHERNET = const(12)
# LAN8720 as on a WT32-ETH01 v1.4, whose power pin takes the second serial line's place.
_MDC = const(23)
_MDIO = const(18)
_PHY = const(1)
_PHY_POWER = const(16)


def build(config: "Config") -> Board:
    """The board for a checked configuration; without Wi-Fi in it, on Ethernet. ConfigError."""
    if config.wifi is None:
        link, lines = esp32.ethernet_lan8720(_MDC, _MDIO, _PHY, _PHY_POWER), _LINES[:1]
        places, s0, lamp = _PLACES_ETHERNET, _S0_ETHERNET, _LAMP_ETHERNET
    else:
        link, lines = esp32.wifi(config.wifi.ssid, config.wifi.password), _LINES
        places, s0, lamp = _PLACES, _S0, _LAMP
    return Board(
        config, esp32, lines, places, link, DATA_DIR, s0=s0, flash=flash(),
        lamp=lambda: _lamp(lamp),
    )  # fmt: skip


def _lamp(number: int) -> "Lamp":
    from wattseal.hal.lamp import PinLamp  # imported late: the first readings were due

    return PinLamp(number)


def show_fault(number: int) -> None:
    """Beside the prompt, or until the reset; on the pin without Ethernet, which is not known."""
    from wattseal.hal.lamp import blink  # imported late: seldom needed

    blink(_lamp(_LAMP), number, 0)


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
