"""Which session a restart has left open on a connector; stores no record.

Imported late, and dropped: only a boot needs it.

The journal's begin record without an end record is the truth that a session is open. A checkpoint
adds what happened since (pauses, errors), and speaks for a begin record that made way for newer
ones or cannot be read; without a checkpoint the begin record has to do.

An end record that has rotted must not make its session look open: a second one would be billed. So
its number is noted before it is appended; one that is spent (below the journal's next) was stored:
    cut after the note      the number is free: open, and ends under it
    end record rotten       spent: ended, and the journal tells that a record is lost
    note rotten, refused    the end record says so, and the boot notes it again
    end record aged out     the checkpoint is older than the number: ended
    append failed           another's record may get the number, and can be read: open
A note behind the record would leave, after a cut in between, an end that one bit can undo.
"""

import json

from micropython import const

from wattseal import late
from wattseal.app.open_sessions import name
from wattseal.core import bill, ocmf
from wattseal.core.session import Session, SessionError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable

    from wattseal.app.open_sessions import OpenSessions
    from wattseal.contracts import Checkpoints, History

    Open = tuple[Session, ocmf.Head, ocmf.Identification]

# What takes place of a record or a checkpoint may hold anything: it must not stop the boot.
_ODD = (
    OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, ocmf.OcmfError,
    SessionError,
)  # fmt: skip


class LeftOpen:
    """Keeps two paginations for each connector that there is. `notes`: who writes and reads them;
    `calm()`: as for late.load."""

    def __init__(
        self, notes: "OpenSessions", journal: "History", checkpoints: "Checkpoints",
        calm: "Callable[[], Awaitable[None]]",
    ) -> None:  # fmt: skip
        self._notes = notes
        self._journal = journal
        self._checkpoints = checkpoints
        self._calm = calm
        self._begun = notes.begun  # of a begin record without an end record
        self._ended: dict[int, int] = {}  # of the newest end record
        self._noted: dict[int, int] = {}  # of end records; -1: the scan has found that number
        self._next = journal.next  # at the boot

    def scan(self, feed: "Callable[[], None]", connectors: "list[int]") -> "list[int]":
        """As OpenSessions.scan."""
        self._noted = {number: self._notes.noted(number)[2] for number in connectors}
        self._journal.scan_all(self._take, feed)
        self._begun.pop(0, None)  # a record that is nobody's
        return [number for number in self._begun if number not in connectors]

    async def find(self, connector: int, quiet: "Callable[[], Awaitable[None]]") -> "Open | None":
        """(session, head, identification) of the session left open on `connector`, or None.

        Gives way after each part: all of it takes a small board a third of a second."""
        begun_as = self._begun.get(connector, 0)
        begun = await self._from_begin(connector, begun_as)
        await self._calm()
        kept_as, kept = await self._kept(connector, self._notes.patient and begun is not None)
        noted, wh, ending = self._notes.noted(connector)
        newest = max(begun_as, kept_as)
        if 0 < newest < noted < self._next:
            newest = noted  # it began when those before had ended
        elif not newest and self._is_last(connector, noted) and not noted < ending < self._next:
            self._notes.unreadable += 1  # begin record and checkpoint are gone
        if await self._has_ended(connector, newest, kept_as, ending, quiet):
            return None
        found = begun if begun_as == newest else None
        if kept and kept_as == newest:
            found = kept if not found or found[0].session_id == kept[0].session_id else found
        if found is None:
            self._notes.unreadable += 1
        else:
            found[0].noted(wh if noted == newest else 0)
        return found

    async def _has_ended(
        self, connector: int, newest: int, kept_as: int, ending: int,
        quiet: "Callable[[], Awaitable[None]]",
    ) -> bool:  # fmt: skip
        ended = self._ended.get(connector, 0)
        if ended < ending < self._next and self._has_rotted(connector, ending):
            ended = ending
        if newest > ended:
            return False
        if kept_as or ending != ended:  # a reset or the medium stopped it the last time
            await quiet()
            self._notes.forget(connector, ended)
        return True

    def _has_rotted(self, connector: int, ending: int) -> bool:
        """The end record that was noted; not a number that another's record has got."""
        if self._noted.get(connector) == -1:
            return False
        found = self._read(ending)
        return found is None or bill.connector_of(found[1]) == connector

    def _is_last(self, connector: int, begun_as: int) -> bool:
        """A session that is known by its note alone began behind all that have ended."""
        return self._ended.get(connector, 0) < begun_as < self._next

    def _take(self, kind: int, sequence: int, payload: "bytes | memoryview") -> None:
        connector = bill.connector_of(payload)
        for number, ending in self._noted.items():
            if ending == sequence:
                self._noted[number] = -1  # whoever's it is
        if kind == bill.BEGIN:
            self._begun[connector] = sequence
        elif kind in (bill.SESSION, bill.NOT_BILLABLE):
            self._begun.pop(connector, None)
            self._ended[connector] = sequence

    def _read(self, pagination: int) -> "tuple[int, bytes] | None":
        try:
            return self._journal.read(pagination) if pagination else None
        except OSError:
            return None  # nobody waits for it here: it goes as if it had rotted

    async def _from_begin(self, connector: int, pagination: int) -> "Open | None":
        _, text = self._read(pagination) or (0, b"")
        await self._calm()
        try:
            record = json.loads(text)
            await self._calm()
            payload = json.loads(ocmf.split(record["ocmf"])[0])
            head, who = ocmf.constants(payload)
            begin = _Begin(payload["RD"][0])
            session = Session(record["session"], connector, begin)
            session.tariff_text = payload.get("TT", "")
            return await _provable(session, head, who, self._calm)
        except _ODD:
            return None

    async def _kept(self, connector: int, or_not: bool) -> "tuple[int, Open | None]":
        """(pagination of the begin record, what `find` returns), (0, None) for no checkpoint.
        `or_not`: for none that does not load either."""
        try:
            blob = self._checkpoints.load(name(connector))
            if blob is None:
                return 0, None
            await late.load(self._calm, "wattseal.core.resuming")
            from wattseal.core.resuming import resume  # imported late: after a power cut alone

            late.drop("wattseal.core.resuming")
            await self._calm()
            pagination, snapshot, head, who = json.loads(blob)
            session = resume(snapshot)
            who = ocmf.Identification(*who)
            found = await _provable(session, ocmf.Head(*head), who, self._calm)
            return (pagination, found) if isinstance(pagination, int) else (0, None)
        except _ODD:
            return 0, None
        except (ImportError, MemoryError):
            if not or_not:
                raise
            return 0, None  # some starts have failed at it: the begin record has to do


class _Begin:
    """The begin reading as the begin record has it."""

    def __init__(self, first: "dict[str, Any]") -> None:
        self.utc_ms, self.time_state = ocmf.parse_time(first["TM"])
        self.energy_wh = first["RV"]
        self.at_ms = None


async def _provable(
    session: Session, head: ocmf.Head, who: ocmf.Identification,
    calm: "Callable[[], Awaitable[None]]",
) -> "Open":  # fmt: skip
    """The three, if a record can be written of them; one of _ODD if not."""
    if not isinstance(session.begin_wh, int) or not isinstance(session.session_id, str):
        raise TypeError
    extras = [("UM", head.model_hash), ("XS", session.segments), ("session", session.session_id)]
    extras.append(("TT", session.tariff_text))
    for _ in ocmf.pieces(head, 1, who, session.entries, extras):
        await calm()
    return session, head, who
