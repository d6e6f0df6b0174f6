"""A simulated pulse counter with a chip's manners: 16 bits, and a filter on both edges; no pin.

The world plays it the input's levels, bounces and all.
"""

from micropython import const

_MODULUS = const(65536)


class SimCounter:
    """Satisfies contracts.PulseCounter. `width_ms`: what is shorter, is no pulse and no pause."""

    def __init__(self, width_ms: int) -> None:
        self.modulus = _MODULUS
        self._width_ms = width_ms
        self._count = 0
        self._low = False  # the level that has held long enough
        self._seen_low = False
        self._steady_ms = width_ms

    def count(self) -> int:
        return self._count

    def held(self) -> bool:
        return self._low

    def play(self, levels: str) -> None:
        """Levels, each with its milliseconds: "L2 H1 L30 H67", L for a pulse. ValueError."""
        for part in levels.split():
            self._pass(part[0] == "L", int(part[1:]))

    def _pass(self, low: bool, ms: int) -> None:
        self._steady_ms = self._steady_ms + ms if low == self._seen_low else ms
        self._seen_low = low
        if low != self._low and self._steady_ms >= self._width_ms:
            self._low = low
            if low:
                self._count = (self._count + 1) % _MODULUS
