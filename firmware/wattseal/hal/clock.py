"""A SettableClock of a chip: ticks, and UTC from the RTC at boot; asks no network for the time.

The RTC is read once and the ticks count on from there: both run on the same crystal, and a step
of the RTC cannot then bend a session's duration. An RTC that merely kept running is informative,
no more; one below the floor is unknown.

TLS judges certificates by the RTC itself. One below the floor is therefore lifted to it, for TLS
alone: whoever asks the clock still hears that the time is unknown, after a reset as well.
"""

import asyncio
import time

import machine
from micropython import const

from wattseal.core.clock_state import BUILT_UTC_S, ClockState
from wattseal.hal.ticks import Ticks

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from machine import RTC

_2000_UTC_S = const(946684800)  # where ESP32's time.time() starts; RP2's starts in 1970
_GRID_MS = const(1000)
_LIFTED = b"lifted"  # in ESP32's RTC memory, which lives and dies with its RTC
# The RP2040's RTC has no such memory, and lives through a soft reset: so does its watchdog's
# SCRATCH0 (data sheet, 4.7.6), which neither the boot ROM nor MicroPython uses.
_SCRATCH_0 = const(0x4005800C)
_LIFTED_WORD = const(0x11F7ED)
_NAP_MS = const(3600000)  # asyncio on 32 bits cannot sleep 6.2 days; ticks want asking as well


class RtcClock:
    """`rtc`: machine.RTC(). `floor_utc_s`: known to be past."""

    def __init__(self, rtc: "RTC", floor_utc_s: int = BUILT_UTC_S) -> None:
        self.grid_ms = _GRID_MS
        self._rtc: Any = rtc  # not every chip's has `memory`
        self._ticks = Ticks()
        self._state = ClockState(floor_utc_s)
        self.is_possible = self._state.is_possible
        self.lower_floor = self._state.lower_floor
        rtc_utc_s = _2000_UTC_S if self._was_lifted() else _rtc_utc_s()
        self._utc_at_0_ms = rtc_utc_s * 1000 - self._ticks.now_ms()
        self._lift(floor_utc_s)

    def now_ms(self) -> int:
        return self._ticks.now_ms()

    def utc_ms(self) -> int:
        return self._ticks.now_ms() + self._utc_at_0_ms

    def state(self) -> str:
        """OCMF time status."""
        now_ms = self._ticks.now_ms()
        return self._state.letter(now_ms, now_ms + self._utc_at_0_ms)

    def set_utc_ms(self, utc_ms: int, synchronised: bool) -> None:
        """Take the time from a source; the RTC gets it too, whole seconds, for the next boot."""
        now_ms = self._ticks.now_ms()
        self._utc_at_0_ms = utc_ms - now_ms
        self._state.was_set(now_ms, synchronised)
        self._set_rtc(utc_ms // 1000)
        self._remember(b"")

    def raise_floor(self, utc_s: int) -> None:
        self._state.raise_floor(utc_s)
        self._lift(utc_s)

    def _lift(self, floor_utc_s: int) -> None:
        if _rtc_utc_s() < floor_utc_s:
            self._remember(_LIFTED)  # first: a reset in between must not make it informative
            self._set_rtc(floor_utc_s)

    def _set_rtc(self, utc_s: int) -> None:
        year, month, day, hour, minute, second, weekday = time.gmtime(utc_s - _epoch_utc_s())[:7]
        self._rtc.datetime((year, month, day, weekday, hour, minute, second, 0))

    def _was_lifted(self) -> bool:
        if hasattr(self._rtc, "memory"):
            return self._rtc.memory() == _LIFTED
        return machine.mem32[_SCRATCH_0] == _LIFTED_WORD

    def _remember(self, what: bytes) -> None:
        if hasattr(self._rtc, "memory"):
            self._rtc.memory(what)
        else:
            machine.mem32[_SCRATCH_0] = _LIFTED_WORD if what else 0

    async def sleep_until(self, deadline_ms: int) -> None:
        while True:
            left_ms = deadline_ms - self.now_ms()
            if left_ms <= 0:
                return
            await asyncio.sleep_ms(min(left_ms, _NAP_MS))


def _rtc_utc_s() -> int:
    return time.time() + _epoch_utc_s()


def _epoch_utc_s() -> int:
    """UTC second at which this port's time.time() is 0."""
    return 0 if time.gmtime(0)[0] == 1970 else _2000_UTC_S
