"""Which OCMF time status a clock may claim for its UTC; reads and sets no clock.

"U" unknown, "I" informative, "S" synchronised. A clock never says "R" (relative): that is what a
session calls a time that it has made of its begin and of ticks (core.session).

A time outside of the clock's life is no time at all: before the floor it is one of an RTC that was
never set, and 20 years after it nobody runs this firmware any more.
"""

from micropython import const

# No clock of ours can be right and show a time before this was written: 2026-11-24 00:00 UTC.
BUILT_UTC_S = const(1795478400)
# Without an answer for so long "S" becomes "I". At 100 ppm, the worst a crystal is off, that is
# 8.6 s, one hundredth of a quarter hour.
HOLDOVER_MS = const(86400000)
_LIFE_MS = const(631152000000)


class ClockState:
    """Of one clock; every call is told what the clock shows. Times before the floor are none."""

    def __init__(self, floor_utc_s: int = BUILT_UTC_S) -> None:
        self._floor_ms = floor_utc_s * 1000
        self._set_at_ms: int | None = None  # by a server, on the monotonic scale

    def raise_floor(self, utc_s: int) -> None:
        """It is known to be past. No answer of a time server ever lowers it."""
        self._floor_ms = max(self._floor_ms, utc_s * 1000)

    def lower_floor(self, utc_s: int) -> None:
        """It was not past: says somebody who is authenticated. Never below the build date."""
        self._floor_ms = max(BUILT_UTC_S * 1000, min(self._floor_ms, utc_s * 1000))

    def was_set(self, now_ms: int, synchronised: bool) -> None:
        """`synchronised`: by a server; else by a person."""
        self._set_at_ms = now_ms if synchronised else None

    def is_possible(self, utc_ms: int) -> bool:
        return 0 <= utc_ms - self._floor_ms < _LIFE_MS

    def letter(self, now_ms: int, utc_ms: int) -> str:
        if not self.is_possible(utc_ms):
            return "U"
        if self._set_at_ms is None or now_ms - self._set_at_ms > HOLDOVER_MS:
            return "I"
        return "S"
