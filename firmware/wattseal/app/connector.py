"""One connector's life: wait for a car, meter its session, leave one record; touches no hardware.

Straight down the page: start, begin record, contactor, samples, end record. What a session is and
how it may end is core.session's; when a record is durable is the recorder's.
"""

import asyncio

from micropython import const

from wattseal.core import bill
from wattseal.core.journal_frame import JournalFull
from wattseal.core.reading import MeterFault
from wattseal.core.session import Session

_START_SAMPLES = const(10)  # tries to read meter and identity before a start is refused
_LOST_SAMPLES = const(30)  # silent samples after which a running session is marked


class Connector:
    """`config`: id, evse_id ...; `heads`: makes the record's constant part for an Identity;
    `desk`: where the driver's identification becomes a pseudonym; `open_sessions`: checkpoints."""

    def __init__(
        self, config: "object", point: "object", clock: "object", inputs: "object",
        contactor: "object", recorder: "object", heads: "object", desk: "object",
        open_sessions: "object", end_samples: int, log: "object",
    ) -> None:  # fmt: skip
        self.id = config.id
        self.point = point
        self._clock = clock
        self._inputs = inputs
        self._contactor = contactor
        self._recorder = recorder
        self._heads = heads
        self._desk = desk
        self._open_sessions = open_sessions
        self._end_samples = end_samples
        self._log = log
        self._wake = asyncio.Event()
        self.session = None
        self.refused = 0

    async def run(self) -> None:
        self._contactor.open(self.id)
        self._inputs.watch(self.id, self._wake)
        self.point.watchers.append(self._wake)
        await self._close_after_restart()
        while True:
            while not self._may_start():
                await self._changed()
            if await self._begin():
                await self._charge()
                await self._end(self._end_reason())
            while self._inputs.plugged(self.id):
                await self._changed()

    def _may_start(self) -> bool:
        plugged = self._inputs.plugged(self.id)
        return plugged and self._inputs.identification(self.id) is not None

    async def _changed(self) -> None:
        await self._wake.wait()
        self._wake.clear()

    async def _close_after_restart(self) -> None:
        """What a reset left open is ended with the live register, once, before anything else."""
        found = self._open_sessions.find(self.id)
        if found is None:
            return
        self.session, self._head, self._identification = found
        await self._end("P")

    async def _begin(self) -> bool:
        """Read, sign and store; only then may the contactor close. False when refused."""
        presented = self._inputs.identification(self.id)
        try:
            reading, identity = await self.point.identified(_START_SAMPLES)
        except MeterFault as fault:
            return self._refuse("the meter did not answer (%s)" % fault.st)
        if not self._inputs.plugged(self.id):
            return False
        self.session = Session(self._desk.session_id(), self.id, reading)
        self._head = self._heads.head(identity)
        self._identification = self._desk.pseudonym(presented)
        try:
            pagination = await self._record(bill.BEGIN)
        except JournalFull:
            self.session = None
            return self._refuse("the journal is full of records that nobody has acknowledged")
        self._keep()
        self._say("begun", pagination)
        self._contactor.close(self.id)
        return True

    def _refuse(self, why: str) -> bool:
        self.refused += 1
        self._log("connector %d: start refused: %s" % (self.id, why))
        return False

    async def _charge(self) -> None:
        """Follow the session from sample to sample until something ends it."""
        seen = self.point.samples
        while not self._end_reason():
            await self._changed()
            if self.point.samples != seen:
                seen = self.point.samples
                if self._observe():
                    self._keep()

    def _observe(self) -> bool:
        """Show the newest sample to the session; True when that changed it."""
        point = self.point
        if point.faults_in_row == 0:
            requesting = self._inputs.requesting(self.id)
            return bool(
                self.session.observe(point.latest, requesting, self._inputs.offering(self.id))
            )
        if point.faults_in_row < _LOST_SAMPLES:
            return False
        clock = self._clock
        return self.session.meter_lost(clock.now_ms(), clock.utc_ms(), clock.state(), point.fault)

    def _end_reason(self) -> str:
        """The OCMF TX that ends the session now, or "" while it goes on."""
        if not self._inputs.plugged(self.id):
            return "L"
        return self._inputs.stop_request(self.id)

    async def _end(self, tx: str) -> None:
        """Contactor open, then the end reading; one closing record whatever the meter does."""
        self._contactor.open(self.id)
        last = self.point.latest if tx != "P" else None
        reason = ""
        try:
            reading, identity = await self.point.identified(self._end_samples)
            if identity.serial == self._head.ms:
                self.session.end(reading, tx)
            else:
                self.session.end_without_meter(last, tx, "X")
                reason = "meter_changed"
        except MeterFault as fault:
            self.session.end_without_meter(last, tx, fault.st)
            reason = "meter_fault_" + fault.st
        pagination = await self._record_end(bill.NOT_BILLABLE if reason else bill.SESSION, reason)
        self._open_sessions.forget(self.id)
        self._say("ended (%s)" % tx, pagination)
        self.session = None

    async def _record_end(self, kind: int, reason: str) -> int:
        """A closing record is never given up: it waits for room as long as it takes."""
        while True:
            try:
                return await self._record(kind, reason)
            except JournalFull:
                await self._changed()

    async def _record(self, kind: int, reason: str = "") -> int:
        return await self._recorder.record(
            self.session, self._head, self._identification, kind, reason
        )

    def _say(self, what: str, pagination: int) -> None:
        session_id = self.session.session_id
        self._log("connector %d: session %s %s, T%d" % (self.id, session_id, what, pagination))

    def _keep(self) -> None:
        self._open_sessions.keep(self.id, self.session)
