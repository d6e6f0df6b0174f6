"""Samples every meter of one bus on a fixed grid; decides when to read, never what it means.

The sampler is the bus's only user, so nothing else can make a sample late: who needs a reading
with the meter's identity asks a MeterPoint for it and gets the next one on the grid. A meter that
is away makes none late either: it is asked last, and ever more seldom.
"""

import asyncio

from micropython import const

from wattseal.core import gate
from wattseal.core.reading import MeterFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.contracts import Clock, Meter, Watcher
    from wattseal.core.gate import Gate
    from wattseal.core.reading import Identity, Reading


_RESTS_AFTER = const(3)  # faults in row
_LONGEST_REST = const(10)  # every so many grid points a dead meter is asked at the least
_AHEAD_MS = const(80)  # of a grid point: to go over a small board's heap takes 45 ms
_LATEST_MS = const(50)  # who wakes later leaves it


class MeterPoint:
    """One meter, its newest reading, and who waits for it.

    `latest` keeps the reading with the time it was taken; a fault leaves it as it is and counts up
    `faults_in_row`, so that nobody takes an old value for a new one. After a fault the meter must
    say again who it is: with `faults_in_row` 0 `latest` is of the meter that `identity` names.

    A reading that cannot follow on the one before it is read again and has a cause (core.gate).
    Unless that was a glitch, nothing can be booked across it: `breaks` goes up.

    A meter that stays away is asked at every second grid point, then every fourth, at the least
    every tenth, unless somebody waits for it.
    """

    def __init__(self, meter: "Meter", judge: "Gate") -> None:
        self.meter = meter
        self.judge = judge
        self._named: Identity | None = None  # the newest, kept over faults
        self.breaks = 0
        self.broken = ""  # the cause of the newest break
        self.doubted: dict[str, int] = {}  # how often, by cause
        self.latest: Reading | None = None
        # None from a fault until the meter has identified itself again
        self.identity: Identity | None = None
        self.samples = 0  # grid points: goes up with every one, good or not
        self.faults_in_row = 0
        self.needed = False  # by a running session: it does not rest
        self.unasked = 0  # grid points passed over since it was asked
        self._rest = 1
        self.fault = ""  # OCMF ST of the newest fault, "" after a good reading
        self.failed = ""  # that of the newest fault, kept, and the grid point it was at
        self.failed_at = 0
        self.watchers: list[Watcher] = []  # set after every sample
        self.asked: _Asked | None = None  # who waits in `identified`
        self._serves: _Asked | None = None  # and whom the newest sample answers

    async def identified(self, samples: int) -> "tuple[Reading, Identity]":
        """(Reading, Identity), both taken after this call, in `samples` grid points. MeterFault.

        One at a time may wait.
        """
        asked = self.asked = _Asked()
        try:
            while asked.answer is None:
                if asked.tries >= samples:
                    raise MeterFault(self.fault)
                asked.tried.clear()
                await asked.tried.wait()
            return asked.answer
        finally:
            self.asked = None

    @property
    def due(self) -> bool:
        """It is to be asked at this grid point."""
        return bool(self.asked) or self.needed or self.unasked + 1 >= self._rest

    async def sample(self) -> None:
        """Read once; `tell` is to follow. The identity comes after the reading, so that the
        reading is on time."""
        asked = self._serves = self.asked  # who asks later is served by the next sample
        self.unasked = 0
        try:
            reading = await self.meter.read()
            if self.latest and not self.judge.passes(self.latest, reading):
                reading = await self._settle(self.latest, reading)
            self.latest = reading
            if asked or self.identity is None:
                self.identity = self._named = await self.meter.identify()
            if asked:
                asked.answer = (reading, self.identity)
            self.faults_in_row = 0
            self._rest = 1
            self.fault = ""
        except MeterFault as fault:
            self.faults_in_row += 1
            self.fault = self.failed = fault.st
            self.failed_at = self.samples
            self.identity = None
            if self.faults_in_row >= _RESTS_AFTER:
                self._rest = min(2 * self._rest, _LONGEST_REST)

    def pass_over(self) -> None:
        """A grid point at which a meter that was away is not asked: it still is."""
        self.unasked += 1
        self.faults_in_row += 1
        self._serves = self.asked
        self.tell()

    def tell(self) -> None:
        """Those who wait for the sample: what they compute makes the next meter in turn late."""
        self.samples += 1
        asked = self._serves
        if asked:
            asked.tries += 1
            asked.tried.set()
        for watcher in self.watchers:
            watcher.set()

    async def _settle(self, before: "Reading", doubted: "Reading") -> "Reading":
        """What the register shows when it is read again, by a meter that says who it is.

        MeterFault when that settles nothing.
        """
        identity = await self.meter.identify()
        again = await self.meter.read()
        same_meter = self._named is None or identity.serial == self._named.serial
        cause = self.judge.cause(before, doubted, again, same_meter)
        self.doubted[cause] = self.doubted.get(cause, 0) + 1
        if cause == gate.UNSETTLED:
            raise MeterFault("O")
        if cause != gate.GLITCH:
            self.breaks += 1
            self.broken = cause
        self.identity = self._named = identity
        return again


class _Asked:
    """One call of MeterPoint.identified."""

    def __init__(self) -> None:
        self.tried = asyncio.Event()
        self.tries = 0
        self.answer: tuple[Reading, Identity] | None = None


class Sampler:
    """Satisfies the supervisor's heartbeat: `beats` goes up with every grid point served."""

    resting = False
    # Goes over the heap shortly before each grid point, so that no meter waits for that in its
    # turn; None where it would take too long.
    collect: "Callable[[], object] | None" = None

    def __init__(self, points: "list[MeterPoint]", clock: "Clock") -> None:
        self._points = list(points)  # those that fail now and then move to the end
        self._clock = clock
        self.beats = 0
        self.held = False  # nobody reads: the bus is somebody else's for a while
        self.sampling = False
        self.missed = 0  # grid points that passed while an earlier one was still being served
        self.late_max_ms = 0
        self.due_ms = 0  # the next grid point; while it is served, that one

    async def run(self) -> None:
        self.due_ms = self._clock.now_ms()  # the grid begins here: the first reading at once
        while True:
            if self.collect:
                await self._clock.sleep_until(self.due_ms - _AHEAD_MS)
                if self.due_ms - self._clock.now_ms() >= _LATEST_MS:
                    self.collect()
            await self._clock.sleep_until(self.due_ms)
            self._note_lateness(self._clock.now_ms() - self.due_ms)
            self.sampling = True
            if not self.held:
                await self._serve()
            self.sampling = False
            self.beats += 1
            grid_ms = self._clock.grid_ms
            passed = (self._clock.now_ms() - self.due_ms) // grid_ms
            self.missed += passed
            self.due_ms += (passed + 1) * grid_ms

    async def _serve(self) -> None:
        """Sample those that answered last time, then those that did not, the longest unasked
        first, until one of them still does not: one dead meter at a grid point makes none late."""
        away = [point for point in self._points if point.faults_in_row]
        here = [point for point in self._points if not point.faults_in_row]
        for point in here:
            await point.sample()
            if point.faults_in_row:
                self._points.remove(point)
                self._points.append(point)
        for point in here:
            point.tell()
        away.sort(key=lambda point: -point.unasked)
        silent = False
        for point in away:
            if silent or not point.due:
                point.pass_over()
            else:
                await point.sample()
                point.tell()
                silent = point.faults_in_row > 0

    def _note_lateness(self, late_ms: int) -> None:
        if late_ms > self.late_max_ms:
            self.late_max_ms = late_ms
