"""The lamp that tells of faults, on a pin or behind a Pico W's radio; decides no pattern."""

from machine import Pin
from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from network import WLAN


class PinLamp:
    """contracts.Lamp on pin `number`: high is lit, and it is low at first."""

    def __init__(self, number: int) -> None:
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
