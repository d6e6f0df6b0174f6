"""Finds one person's sessions by the capsules whose keys live; keeps and tells no identification.

The capsules of the journal's begin records are opened one by one, each in a step of its own, and
compared in constant time. The audit log gets how many, and no session: side by side they would
say whose is whose. Loaded when somebody asks, and dropped.
"""

import asyncio
from binascii import hexlify

from micropython import const

from wattseal.app import privacy_office
from wattseal.core import sealing, slot_capsule
from wattseal.core.hmac_sha256 import same

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.privacy_office import PrivacyOffice, Quiet, Slot, Slots
    from wattseal.contracts import Audit, Journal
    from wattseal.core.sealing import MakeAes

USAGE = "refused: say person IT ID, as for present; for more of a report its number behind them"
_PAGE = const(8)  # sessions that one line tells
_LEAST_BYTES = const(64)  # of what is compared: its length tells nothing


def search(
    words: "list[str]", slots: "Slots", journal: "Journal", device_id: str, aes: "MakeAes",
    audit: "Callable[[], Audit | None]", erases: bool,
) -> "PersonSearch | None":  # fmt: skip
    """`words`: OCMF's IT, what is presented, and for more of a report the slot to start behind;
    None for other words."""
    after = 0
    if len(words) == 3 and not erases and words[2].isdigit() and len(words[2]) < 5:
        after = int(words[2])
    elif len(words) != 2:
        return None
    found = PersonSearch(slots, journal, device_id, aes, audit)
    found.begin(words[0], words[1], after)
    return found


class PersonSearch:
    """`audit()`: the office's."""

    def __init__(
        self, slots: "Slots", journal: "Journal", device_id: str, aes: "MakeAes",
        audit: "Callable[[], Audit | None]",
    ) -> None:  # fmt: skip
        self._slots, self._journal, self._device_id, self._aes = slots, journal, device_id, aes
        self._audit = audit
        self._theirs = b""
        self._after = self._begun = 0  # a slot, and the number of its session's begin record
        self._unknown = 0  # keys whose begin record is not here, or cannot be read

    def begin(self, id_type: str, data: str, after: int) -> None:
        self._theirs = _compared(id_type, data)
        self._after = after

    async def reported(self) -> str:
        """A page of their sessions. OSError."""
        told: list[str] = []
        last, held = 0, await self._next()
        while held and len(told) < _PAGE:
            session_id = hexlify(held.label).decode()
            there = (
                "its begin is delivered" if self._journal.oldest > self._begun else "undelivered"
            )
            told.append("%s with key and capsule, from T%d, %s" % (session_id, self._begun, there))
            last = self._after
            held = await self._next()
        self._note("report", len(told))
        if not told:
            return "no session of theirs has a key here" + self._rest()
        text = "%d sessions: %s" % (len(told), "; ".join(told)) + self._rest()
        return text + ("; there are more: add %d" % last if held else "")

    async def erased(self, office: "PrivacyOffice", quiet: "Quiet") -> str:
        """Destroy the keys of all. OSError: those before are gone."""
        count = 0
        try:
            held = await self._next()
            while held:
                async with office.turn:
                    await quiet()
                    now = self._slots.get(self._after)
                    if now and now.label == held.label:
                        session_id = hexlify(held.label).decode()
                        await office.destroy(self._after, session_id, "")
                        count += 1
                held = await self._next()
        finally:
            self._note("erase", count)
        audit = self._audit()
        if audit is not None:
            await audit.head()  # durable before the answer
        return "the keys of %d sessions are destroyed" % count + self._rest()

    def _note(self, what: str, count: int) -> None:
        audit = self._audit()
        if audit is not None:
            audit.note(what, "person", "", "%d" % count)

    async def _next(self) -> "Slot | None":
        """The next key of theirs, in the order of the slots; `_after` is its slot then."""
        for slot in self._slots.live():
            if slot <= self._after:
                continue
            self._after = slot
            held = self._slots.get(slot)
            await asyncio.sleep(0)
            if held and await self._is_theirs(held):
                return held
        return None

    async def _is_theirs(self, held: "Slot") -> bool:
        session_id = hexlify(held.label).decode()
        try:
            capsule = await self._capsule(held.number, session_id)
            await asyncio.sleep(0)
            if capsule:
                who = slot_capsule.opened(
                    held.key, self._device_id, session_id, capsule, self._aes
                )
                return same(_compared(who[0], who[2]), self._theirs)
        except (sealing.SealFault, ValueError):
            pass
        self._unknown += 1
        return False

    async def _capsule(self, first: int, session_id: str) -> bytes:
        """From the begin record, b"" when the journal has it no longer. ValueError, OSError."""
        for number, capsule in privacy_office.capsules(self._journal, first, session_id):
            if capsule:
                self._begun = number
                return capsule
            await asyncio.sleep(0)
        return b""

    def _rest(self) -> str:
        if not self._unknown:
            return ""
        return "; %d keys are of nobody knows whom: no begin record is here" % self._unknown


def _compared(id_type: str, data: str) -> bytes:
    text = id_type.encode() + b"\0" + data.encode()
    return text + bytes(max(0, _LEAST_BYTES - len(text)))
