"""Keeps what of the open sessions a power cut must not take; stores nothing but checkpoints.

A checkpoint holds a whole session, a note how far its register has come and under which number its
end record goes. What a restart makes of them is in wattseal.app.left_open.
"""

import asyncio
import json
import struct

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Awaitable, Callable

    from wattseal.app.left_open import LeftOpen, Open
    from wattseal.contracts import Checkpoints, History
    from wattseal.core import ocmf
    from wattseal.core.session import Session

_SETTLED_S = const(20)
_HEAD = ("gi", "gs", "gv", "mv", "mm", "ms", "mf", "ct", "ci", "model_hash", "current")
_NOTE = "<IQI"  # pagination of the begin record, Wh, pagination that an end record was to get
_WHO = ("present", "level", "flags", "id_type", "data")


class OpenSessions:
    """`calm()`: as for late.load."""

    def __init__(
        self, journal: "History", checkpoints: "Checkpoints", calm: "Callable[[], Awaitable[None]]"
    ) -> None:
        self._journal = journal
        self._checkpoints = checkpoints
        self._calm = calm
        self._left: LeftOpen | None = None
        self.begun: dict[int, int] = {}  # connector -> begin record of what is open there
        self.patient = False  # a reset does not help: what fails does without
        self._asking = 0  # connectors that have not asked yet what was left open
        self._all_asked = asyncio.Event()
        self._closing = 0  # connectors that may have a session of before
        self._all_closed = asyncio.Event()
        self.unkept = 0  # checkpoints that the medium refused
        self.unreadable = 0  # sessions that nothing is left of but the fact that they began

    def scan(self, feed: "Callable[[], None]", connectors: "list[int]") -> "list[int]":
        """Go through the journal once at boot. `feed`: as scan_all has it; `connectors`: who will
        ask what was left open. Returns others of whom something was: each is to ask too."""
        from wattseal.app.left_open import LeftOpen  # imported late, and dropped with the last

        self._left = LeftOpen(self, self._journal, self._checkpoints, self._calm)
        others = self._left.scan(feed, connectors)
        self._journal.stays = self.oldest
        self._asking = self._closing = len(connectors) + len(others)
        return others

    async def find(self, connector: int, quiet: "Callable[[], Awaitable[None]]") -> "Open | None":
        """As LeftOpen.find, once the last has asked: the heap that this takes is what records
        need. Each connector asks once."""
        try:
            found = await self._left.find(connector, quiet) if self._left else None
        finally:  # a removed one that fails keeps nobody waiting
            self._asking -= 1
            if self._asking <= 0:
                self._left = None
                late.drop("wattseal.app.left_open")
                self._all_asked.set()
        if not found:
            self.begun.pop(connector, None)
        await self._all_asked.wait()
        return found

    def done(self) -> None:
        """Each connector says so once: nothing of before is open there."""
        self._closing -= 1
        if self._closing <= 0:
            self._all_closed.set()

    async def ready(self, patience_s: float = _SETTLED_S) -> None:
        """Returns once the last connector has asked, or after so long: what a closing record
        waits for may start."""
        await _in_time(self._all_asked, patience_s)

    async def settled(self, patience_s: float = _SETTLED_S) -> None:
        """Returns once the last connector has closed what was open, or after so long: what else
        starts needs the same heap on a small board."""
        await _in_time(self._all_closed, patience_s)

    def keep(
        self, connector: int, pagination: int, session: "Session", head: "ocmf.Head",
        who: "ocmf.Identification",
    ) -> None:  # fmt: skip
        """`pagination`: of the begin record. A medium that refuses does not stop the metering."""
        self.begun[connector] = pagination
        kept = [pagination, session.snapshot(), _fields(head, _HEAD), _fields(who, _WHO)]
        try:
            self._checkpoints.save(name(connector), json.dumps(kept).encode())
        except (OSError, ValueError):
            self.unkept += 1

    def note(self, connector: int, pagination: int, wh: int, ending: int = 0) -> None:
        """How far the register has come: small, so that it can be written often."""
        note = struct.pack(_NOTE, pagination, wh, ending)
        try:
            self._checkpoints.save(_note_name(connector), note)
        except OSError:
            self.unkept += 1

    def ending(self, connector: int, pagination: int) -> None:
        """The next to be appended is the end record."""
        begun_as, wh, known = self.noted(connector)
        if known != pagination:
            self.note(connector, begun_as, wh, pagination)

    def forget(self, connector: int, pagination: int) -> None:
        """The session has its end record; a checkpoint that stays behind it counts no more."""
        self.begun.pop(connector, None)
        self.ending(connector, pagination)  # once more, if the medium refused
        try:
            self._checkpoints.remove(name(connector))
        except OSError:
            self.unkept += 1

    def oldest(self) -> int:
        """The first begin record of what is open: its checkpoint's two copies may be in one block,
        and go with that."""
        return min(self.begun.values(), default=1 << 32)

    def noted(self, connector: int) -> "tuple[int, int, int]":
        """As in _NOTE; zeros where nothing was noted."""
        try:
            blob = self._checkpoints.load(_note_name(connector))
        except OSError:
            blob = None
        return struct.unpack_from(_NOTE, (blob or b"") + bytes(struct.calcsize(_NOTE)))


async def _in_time(event: asyncio.Event, patience_s: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), patience_s)
    except asyncio.TimeoutError:
        pass


def _fields(of: object, names: "tuple[str, ...]") -> "list[Any]":
    return [getattr(of, field) for field in names]


def name(connector: int) -> str:
    return "session%d" % connector


def _note_name(connector: int) -> str:
    return "newest%d" % connector
