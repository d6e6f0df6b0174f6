"""What of a running session is written for a power cut, and how often; ends no session."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.open_sessions import OpenSessions
    from wattseal.app.recorder import Recorder
    from wattseal.contracts import Clock
    from wattseal.core.ocmf import Head, Identification
    from wattseal.core.session import Session

_KEEP_SAMPLES = const(60)  # between checkpoints: a flapping pilot must not wear out the flash
# Between notes of the register, of which 16 erase one block. In grid points, of which a slow or
# crowded bus samples but some: how old a note may be bounds what a register may have gained.
_NOTE_GRIDS = const(30)
AT_STAKE_GRIDS = const(60)  # a note that is due waits for a sample, and for quiet buses


class Keeping:
    """One connector's. A checkpoint holds the whole session and is written when it changes; a note
    holds the register's newest value, against which the first one after a reset is judged.
    """

    def __init__(
        self, connector: int, open_sessions: "OpenSessions", recorder: "Recorder",
        clock: "Clock",
    ) -> None:  # fmt: skip
        self._connector = connector
        self._open_sessions = open_sessions
        self._recorder = recorder
        self._clock = clock
        recorder.ending = open_sessions.ending
        self._begun_as = 0  # pagination of the session's begin record
        self._keep_in = 0  # samples
        self._noted_ms = 0
        self._unkept = False
        self._noted_wh: int | None = None

    async def begun(
        self, session: "Session", pagination: int, head: "Head", who: "Identification"
    ) -> None:
        """Its begin record is in the journal."""
        self._begun_as, self._head, self._who = pagination, head, who
        self._keep_in, self._noted_ms = 0, self._clock.now_ms()
        self._unkept, self._noted_wh = False, session.newest_wh
        await self._keep(session)

    async def sample(self, session: "Session", changed: bool) -> None:
        """After each sample; `changed`: it has changed the session."""
        self._keep_in -= 1
        self._unkept = self._unkept or changed
        if self._unkept and self._keep_in <= 0:
            await self._keep(session)
            self._unkept, self._keep_in = False, _KEEP_SAMPLES
        elif session.newest_wh != self._noted_wh and self._is_note_due():
            await self._note(session)

    async def ended(self, pagination: int) -> None:
        """Its end record is in the journal."""
        await self._recorder.quiet()
        self._open_sessions.forget(self._connector, pagination)

    async def _keep(self, session: "Session") -> None:
        await self._recorder.quiet()
        self._open_sessions.keep(self._connector, self._begun_as, session, self._head, self._who)

    def _is_note_due(self) -> bool:
        clock = self._clock
        return clock.now_ms() - self._noted_ms >= _NOTE_GRIDS * clock.grid_ms

    async def _note(self, session: "Session") -> None:
        await self._recorder.quiet()
        self._noted_wh, self._noted_ms = session.newest_wh, self._clock.now_ms()
        self._open_sessions.note(self._connector, self._begun_as, self._noted_wh or 0)
