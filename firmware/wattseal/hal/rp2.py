"""What only an RP2040 has; the parts it shares with other chips are in the modules beside this."""

import time

import machine
from micropython import const

from wattseal import late
from wattseal.hal.watchdog import ChipWatchdog

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Iterator

    from wattseal.contracts import Link, PulseCounter

_WATCHDOG_MS = const(8388)  # the most the RP2040 can count (ports/rp2/machine_wdt.c)
_WATCHDOG_CONTROL = const(0x40058000)  # the register of the RP2040's data sheet, 4.7.6
_WATCHDOG_ENABLED = const(30)  # its bit
_BEFORE_RESET_MS = const(2000)  # a person at the console can stop a crash loop here
# CYW43 power management: mode 0, none. The value is the one that the Pico W's book gives.
_PM_OFF = const(0xA11140)
_W5500_BAUD = const(20000000)
# Of its data sheet, 2.2 and 4.1: VERSIONR, a read of a common register, any number of bytes.
_W5500_ASK_VERSION = b"\x00\x39\x00"
_W5500_VERSION = const(4)


# The imports of a network are late: the image of a plain Pico has none.


def wifi(ssid: str, password: str) -> "Link":
    """The Pico W's station, always awake: asleep it was lost after hours (micropython 9455)."""
    import network

    from wattseal.hal.wifi import WifiLink

    return WifiLink(network.WLAN(network.WLAN.IF_STA), ssid, password, {"pm": _PM_OFF})


def ethernet_w5500(spi_id: int, sck: int, mosi: int, miso: int, select: int, reset: int) -> "Link":
    """A W5500 on SPI; needs an image built with it, such as W5500_EVB_PICO's."""
    import network

    from wattseal.hal.ethernet import EthernetLink

    spi = machine.SPI(
        spi_id, baudrate=_W5500_BAUD,
        sck=machine.Pin(sck), mosi=machine.Pin(mosi), miso=machine.Pin(miso),
    )  # fmt: skip
    chosen, running = machine.Pin(select), machine.Pin(reset)
    # The stubs are of the Pico W, whose image is without it.
    wiznet = network.WIZNET5K  # pyright: ignore[reportAttributeAccessIssue]
    nic = wiznet(spi, chosen, running)  # makes both outputs, low
    chosen.value(1)
    running.value(1)
    return EthernetLink(nic, lambda: _w5500_answers(spi, chosen))


def _w5500_answers(spi: machine.SPI, select: machine.Pin) -> bool:
    """Its driver waits without an end for a chip that is not there, and the watchdog resets it."""
    select.value(0)
    spi.write(_W5500_ASK_VERSION)
    version = spi.read(1)[0]
    select.value(1)
    return version == _W5500_VERSION


def image() -> "Iterator[bytes | bytearray]":
    """All of the flash's image, a piece at a time."""
    from wattseal.hal import rp2_image  # imported late: once a start

    yield from rp2_image.pieces()
    late.drop("wattseal.hal.rp2_image")


def input_pin(number: int) -> machine.Pin:
    """An input that an opto-coupler pulls low."""
    return machine.Pin(number, machine.Pin.IN, machine.Pin.PULL_UP)


def pulse_counter(number: int, pin: int, width_ms: int) -> "PulseCounter":
    """For the S0 output of the `number`-th connector's meter."""
    from wattseal.hal.rp2_pulses import PioCounter  # imported late: few have one

    return PioCounter(number, input_pin(pin), width_ms)


def watchdog() -> ChipWatchdog:
    running = machine.mem32[_WATCHDOG_CONTROL] >> _WATCHDOG_ENABLED & 1
    return ChipWatchdog(_WATCHDOG_MS, bool(running))


def reset_cause() -> str:
    """Why the chip started, in words. machine.reset() is a watchdog reset on this chip."""
    return "watchdog or reset" if machine.reset_cause() == machine.WDT_RESET else "power"


def fatal_reset(read_ms: int = _BEFORE_RESET_MS) -> None:
    """Restart after a fault. Never returns."""
    time.sleep_ms(read_ms)
    machine.reset()
