"""The RC filter of an S0 input, computed for `pulse_ms`; draws nothing.

The meter's open collector empties the capacitor through the resistor, to what it saturates at: an
opto-coupler's transistor at 3 mA to 0.4 V at most (a Darlington's 1 V would never count). A pulse
counts when the Schmitt trigger's lower threshold is reached. Thresholds: SN74LVC1G17 (TI SCES351),
0.89 to 1.2 V of 3 V falling and 1.48 to 1.92 V rising, as parts of the supply and with a margin.
"""

import math
from dataclasses import dataclass

SERIES_OHM = 10_000
PULL_UP_OHM = 1_000
FALLING = 0.28, 0.42  # of the supply
RISING = 0.48, 0.66
SATURATED = 0, 0.13  # 0.4 V of a supply that is low itself
TOLERANCE = 0.10  # of a film capacitor; the resistors' is small beside it
_E6 = (10, 15, 22, 33, 47, 68)


@dataclass(frozen=True)
class Filter:
    """`capacitor_nf` behind SERIES_OHM."""

    capacitor_nf: int

    def _ms(self, ohm: int, times: float, tolerance: float) -> float:
        return ohm * self.capacitor_nf * 1e-6 * (1 + tolerance) * times

    @property
    def never_ms(self) -> float:
        """A pulse as short as this is never counted."""
        return self._ms(SERIES_OHM, -math.log(FALLING[1]), -TOLERANCE)

    @property
    def always_ms(self) -> float:
        """A pulse as long as this always is."""
        times = math.log((1 - SATURATED[1]) / (FALLING[0] - SATURATED[1]))
        return self._ms(SERIES_OHM, times, TOLERANCE)

    @property
    def pause_ms(self) -> float:
        """After a pause as long as this the next pulse is told from the last."""
        return self._ms(SERIES_OHM + PULL_UP_OHM, -math.log(1 - RISING[1]), TOLERANCE)


def for_pulse(pulse_ms: int) -> Filter:
    """The largest capacitor of the E6 series with which every pulse of `pulse_ms` counts."""
    found = [
        Filter(step * 10**power)
        for power in range(5)
        for step in _E6
        if Filter(step * 10**power).always_ms <= pulse_ms
    ]
    if not found:
        raise ValueError("no pulse is as short as %d ms" % pulse_ms)
    return found[-1]


def told(capacitor_nf: int) -> str:
    """As it is printed on the part."""
    return f"{capacitor_nf / 1000:g} µF" if capacitor_nf >= 1000 else f"{capacitor_nf} nF"
