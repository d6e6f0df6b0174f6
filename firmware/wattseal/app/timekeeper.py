"""Keeps the clock on a time server's time: when to ask, what to take, what to keep; no protocol.

Asks at the start, then every hour. What an answer may do is core.clock_steps'. A server that asks
to be left alone is (RFC 4330, section 8): after RATE the hour is doubled up to eight, and halved
again by each answer; after DENY and RSTR its host is asked in an hour, which leaves that address
alone for a day. After anything else that is no time, and after RATE while there is none, the
pauses double from 64 s on to the hour.

While the time is unknown a start waits for the first minute: nobody can date a session without.

The floor is kept once a day, and only by an answer that found the clock right, so that no wrong
time that lasted for less than an hour gets into the flash; and by a week at most, so that a server
that was a year ahead for a day is forgotten after some two weeks of right answers. One that is too
low costs little: so far back two answers may take a clock that is not synchronised. No answer
lowers it: that takes a signed command, or a person at the console (commanding.clock_back).
"""

from micropython import const

from wattseal.core import clock_steps
from wattseal.core.clock_state import BUILT_UTC_S
from wattseal.core.sntp import SntpError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Protocol

    from wattseal.clock_contract import ClockFloor, SettableClock
    from wattseal.contracts import Link
    from wattseal.core.sntp import Answer

    class Server(Protocol):
        async def ask(self, pivot_utc_s: int) -> Answer:
            """SntpError."""
            ...


_HOUR_MS = const(3600000)
_LONGEST_MS = const(28800000)
_DAY_MS = const(86400000)
_FIRST_RETRY_MS = const(64000)
_CONFIRM_MS = const(16000)  # RFC 4330: never sooner than after 15 s
_MOST_DOUBTS = const(4)
_SPREAD_MS = const(4000)  # a whole street may have its power back at once
_LINK_LOOK_MS = const(1000)
_KEEP_S = const(86400)
_MOST_S = const(604800)
_SOON_MS = const(60000)  # a network takes 10 s, and two answers are 16 s apart
_MARGIN_S = const(60)  # the floor stays behind: an RTC that is a little slow is not unknown


class Timekeeper:
    """`quiet()`: as for the Recorder. `counts`: what happened, for `status`."""

    def __init__(
        self, server: "Server", clock: "SettableClock", link: "Link", floor: "ClockFloor",
        quiet: "Callable[[], Awaitable[None]]", random_below: "Callable[[int], int]",
        log: "Callable[[str], None]",
    ) -> None:  # fmt: skip
        self._server = server
        self._clock = clock
        self._link = link
        self._floor = floor
        self._quiet = quiet
        self._random_below = random_below
        self._log = log
        self._guard = clock_steps.StepGuard()
        self._every_ms = _HOUR_MS
        self._retry_ms = _FIRST_RETRY_MS
        self._doubts = 0  # answers in a row that do not agree
        self._soon_ms = clock.now_ms() + _SOON_MS
        self.kept_s = floor.load()
        self._kept_at_ms = -_DAY_MS
        self.counts = {"time_steps": 0, "time_refused": 0, "time_failed": 0, "time_unkept": 0}
        self.told: Callable[[int, int], None] | None = None  # a step: UTC seconds, old and new
        self.untold: tuple[int, int] | None = None  # the newest one, while nobody is told
        self.at_ms = 0  # of the newest answer that was taken, 0 for none
        self.off_ms = self.over_ms = 0  # how far the clock was off then, and after how long
        clock.raise_floor(self.kept_s)

    async def run(self) -> None:
        await self._pause(self._random_below(_SPREAD_MS))
        while True:
            while not self._link.is_up():
                await self._pause(_LINK_LOOK_MS)
            pause_ms = await self._ask()
            await self._pause(pause_ms + self._random_below(pause_ms // 8))

    def is_awaited(self) -> bool:
        """The time is not known, and may be soon."""
        return self._clock.state() == "U" and self._clock.now_ms() < self._soon_ms

    async def _pause(self, ms: int) -> None:
        await self._clock.sleep_until(self._clock.now_ms() + ms)

    async def _ask(self) -> int:
        """One exchange; returns the pause after it."""
        try:
            answer = await self._server.ask(BUILT_UTC_S)
        except SntpError as fault:
            return self._failed(fault)
        return await self._answered(answer)

    def _failed(self, fault: SntpError) -> int:
        self.counts["time_failed"] += 1
        if fault.kiss in ("DENY", "RSTR"):
            self._log("time: the server refuses to serve us (%s)" % fault.kiss)
            return _HOUR_MS
        if fault.kiss == "RATE" and self._clock.state() == "S":
            self._every_ms = min(2 * self._every_ms, _LONGEST_MS)
            return self._every_ms
        return self._longer()

    def _longer(self) -> int:
        """The pause after what brought no time."""
        pause_ms = min(self._retry_ms, self._every_ms)
        self._retry_ms = min(2 * self._retry_ms, _HOUR_MS)
        return pause_ms

    async def _answered(self, answer: "Answer") -> int:
        clock = self._clock
        state = clock.state()
        clock_utc_ms = clock.utc_ms() - (clock.now_ms() - answer.at_ms)
        possible = clock.is_possible(answer.utc_ms)
        verdict = self._guard.judge(answer, clock_utc_ms, state, possible)
        if verdict == clock_steps.DOUBTED:
            return self._doubted()
        self._doubts, self._retry_ms = 0, _FIRST_RETRY_MS
        if verdict == clock_steps.REFUSED:
            self.counts["time_refused"] += 1
            return self._every_ms
        self.over_ms = answer.at_ms - self.at_ms if self.at_ms and state == "S" else 0
        self.at_ms, self.off_ms = answer.at_ms, answer.utc_ms - clock_utc_ms
        if verdict == clock_steps.STEP:
            self.counts["time_steps"] += 1
            self._log("time: the clock was set by %d ms" % (answer.utc_ms - clock_utc_ms))
        if verdict == clock_steps.STEP or state != "S":
            self._tell(clock_utc_ms // 1000, answer.utc_ms // 1000)
        clock.set_utc_ms(answer.utc_ms + clock.now_ms() - answer.at_ms, True)
        if verdict == clock_steps.RIGHT and state == "S":
            await self._keep(answer.utc_ms // 1000 - _MARGIN_S)
        self._every_ms = max(self._every_ms // 2, _HOUR_MS)
        return self._every_ms

    def _doubted(self) -> int:
        """Two servers of one name may be at odds for good."""
        self._doubts += 1
        if self._doubts < _MOST_DOUBTS:
            return _CONFIRM_MS
        self.counts["time_refused"] += 1
        return self._longer()

    def _tell(self, old_s: int, new_s: int) -> None:
        if self.told:
            self.told(old_s, new_s)
        else:
            self.untold = old_s, new_s

    async def _keep(self, utc_s: int) -> None:
        now_ms = self._clock.now_ms()
        if utc_s - self.kept_s < _KEEP_S or now_ms - self._kept_at_ms < _DAY_MS:
            return
        utc_s = min(utc_s, max(self.kept_s, BUILT_UTC_S) + _MOST_S)
        await self._quiet()
        if self._clock.state() != "S":  # a person has set it meanwhile, because that was wrong
            return
        try:
            self._floor.save(utc_s)
        except OSError:
            self.counts["time_unkept"] += 1
            return
        self.kept_s, self._kept_at_ms = utc_s, now_ms
        self._clock.raise_floor(utc_s)
