"""Samples every meter of one bus on a fixed grid; decides when to read, never what it means.

The sampler is the bus's only user, so nothing else can make a sample late: who needs a reading
with the meter's identity asks a MeterPoint for it and gets the next one on the grid.
"""

import asyncio

from micropython import const

from wattseal.core import gate
from wattseal.core.reading import MeterFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Clock, Meter, Watcher
    from wattseal.core.gate import Gate
    from wattseal.core.reading import Identity, Reading


class MeterPoint:
    """One meter, its newest reading, and who waits for it.

    `latest` keeps the reading with the time it was taken; a fault leaves it as it is and counts up
    `faults_in_row`, so that nobody takes an old value for a new one. After a fault the meter must
    say again who it is: with `faults_in_row` 0 `latest` is of the meter that `identity` names.

    A reading that cannot follow on the one before it is read again and has a cause (core.gate).
    Unless that was a glitch, nothing can be booked across it: `breaks` goes up.
    """

    def __init__(self, meter: "Meter", judge: "Gate") -> None:
        self.meter = meter
        self._judge = judge
        self._named: Identity | None = None  # the newest, kept over faults
        self.breaks = 0
        self.broken = ""  # the cause of the newest break
        self.doubted: dict[str, int] = {}  # how often, by cause
        self.latest: Reading | None = None
        # None from a fault until the meter has identified itself again
        self.identity: Identity | None = None
        self.samples = 0  # attempts; goes up with every sample, good or not
        self.faults_in_row = 0
        self.fault = ""  # OCMF ST of the newest fault, "" after a good reading
        self.watchers: list[Watcher] = []  # set after every sample
        self._asked: _Asked | None = None  # who waits in `identified`

    async def identified(self, samples: int) -> "tuple[Reading, Identity]":
        """(Reading, Identity), both taken after this call, in `samples` tries. MeterFault.

        One at a time may wait.
        """
        asked = self._asked = _Asked()
        try:
            while asked.answer is None:
                if asked.tries >= samples:
                    raise MeterFault(self.fault)
                asked.tried.clear()
                await asked.tried.wait()
            return asked.answer
        finally:
            self._asked = None

    async def sample(self) -> None:
        """Read once. The identity comes after the reading, so that the reading is on time."""
        asked = self._asked  # who asks later is served by the next sample
        try:
            reading = await self.meter.read()
            if self.latest and not self._judge.passes(self.latest, reading):
                reading = await self._settle(self.latest, reading)
            self.latest = reading
            if asked or self.identity is None:
                self.identity = self._named = await self.meter.identify()
            if asked:
                asked.answer = (reading, self.identity)
            self.faults_in_row = 0
            self.fault = ""
        except MeterFault as fault:
            self.faults_in_row += 1
            self.fault = fault.st
            self.identity = None
        self.samples += 1
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
        cause = self._judge.cause(before, doubted, again, same_meter)
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

    def __init__(self, points: "list[MeterPoint]", clock: "Clock") -> None:
        self._points = points
        self._clock = clock
        self.beats = 0
        self.missed = 0  # grid points that passed while an earlier one was still being served
        self.late_max_ms = 0

    async def run(self) -> None:
        grid_ms = self._clock.grid_ms
        due_ms = self._clock.now_ms() // grid_ms * grid_ms + grid_ms
        while True:
            await self._clock.sleep_until(due_ms)
            self._note_lateness(self._clock.now_ms() - due_ms)
            for point in self._points:
                await point.sample()
            self.beats += 1
            grid_ms = self._clock.grid_ms
            passed = (self._clock.now_ms() - due_ms) // grid_ms
            self.missed += passed
            due_ms += (passed + 1) * grid_ms

    def _note_lateness(self, late_ms: int) -> None:
        if late_ms > self.late_max_ms:
            self.late_max_ms = late_ms
