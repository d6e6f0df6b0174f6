"""Keeps the keys of sealed identifications, says whose they are, destroys them; judges no age.

What `report` says is for a person at the console's highest level, never for MQTT or a log. When a
key goes by itself, app.key_retention decides.
"""

import asyncio
import json
from binascii import a2b_base64, hexlify, unhexlify

from micropython import const

from wattseal import late
from wattseal.core.ecdsa import KeyFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Iterable, Iterator, Protocol

    from wattseal.contracts import Audit, Clock, Journal
    from wattseal.core.sealing import MakeAes

    class Slot(Protocol):
        """drivers.key_slots.Slot."""

        key: bytes
        label: bytes
        number: int
        began_s: int
        acked_s: int

    class Slots(Protocol):
        """drivers.key_slots.KeySlots. All raise OSError."""

        counts: "dict[str, int]"

        @property
        def crowded(self) -> bool: ...
        @property
        def free(self) -> int: ...
        def put(self, key: bytes, label: bytes, number: int, began_s: int = 0) -> int: ...
        def get(self, slot: int) -> "Slot | None": ...
        def live(self) -> "list[int]": ...
        def find(self, label: bytes) -> int: ...
        def note_steps(self, slot: int, at: int, utc_s: int) -> "Iterable[None]": ...
        def erase_steps(self, slot: int) -> "Iterable[None]": ...
        def move_steps(self) -> "Iterable[None]": ...

    Quiet = Callable[[], Awaitable[None]]

_CONSOLE_LEVEL = const(3)
_LOOK_AHEAD = const(16)  # records of others between a key and its begin record
_NONE = "refused: there is no key of such a session here"
_FAILED = "refused: the flash failed; ask again, and restart the device if it stays so"
_PERSON = "person"


