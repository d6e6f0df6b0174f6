"""Counts S0 pulses with the ESP32's pulse counter; has no filter for what is longer than 12.8 us.

The shortest width is the board's to keep: an RC filter as long as `pulse_ms` before a Schmitt
trigger (10 kohm and 470 nF for 10 ms), since interrupts in Python are late and can be dropped.
"""

import machine
from micropython import const

from wattseal.core.settings import ConfigError

_FILTER_NS = const(12787)  # 1023 periods of 80 MHz, the longest there is
_MASK = const(0x3FFFFFFF)  # a small integer
_MODULUS = const(0x40000000)


class HardwareCounter:
    """contracts.PulseCounter. A pulse pulls `pin` low. `number`: of the counter's unit.

    ConfigError on a chip or an image without one. The counter is never cleared.
    """

    def __init__(self, number: int, pin: machine.Pin) -> None:
        if not hasattr(machine, "Counter"):
            raise ConfigError(["an S0 meter needs a chip with a pulse counter (no ESP32-C3) and "
                               "MicroPython 1.26 or later"])  # fmt: skip
        self.modulus = _MODULUS
        self._pin = pin
        counter = machine.Counter
        self._counter = counter(number, pin, edge=counter.FALLING, filter_ns=_FILTER_NS)

    def count(self) -> int:
        return self._counter.value() & _MASK

    def held(self) -> bool:
        return not self._pin.value()
