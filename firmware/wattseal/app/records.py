"""A session's two records on their way into the journal: their room, and the wait for it."""

from micropython import const

from wattseal.core import bill
from wattseal.core.journal_frame import JournalFull

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.app.recorder import Recorder
    from wattseal.app.reserve import Reserve
    from wattseal.core.ocmf import Head, Identification
    from wattseal.core.session import Session


class Records:
    """One connector's. `pause()`: returns when a refused write may be tried again."""

    def __init__(
        self, connector: int, recorder: "Recorder", reserve: "Reserve",
        pause: "Callable[[], Awaitable[None]]", log: "Callable[[str], None]",
    ) -> None:  # fmt: skip
        self._connector = connector
        self._recorder = recorder
        self._reserve = reserve
        self._pause = pause
        self._log = log

    async def begin(self, session: "Session", head: "Head", who: "Identification") -> int:
        """Its pagination; 0 when there is no room for the whole session. NotFit, OSError."""
        if not self._reserve.claim(self._connector):
            return 0
        try:
            pagination = await self._recorder.record(session, head, who, bill.BEGIN)
        except JournalFull:  # the medium, before the journal's own limit
            return 0
        self._reserve.begun(self._connector)
        return pagination

    async def end(
        self, session: "Session", head: "Head", who: "Identification", kind: int, reason: str
    ) -> int:
        """A closing record is never given up: it waits for the journal as long as it takes."""
        while True:
            try:
                pagination = await self._recorder.record(session, head, who, kind, reason)
            except JournalFull:
                why = "room in the journal"
            except OSError as fault:
                why = "the journal (%s)" % fault
            else:
                self._reserve.release(self._connector)
                return pagination
            self._log("connector %d: the end record waits for %s" % (self._connector, why))
            await self._pause()
