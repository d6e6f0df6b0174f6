"""Monotonic milliseconds that never wrap, made of MicroPython's ticks, which do; knows no date."""

import time


class Ticks:
    """Counts from its construction. On a chip `ticks_ms` wraps every 2^30 ms (12.4 days).

    The difference of two ticks is right up to half of that, so somebody must ask at least every
    six days; the sampler does every second. From the first wrap on the number is a big integer.
    """

    def __init__(self) -> None:
        self._ticks = time.ticks_ms()
        self._elapsed_ms = 0

    def now_ms(self) -> int:
        ticks = time.ticks_ms()
        self._elapsed_ms += time.ticks_diff(ticks, self._ticks)
        self._ticks = ticks
        return self._elapsed_ms
