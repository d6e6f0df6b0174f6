"""A Raspberry Pi Pico W as a charger's controller: its pins, and nothing that runs.

Inputs are opto-couplers that pull low. The RP2040 pulls its pins down in a reset, so that relay
drivers and RS-485 directions stay off. Without Wi-Fi in the configuration it expects a W5500 on
the pins of WIZnet's W5500-EVB-Pico, and an image that was built with its driver.
"""

from micropython import const

from wattseal.hal import rp2
from wattseal.hal.board import Board

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Lamp
    from wattseal.core.settings import Config

DATA_DIR = "/data"  # config.json, device.key and the journal

reset_cause = rp2.reset_cause
start_again = rp2.fatal_reset

# UART, transmit, receive, direction.
_LINES = ((0, 0, 1, 2), (1, 4, 5, 3))
# Plug, pilot, offer, contactor.
_PLACES = ((6, 7, 8, 14), (9, 10, 11, 15))
# S0 output of each connector's meter, an open collector to ground.
_S0 = (12, 13)
# SPI, clock, data to the W5500, data from it, select, reset.
_W5500 = (0, 18, 19, 16, 17, 20)
_LAMP = const(25)  # on WIZnet's board; a Pico W's own hangs on the radio


def build(config: "Config") -> Board:
    """The board for a checked configuration; without Wi-Fi in it, on a W5500. ConfigError."""
    if config.wifi is None:
        link, lamp = rp2.ethernet_w5500(*_W5500), _pin_lamp
    else:
        link, lamp = rp2.wifi(config.wifi.ssid, config.wifi.password), _radio_lamp
    return Board(config, rp2, _LINES, _PLACES, link, DATA_DIR, s0=_S0, lamp=lamp)


# The imports of a lamp are late: the first readings were due.


def _pin_lamp() -> "Lamp":
    from wattseal.hal.lamp import PinLamp

    return PinLamp(_LAMP)


def _radio_lamp() -> "Lamp":
    from network import WLAN

    from wattseal.hal.lamp import RadioLamp

    return RadioLamp(WLAN(WLAN.IF_STA))


def begin() -> None:
    """The watchdog does not run before everything has started."""


def cannot_start() -> None:
    """The fault was told; MicroPython's prompt follows, for a person to put it right."""