class PrivacyOffice:
    """`audit()`: who takes down what was done, or None; `quiet()`: the recorder's. `turn`: whoever
    changes the slots holds it, for some changes take several steps."""

    def __init__(
        self, slots: "Slots", journal: "Journal", clock: "Clock", device_id: str, aes: "MakeAes",
        audit: "Callable[[], Audit | None]", quiet: "Quiet",
    ) -> None:  # fmt: skip
        self._slots, self._journal, self._clock = slots, journal, clock
        self._device_id, self._aes = device_id, aes
        self._audit, self._quiet = audit, quiet
        self.turn = asyncio.Lock()
        self.acknowledged: set[bytes] = set()  # labels, as far as this life has seen it
        self.counts = slots.counts
        self.counts.update({"key_slots_full": 0, "key_erasures_failed": 0})

    def words(self) -> "dict[str, tuple[int, Callable[[list[str]], str | Awaitable[str]]]]":
        """For the console: its level, and what answers. A session is the last word, a person is
        app.person_sessions' to understand."""
        return {"report": (_CONSOLE_LEVEL, self.report), "erase": (_CONSOLE_LEVEL, self.erase)}

    async def keep(self, key: bytes, session_id: str) -> None:
        """Durable when it returns. KeyFault: all slots are in use; OSError."""
        slots, clock = self._slots, self._clock
        async with self.turn:
            await self._quiet()
            if not slots.free:
                await self._make_room()
            if slots.crowded:
                await self.stepped(slots.move_steps())
            began_s = clock.utc_ms() // 1000 if clock.state() == "S" else 0
            slots.put(key, unhexlify(session_id), self._journal.next, began_s)

    async def drop(self, session_id: str) -> None:
        """A session that never began. OSError."""
        async with self.turn:
            await self._quiet()
            await self.stepped(self._slots.erase_steps(self._slots.find(unhexlify(session_id))))

    async def stepped(self, steps: "Iterable[None]") -> None:
        """All of them, each while the flash may be written. OSError."""
        for _ in steps:
            await self._quiet()

    def report(self, words: "list[str]") -> "str | Awaitable[str]":
        """Who a session was of, and the salt of its pseudonym, as long as its key lives; or which
        sessions are a person's."""
        if words[:1] == [_PERSON]:
            return self._person(words[1:], False)
        session_id, slot = self._named(words)
        held = self._slots.get(slot)
        if held is None:
            return _NONE
        from wattseal.core import sealing, slot_capsule  # imported late: seldom needed

        try:
            looked_at = list(capsules(self._journal, held.number, session_id))
            capsule = looked_at[-1][1] if looked_at else b""
            if not capsule:
                return "refused: its begin record is not on the device any more"
            who = slot_capsule.opened(held.key, self._device_id, session_id, capsule, self._aes)
        except (sealing.SealFault, ValueError):
            return "refused: its capsule is damaged"
        self._note("report", session_id, "")
        salt = hexlify(slot_capsule.salt(held.key)).decode()
        return "session %s: %s, salt %s" % (session_id, " ".join(who), salt)

    async def erase(self, words: "list[str]") -> str:
        """Destroy a session's key, or all of a person's: nobody finds who it was from then on, and
        bills stay valid."""
        if words[:1] == [_PERSON]:
            return await self._person(words[1:], True)
        session_id, slot = self._named(words)
        if not slot:
            return _NONE
        try:
            async with self.turn:
                await self._quiet()
                slot = self._named(words)[1]  # a start may have taken it for its own key meanwhile
                if not slot:
                    return _NONE
                await self.destroy(slot, session_id, "asked")
        except OSError:
            return _FAILED
        return "session %s: its key is destroyed" % session_id

    async def destroy(self, slot: int, session_id: str, why: str) -> None:
        """For who holds `turn`; `why`: for its entry, "" for none. OSError: the key may be there
        still; `counts` say so, and the next start goes on."""
        try:
            await self.stepped(self._slots.erase_steps(slot))
        except OSError:
            self.counts["key_erasures_failed"] += 1
            raise
        self.acknowledged.discard(unhexlify(session_id))
        if why:
            self._note("erase", session_id, why)

    async def _person(self, words: "list[str]", erases: bool) -> str:
        from wattseal.app import person_sessions  # imported late: seldom needed

        try:
            search = person_sessions.search(
                words,
                self._slots,
                self._journal,
                self._device_id,
                self._aes,
                self._audit,
                erases,
            )
            if search is None:
                return person_sessions.USAGE
            return await (search.erased(self, self._quiet) if erases else search.reported())
        except OSError:
            return _FAILED
        finally:
            del person_sessions  # a name here would keep it
            late.drop("wattseal.app.person_sessions")

    async def _make_room(self) -> None:
        """Destroy the oldest key whose session is acknowledged. KeyFault, OSError."""
        self.counts["key_slots_full"] += 1
        found = []
        for slot in self._slots.live():
            held = self._slots.get(slot)
            if held and (held.acked_s or held.label in self.acknowledged):
                found.append((held.number, slot, hexlify(held.label).decode()))
        if not found:
            raise KeyFault("all key slots are in use, and no session of theirs is acknowledged")
        await self.destroy(min(found)[1], min(found)[2], "full")

    def _named(self, words: "list[str]") -> "tuple[str, int]":
        """(session id, slot); 0 for none."""
        try:
            return words[-1], self._slots.find(unhexlify(words[-1]))
        except (ValueError, IndexError):
            return "", 0

    def _note(self, what: str, session_id: str, why: str) -> None:
        audit = self._audit()
        if audit is not None:
            audit.note(what, session_id, "", why)


def capsules(journal: "Journal", first: int, session_id: str) -> "Iterator[tuple[int, bytes]]":
    """(number, capsule) of each record in which a session's begin may be, whose key was put there
    before record `first`: b"" for one that is not it; the last is, if any. ValueError, OSError."""
    for number in range(first, min(first + _LOOK_AHEAD, journal.next)):
        frame, capsule = journal.read(number), b""
        if frame and b'"capsule"' in frame[1]:
            envelope = json.loads(frame[1])
            if envelope.get("session") == session_id:
                capsule = a2b_base64(envelope["capsule"])
        yield number, capsule
        if capsule:
            return
