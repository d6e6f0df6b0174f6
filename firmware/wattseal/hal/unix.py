"""The unix port as a board: a clock that may run faster than the wall, a link that is always up.

Holds no protocol; the simulated charge point is in unix_world, serial lines in unix_serial.
"""

import asyncio
import time

from micropython import const

from wattseal.core.clock_state import ClockState

_NAP_MS = const(100)  # longest wall sleep, so that skipped time is noticed
_GRID_MS = const(1000)
_GRID_WALL_MS = const(10)


class UnixClock:
    """A SettableClock. `speed` simulated milliseconds pass in one of the wall's.

    Setting it leaves the host's own clock alone.
    """

    def __init__(self) -> None:
        self._speed = 1
        self._ticks_us = time.ticks_us()
        self._elapsed_us = (
            0  # wall time since boot; a sum, for ticks wrap after 18 minutes on 32 bits
        )
        self._anchor_us = 0
        self._anchor_ms = 0
        self._utc_offset_ms = time.time_ns() // 1000000
        self._told = False
        self._state = ClockState()
        self.raise_floor = self._state.raise_floor
        self.is_possible = self._state.is_possible
        self.lower_floor = self._state.lower_floor
        self.grid_ms = _GRID_MS

    def now_ms(self) -> int:
        ticks_us = time.ticks_us()
        self._elapsed_us += time.ticks_diff(ticks_us, self._ticks_us)
        self._ticks_us = ticks_us
        return self._anchor_ms + (self._elapsed_us - self._anchor_us) * self._speed // 1000

    def utc_ms(self) -> int:
        return self.now_ms() + self._utc_offset_ms

    def state(self) -> str:
        """ "S" once the world has told the time, for good; before that as on a chip."""
        if self._told:
            return "S"
        now_ms = self.now_ms()
        return self._state.letter(now_ms, now_ms + self._utc_offset_ms)

    def set_utc_ms(self, utc_ms: int, synchronised: bool) -> None:
        """Take the time from a source."""
        now_ms = self.now_ms()
        self._utc_offset_ms = utc_ms - now_ms
        self._state.was_set(now_ms, synchronised)

    def set(self, utc_ms: int, speed: int) -> None:
        """The world tells the time and how fast it runs."""
        self._anchor_ms = self.now_ms()
        self._anchor_us = self._elapsed_us
        self._speed = speed
        self._utc_offset_ms = utc_ms - self._anchor_ms
        self._told = True
        self.grid_ms = max(_GRID_MS, _GRID_WALL_MS * speed)

    def skip(self, skipped_ms: int) -> None:
        """Simulated time without a car passes at once: a step of UTC, not of the ticks."""
        self._utc_offset_ms += skipped_ms

    async def sleep_until(self, deadline_ms: int) -> None:
        while True:
            left_ms = deadline_ms - self.now_ms()
            if left_ms <= 0:
                return
            wall_ms = (left_ms + self._speed - 1) // self._speed
            await asyncio.sleep_ms(min(wall_ms, _NAP_MS))


class HostLink:
    """Satisfies contracts.Link: the host's own network."""

    name_server = None

    def is_up(self) -> bool:
        return True

    async def up(self) -> None:
        return None


class NoWatchdog:
    """Satisfies contracts.Watchdog: a process is restarted by whoever started it."""

    def feed(self) -> None:
        return None

    def feed_running(self) -> None:
        return None
