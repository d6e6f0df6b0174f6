"""Which session is open on a connector, across a restart; stores nothing but checkpoints.

The journal's begin record without an end record is the truth that a session is open. A checkpoint
adds what happened since (pauses, errors), and speaks for a begin record that made way for newer
ones or cannot be read; without a checkpoint the begin record has to do.
"""

import asyncio
import json
import struct

from micropython import const

from wattseal import late
from wattseal.core import bill, ocmf
from wattseal.core.session import Session, SessionError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable

    from wattseal.contracts import Checkpoints, History

    Open = tuple[Session, ocmf.Head, ocmf.Identification]

# What takes place of a record or a checkpoint may hold anything: it must not stop the boot.
_ODD = (
    ValueError, KeyError, TypeError, IndexError, AttributeError, ocmf.OcmfError, SessionError,
)  # fmt: skip
_HEAD = ("gi", "gs", "gv", "mv", "mm", "ms", "mf", "ct", "ci", "model_hash", "current")
_NOTE = "<IQ"  # pagination of the begin record, Wh
_WHO = ("present", "level", "flags", "id_type", "data")


class OpenSessions:
    """Keeps two integers for each connector that the journal knows. `calm()`: as for late.load."""

    def __init__(
        self, journal: "History", checkpoints: "Checkpoints", calm: "Callable[[], Awaitable[None]]"
    ) -> None:
        self._journal = journal
        self._checkpoints = checkpoints
        self._calm = calm
        self._begun: dict[
            int, int
        ] = {}  # connector -> pagination of a begin record without an end record
        self._ended: dict[int, int] = {}  # connector -> pagination of the newest end record
        self.unkept = 0  # checkpoints that the medium refused
        self.unreadable = 0  # sessions that nothing is left of but the fact that they began

    def scan(self, feed: "Callable[[], None]") -> None:
        """Go through the journal once at boot. `feed`: as scan_all has it."""
        self._journal.scan_all(self._take, feed)

    async def find(self, connector: int) -> "Open | None":
        """(session, head, identification) of the session left open on `connector`, or None.

        Gives way after each part: all of it takes a small board a third of a second."""
        pagination, found = await self._find(connector)
        if found:
            found[0].noted(self._noted(connector, pagination))
        return found

    async def _find(self, connector: int) -> "tuple[int, Open | None]":
        """With the pagination of its begin record."""
        pagination = self._begun.pop(connector, 0)
        begun = await self._from_begin(connector, pagination)
        await asyncio.sleep(0)
        kept_as, kept = await self._kept(connector)
        if not pagination:
            if kept_as > self._ended.get(connector, 0):
                return kept_as, kept
            if kept_as:  # the reset came between the end record and `forget`
                self.forget(connector)
            return 0, None
        if kept and kept_as == pagination and (begun is None or _same(begun, kept)):
            return pagination, kept
        if begun is None:
            self.unreadable += 1
        return pagination, begun

    def keep(
        self, connector: int, pagination: int, session: Session, head: ocmf.Head,
        who: ocmf.Identification,
    ) -> None:  # fmt: skip
        """`pagination`: of the begin record. A medium that refuses does not stop the metering."""
        kept = [pagination, session.snapshot(), _fields(head, _HEAD), _fields(who, _WHO)]
        try:
            self._checkpoints.save(_name(connector), json.dumps(kept).encode())
        except (OSError, ValueError):
            self.unkept += 1

    def note(self, connector: int, pagination: int, wh: int) -> None:
        """How far the register has come: small, so that it can be written often."""
        try:
            self._checkpoints.save(_note_name(connector), struct.pack(_NOTE, pagination, wh))
        except OSError:
            self.unkept += 1

    def forget(self, connector: int) -> None:
        """The session has its end record; a checkpoint that stays behind it counts no more."""
        try:
            self._checkpoints.remove(_name(connector))
        except OSError:
            self.unkept += 1

    def _take(self, kind: int, sequence: int, payload: "bytes | memoryview") -> None:
        connector = bill.connector_of(payload)
        if kind == bill.BEGIN:
            self._begun[connector] = sequence
        elif kind in (bill.SESSION, bill.NOT_BILLABLE):
            self._begun.pop(connector, None)
            self._ended[connector] = sequence

    async def _from_begin(self, connector: int, pagination: int) -> "Open | None":
        frame = self._journal.read(pagination) if pagination else None
        if frame is None:
            return None
        await asyncio.sleep(0)
        try:
            record = json.loads(frame[1])
            await asyncio.sleep(0)
            payload = json.loads(ocmf.split(record["ocmf"])[0])
            head, who = ocmf.constants(payload)
            begin = _Begin(payload["RD"][0])
            session = Session(record["session"], connector, begin)
            session.tariff_text = payload.get("TT", "")
            return await _provable(session, head, who)
        except _ODD:
            return None

    async def _kept(self, connector: int) -> "tuple[int, Open | None]":
        """(pagination of the begin record, what `find` returns), (0, None) for no checkpoint."""
        try:
            blob = self._checkpoints.load(_name(connector))
            if blob is None:
                return 0, None
            await late.load(self._calm, "wattseal.core.resuming")
            from wattseal.core.resuming import resume  # imported late: after a power cut alone

            late.drop("wattseal.core.resuming")
            await asyncio.sleep(0)
            pagination, snapshot, head, who = json.loads(blob)
            session = resume(snapshot)
            found = await _provable(session, ocmf.Head(*head), ocmf.Identification(*who))
            return (pagination, found) if isinstance(pagination, int) else (0, None)
        except _ODD:
            return 0, None
        except OSError:
            return 0, None

    def _noted(self, connector: int, pagination: int) -> int:
        """Wh, 0 where nothing was noted of this session."""
        try:
            blob = self._checkpoints.load(_note_name(connector))
        except OSError:
            return 0
        if blob is None or len(blob) != struct.calcsize(_NOTE):
            return 0
        of, wh = struct.unpack(_NOTE, blob)
        return wh if of == pagination else 0


class _Begin:
    """The begin reading as the begin record has it."""

    def __init__(self, first: "dict[str, Any]") -> None:
        self.utc_ms, self.time_state = ocmf.parse_time(first["TM"])
        self.energy_wh = first["RV"]
        self.at_ms = None


async def _provable(session: Session, head: ocmf.Head, who: ocmf.Identification) -> "Open":
    """The three, if a record can be written of them; one of _ODD if not."""
    if not isinstance(session.begin_wh, int) or not isinstance(session.session_id, str):
        raise TypeError
    extras = [("UM", head.model_hash), ("XS", session.segments), ("session", session.session_id)]
    extras.append(("TT", session.tariff_text))
    for _ in ocmf.pieces(head, 1, who, session.entries, extras):
        await asyncio.sleep(0)
    return session, head, who


def _same(begun: "Open", kept: "Open") -> bool:
    return begun[0].session_id == kept[0].session_id


def _fields(of: object, names: "tuple[str, ...]") -> "list[Any]":
    return [getattr(of, name) for name in names]


def _name(connector: int) -> str:
    return "session%d" % connector


def _note_name(connector: int) -> str:
    return "newest%d" % connector
