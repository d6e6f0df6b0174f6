"""What only an ESP32 has; the parts it shares with other chips are in the modules beside this."""

import sys
import time

import machine
import network
from micropython import const

from wattseal.hal.ethernet import EthernetLink
from wattseal.hal.watchdog import ChipWatchdog
from wattseal.hal.wifi import WifiLink

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable

    from wattseal.contracts import Link, PulseCounter, RawFlash

_WATCHDOG_MS = const(30000)
_FIRST_INPUT_ONLY_PIN, _LAST_INPUT_ONLY_PIN = const(34), const(39)
_BEFORE_RESET_MS = const(2000)  # a person at the console can stop a crash loop here
# Brown-out reads as power-on and a panic as a hard reset (ports/esp32/modmachine.c).
_CAUSES = {
    machine.PWRON_RESET: "power or brown-out",
    machine.HARD_RESET: "reset or panic",
    machine.WDT_RESET: "watchdog",
    machine.DEEPSLEEP_RESET: "deep sleep",
    machine.SOFT_RESET: "soft reset",
}


def wifi(ssid: str, password: str) -> "Link":
    """The station. Asleep it would hear only beacons, so it stays awake; retries are ours."""

    def make() -> "Link":
        wlan = network.WLAN(network.WLAN.IF_STA)
        return WifiLink(wlan, ssid, password, {"pm": network.WLAN.PM_NONE, "reconnects": 0})

    return _made(make)


def ethernet_lan8720(mdc: int, mdio: int, address: int, power: "int | None") -> "Link":
    """The built-in MAC with a LAN8720 PHY; its clock comes in on GPIO0, as on a WT32-ETH01."""
    lan: Any = network.LAN  # the stubs have the other ports' arguments
    return _made(lambda: EthernetLink(lan(
        mdc=machine.Pin(mdc), mdio=machine.Pin(mdio), phy_type=network.PHY_LAN8720,
        phy_addr=address, power=None if power is None else machine.Pin(power),
    )))  # fmt: skip


def ethernet_w5500(
    spi_id: int, sck: int, mosi: int, miso: int, select: int, interrupt: int, reset: int
) -> "Link":
    """A W5500 on SPI, for a chip without a MAC of its own; MicroPython drives it at 20 MHz."""
    lan: Any = network.LAN  # the stubs have the other ports' arguments
    spi = machine.SPI(
        spi_id, sck=machine.Pin(sck), mosi=machine.Pin(mosi), miso=machine.Pin(miso)
    )  # fmt: skip
    return _made(lambda: EthernetLink(lan(
        spi=spi, cs=machine.Pin(select), int=machine.Pin(interrupt), reset=machine.Pin(reset),
        phy_type=network.PHY_W5500, phy_addr=0,
    )))  # fmt: skip


def _made(make: "Callable[[], Link]") -> "Link":
    """A driver that refuses keeps no charger down, and is not asked again in this life: what its
    first try has left behind, the second falls over (micropython issue 19457). Where it came with
    the power, for which a PHY may have been too slow, the chip starts again, once."""
    try:
        return make()
    except (OSError, RuntimeError) as fault:
        if machine.reset_cause() == machine.PWRON_RESET:
            print("network: %r; starting again, once" % fault)
            fatal_reset()
        print("network: %r; none until the next start, records wait" % fault)
    from wattseal.hal.no_link import NoLink  # imported late: seldom needed

    return NoLink()


def input_pin(number: int) -> machine.Pin:
    """An input that an opto-coupler pulls low. An ESP32's 34 to 39 have no pull-up of their own; a
    board with another chip puts no input there."""
    if not _FIRST_INPUT_ONLY_PIN <= number <= _LAST_INPUT_ONLY_PIN:
        return machine.Pin(number, machine.Pin.IN, machine.Pin.PULL_UP)
    return machine.Pin(number, machine.Pin.IN)


def open_contactors(places: "tuple[tuple[int, int, int, int], ...]") -> None:
    """At a start, for a reset leaves them closed. `places`: plug, pilot, offer, contactor."""
    for pins in places:
        machine.Pin(pins[3], machine.Pin.OUT, value=0)


def pulse_counter(number: int, pin: int, width_ms: int) -> "PulseCounter":
    """For the S0 output of the `number`-th connector's meter; the width is the board's to keep."""
    from wattseal.hal.esp32_pulses import HardwareCounter  # imported late: few have one

    return HardwareCounter(number, input_pin(pin))


def journal_flash() -> "RawFlash | None":
    """The partition `wattseal` of our own table; None on a stock image, which has none."""
    from esp32 import Partition

    found = Partition.find(Partition.TYPE_DATA, label="wattseal")
    if not found:
        return None
    from wattseal.hal.block_flash import BlockFlash

    return BlockFlash(found[0], 1)


def prompt() -> "Any":
    """hal.esp32_prompt, with which our image's start-up begins a watchdog; None on a stock one."""
    return sys.modules.get("wattseal.hal.esp32_prompt")


def watchdog() -> ChipWatchdog:
    return ChipWatchdog(_WATCHDOG_MS, prompt() is not None)


def reset_cause() -> str:
    """Why the chip started, in words, as far as MicroPython tells."""
    return _CAUSES.get(machine.reset_cause(), "unknown")


def fatal_reset(read_ms: int = _BEFORE_RESET_MS) -> None:
    """Restart after a fault. Never returns."""
    time.sleep_ms(read_ms)
    machine.reset()
