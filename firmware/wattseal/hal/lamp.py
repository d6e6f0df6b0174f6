"""The lamp that tells of faults, on a pin or behind a Pico W's radio; decides on no fault."""

from machine import Pin, Timer
from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from network import WLAN

    from wattseal.contracts import Lamp

_STEP_MS = const(100)

_timer: "Timer | None" = None


class PinLamp:
    """contracts.Lamp on pin `number`: high is lit, and it is low at first."""

    def __init__(self, number: "int | str") -> None:
        self._pin = Pin(number, Pin.OUT, value=0)

    def show(self, lit: bool) -> None:
        self._pin.value(1 if lit else 0)


class RadioLamp:
    """contracts.Lamp of a Pico W, which its radio drives. `wlan`: the station.

    Dark while the radio is off: to light it would start that, and a second passes in which nobody
    could sample.
    """

    def __init__(self, wlan: "WLAN") -> None:
        self._wlan = wlan
        self._pin: Pin | None = None

    def show(self, lit: bool) -> None:
        if not self._wlan.active():
            return
        try:
            if self._pin is None:
                self._pin = Pin("LED", Pin.OUT)
            self._pin.value(1 if lit else 0)
        except OSError:
            pass  # a radio that fails is the link's to tell


def blink(lamp: "Lamp", number: int, timer: int) -> None:
    """With the times of app.blinker, until a reset, where no firmware runs. `timer`: which one
    the chip has for it."""
    global _timer
    long, short = b"\1\1\1\1\1\1\1\1\0\0\0", b"\1\1\0\0\0"
    shown = long * (number // 10) + bytes(6) + short * (number % 10) + bytes(25)
    at = 0

    def step(_: object) -> None:
        nonlocal at
        lamp.show(bool(shown[at]))
        at = (at + 1) % len(shown)

    _timer = Timer(timer)
    _timer.init(period=_STEP_MS, mode=Timer.PERIODIC, callback=step)
