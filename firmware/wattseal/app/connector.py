"""One connector's life: wait for a car, meter its session, leave one record; touches no hardware.

Straight down the page: start, begin record, contactor, samples, end record. What a session is and
how it may end is core.session's; when a record is durable is the recorder's; what the driver asks
for is app.demand's.
"""

from micropython import const

from wattseal.app.demand import Demand
from wattseal.app.keeping import AT_STAKE_GRIDS, Keeping
from wattseal.app.recorder import NotFit
from wattseal.app.register import Register
from wattseal.core import bill, gate
from wattseal.core.ecdsa import KeyFault
from wattseal.core.journal_frame import JournalFull
from wattseal.core.ocmf import OcmfError
from wattseal.core.reading import MeterFault
from wattseal.core.session import Session

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal import contracts
    from wattseal.app.identity import Desk, Heads
    from wattseal.app.open_sessions import OpenSessions
    from wattseal.app.recorder import Recorder
    from wattseal.app.reserve import Reserve
    from wattseal.app.sampler import MeterPoint
    from wattseal.core import settings as configuration
    from wattseal.core.idle import IdleDetector

_START_SAMPLES = const(10)  # tries to read meter and identity before a start is refused
_LOST_SAMPLES = const(30)  # silent samples after which a running session is marked
_RETRY_SAMPLES = const(30)  # before what was refused is tried again
_FULL = "the journal is full of records nobody has acknowledged"


