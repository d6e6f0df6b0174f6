"""Samples every meter of one bus on a fixed grid; decides when to read, never what it means.

The sampler is the bus's only user, so nothing else can make a sample late: who needs a reading
with the meter's identity asks a MeterPoint for it and gets the next one on the grid.
"""

import asyncio

from wattseal.core.reading import MeterFault


class MeterPoint:
    """One meter, its newest reading, and who waits for it.

    `latest` keeps the reading with the time it was taken; a fault leaves it as it is and counts up
    `faults_in_row`, so that nobody takes an old value for a new one.
    """

    def __init__(self, meter: "object") -> None:
        self.meter = meter
        self.latest = None
        self.samples = 0  # attempts; goes up with every sample, good or not
        self.faults_in_row = 0
        self.fault = ""  # OCMF ST of the newest fault, "" after a good reading
        self.watchers = []  # asyncio.Events set after every sample
        self._wanted = False
        self._identified = None

    async def identified(self, samples: int) -> tuple:
        """(Reading, Identity), both taken after this call, in `samples` tries. MeterFault."""
        self._identified = None
        self._wanted = True
        last = self.samples + samples
        arrived = asyncio.Event()
        self.watchers.append(arrived)
        try:
            while self._identified is None:
                if self.samples >= last:
                    raise MeterFault(self.fault or "T")
                arrived.clear()
                await arrived.wait()
            return self._identified
        finally:
            self._wanted = False
            self.watchers.remove(arrived)

    async def sample(self) -> None:
        """Read once. The identity comes after the reading, so that the reading is on time."""
        wanted = self._wanted
        try:
            reading = await self.meter.read()
            if wanted:
                self._identified = (reading, await self.meter.identify())
            self.latest = reading
            self.faults_in_row = 0
            self.fault = ""
        except MeterFault as fault:
            self.faults_in_row += 1
            self.fault = fault.st
        self.samples += 1
        for watcher in self.watchers:
            watcher.set()


class Sampler:
    """Satisfies the supervisor's heartbeat: `beats` goes up with every grid point served."""

    def __init__(self, points: list, clock: "object") -> None:
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