class Connector:
    """`config`: id, evse_id ...; `heads`: makes the record's constant part for an Identity;
    `desk`: where the driver's identification becomes a pseudonym; `reserve`: the recorder's."""

    def __init__(
        self, config: "configuration.Connector", point: "MeterPoint", clock: "contracts.Clock",
        inputs: "contracts.Inputs", contactor: "contracts.Contactor", recorder: "Recorder",
        heads: "Heads", desk: "Desk", open_sessions: "OpenSessions", reserve: "Reserve",
        end_samples: int, log: "Callable[[str], None]",
    ) -> None:  # fmt: skip
        self.id, self.point, self._config = config.id, point, config
        self._clock, self._recorder, self._log, self._inputs = clock, recorder, log, inputs
        self.heart = self._demand = Demand(inputs, config.id)
        self._heads, self.desk, self._open_sessions = heads, desk, open_sessions
        self._reserve, self._end_samples, self._contactor = reserve, end_samples, contactor
        self.session: Session | None = None
        self.new_session: Callable[..., Session] = Session
        self.free = False  # a car is charged without a record
        # Nothing is open, and nobody asks for a start; one was refused, and is tried again later.
        self.idle = self.resting = False
        self._keeping = Keeping(config.id, open_sessions, recorder, clock)
        self._register = Register(point, heads)
        self.refused, self.refusal = 0, ""  # so often; why the start that is asked for is now

    async def run(self) -> None:
        self._contactor.open(self.id)
        self._demand.watch(self.point)
        await self._close_after_restart()
        from wattseal.core.idle import IdleDetector  # imported late: the first sample was due

        while True:
            session = await self._begin()
            if session:
                await self._charge(session, IdleDetector(self._config))
                await self._end(session, self._end_reason())
                await self._demand.unplugged()

    async def _close_after_restart(self) -> None:
        """End what a reset left open with the live register, once, before anything else.

        To find it takes a small board long: the meter's first sample comes before, on time."""
        while not self.point.samples:
            await self._demand.changed()
        found = await self._open_sessions.find(self.id, self._recorder.quiet)
        if found:
            self.session, self._head, self._identification = found
            self._register.resume(self._head, AT_STAKE_GRIDS * self._clock.grid_ms)
            await self._end(found[0], "P")
        self._reserve.promise(self.id, 0)
        self._open_sessions.done()

    async def _begin(self) -> "Session | None":
        """Read, sign and store; only then may the contactor close. None when nothing was begun.

        Whoever leaves while the record is being written has a session, with no energy in it.
        """
        self.idle = True
        presented = await self._demand.start()  # and forgotten with this frame
        self.idle = False
        session_id = self.desk.session_id()
        try:
            who, capsule = await self.desk.identify(presented, session_id)
            reading, identity = await self.point.identified(_START_SAMPLES)
            head = self._heads.head(identity)
            self._register.begin(head)
            if not self._demand.still(presented):
                self.refusal = ""
                return None
            session = self.new_session(session_id, self.id, reading)
            pagination = await self._recorder.record(session, head, who, bill.BEGIN, "", capsule)
        except MeterFault as fault:
            return await self._refuse("the meter did not answer (%s)" % fault.st)
        except (NotFit, OcmfError, KeyFault) as finding:
            return await self._refuse("its record would not be fit for billing (%s)" % finding)
        except JournalFull:
            if self._reserve.free:
                return await self._charge_free()
            return await self._refuse(_FULL)
        except OSError as fault:
            return await self._refuse("the journal cannot be written (%s)" % fault)
        self.session, self._head, self._identification, self.refusal = session, head, who, ""
        self.desk.begun()
        await self._keeping.begun(session, pagination, head, who)
        self._say(session, "begun", pagination)
        if not self._end_reason():
            self._contactor.close(self.id)
        return session

    async def _charge_free(self) -> None:
        """No room to the end of a session: nothing is overwritten, and nobody is billed."""
        from wattseal.app.free_session import FreeSession  # imported late: it is a rare case

        self._reserve.free_sessions += 1
        free = FreeSession(self._config, self.point, self._inputs, self._demand, self._contactor)
        self.session, self.free, self.refusal = free.session, True, ""
        self._log("connector %d: charged free, without a record: %s" % (self.id, _FULL))
        await free.run()
        self.session, self.free = None, False

    async def _refuse(self, why: str) -> None:
        """Say why, and leave time for it to pass; another try follows while the car stays."""
        self.refused, self.refusal, self.resting = self.refused + 1, why, True
        self._log("connector %d: start refused: %s" % (self.id, why))
        until = self.point.samples + _RETRY_SAMPLES
        while self.point.samples < until and not self._demand.drawn:
            await self._demand.changed()
        self.resting = False
        if self._demand.drawn:
            self.refusal = ""

    async def _charge(self, session: Session, idle: "IdleDetector") -> None:
        """Follow the session from sample to sample until something ends it."""
        self.point.needed = True
        seen = self.point.samples
        while not self._end_reason():
            await self._demand.changed()
            if self.point.samples != seen:
                seen = self.point.samples
                await self._keeping.sample(session, self._observe(session, idle))
        self.point.needed = False

    def _observe(self, session: Session, idle: "IdleDetector") -> bool:
        """Show the newest sample to the session; True when that changed it."""
        point = self.point
        reading, identity = point.latest, point.identity
        if point.faults_in_row == 0 and reading and identity:
            if self._register.breaks(session, reading, identity):
                return False
            return session.observe(reading, idle.state(reading, self._inputs.offering(self.id)))
        if point.faults_in_row < _LOST_SAMPLES:
            return False
        clock = self._clock
        return session.meter_lost(clock.now_ms(), clock.utc_ms(), clock.state(), point.fault)

    def _end_reason(self) -> str:
        """The OCMF TX that ends the session now, or "" while it goes on."""
        return "A" if self._register.broken else self._demand.end()

    async def _end(self, session: Session, tx: str) -> None:
        """Contactor open, then the end reading; one closing record whatever the meter does."""
        self._contactor.open(self.id)
        reason = ""
        try:
            reading, identity = await self.point.identified(self._end_samples)
            broken = self._register.breaks(session, reading, identity)
            if broken:
                session.end_without_meter(tx, gate.status(broken))
                reason = "meter_" + broken
            else:
                session.end(reading, tx)
        except MeterFault as fault:
            session.end_without_meter(tx, fault.st)
            reason = "meter_fault_" + fault.st
        kind = bill.NOT_BILLABLE if reason else bill.SESSION
        pagination = await self._record_end(session, kind, reason)
        await self._keeping.ended(pagination)
        self._say(session, "ended (%s)" % tx, pagination)
        self.session = None

    async def _record_end(self, session: Session, kind: int, reason: str) -> int:
        """A closing record is never given up: it waits for the journal as long as it takes."""
        while True:
            try:
                return await self._recorder.record(
                    session, self._head, self._identification, kind, reason
                )
            except JournalFull:
                why = "room in the journal"
            except (OSError, KeyFault) as fault:
                why = "a journal and a key that work (%s)" % fault
            self._log("connector %d: the end record waits for %s" % (self.id, why))
            await self._pause()

    async def _pause(self) -> None:
        until = self.point.samples + _RETRY_SAMPLES
        while self.point.samples < until:
            await self._demand.changed()

    def _say(self, session: Session, what: str, pagination: int) -> None:
        told = (self.id, session.session_id, what, pagination)
        self._log("connector %d: session %s %s, T%d" % told)
