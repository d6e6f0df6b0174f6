"""When the key of a sealed identification goes by itself; knows no identification.

7 days after the receiver acknowledged its session's record, 90 days after its begin at the latest.
Only a time that app.steady_clock believes counts, so no single false answer destroys a key; one
that nobody has acknowledged goes only after two days of it. What was noted by a clock that was
ahead is noted anew.
Without synchronised time keys go by command, or when no slot is free.
"""

import asyncio
from binascii import hexlify

from micropython import const

from wattseal.app import steady_clock

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Protocol, Sequence

    from wattseal.app.privacy_office import PrivacyOffice, Quiet, Slot, Slots
    from wattseal.contracts import Clock, Journal
    from wattseal.core.session import Session

    class Place(Protocol):
        """app.connector.Connector."""

        session: "Session | None"


_REVIEW_S = const(3600)
_AFTER_ACK_S = const(604800)
_AFTER_BEGIN_S = const(7776000)
_TWO_DAYS = const(48)  # reviews
_BEGAN_AT, _ACKED_AT = const(48), const(56)  # drivers.key_slot's


class KeyRetention:
    """`office`: who destroys; `quiet()`: the recorder's."""

    def __init__(
        self, office: "PrivacyOffice", slots: "Slots", journal: "Journal",
        connectors: "Sequence[Place]", clock: "Clock", quiet: "Quiet",
    ) -> None:  # fmt: skip
        self._office, self._slots, self._journal = office, slots, journal
        self._connectors, self._clock, self._quiet = connectors, clock, quiet
        self._closed: dict[bytes, int] = {}  # label -> all up to here may be its session's; 0: new
        self._seen = steady_clock.UNSEEN
        self._steady = 0  # so many reviews in a row

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_REVIEW_S)
            await self.review()

    async def review(self) -> None:
        """Note what was acknowledged, destroy what is due; one key at a time."""
        steady, self._seen = steady_clock.judged(self._clock, self._seen)
        self._steady = self._steady + 1 if steady else 0
        closed, live = self._closed, self._slots.live()
        self._closed = {}
        for slot in live:
            try:
                async with self._office.turn:
                    await self._quiet()
                    await self._look(slot, steady, closed)
            except OSError:
                pass  # the next review tries again
            await asyncio.sleep(0)

    async def _look(self, slot: int, steady: bool, closed: "dict[bytes, int]") -> None:
        """OSError."""
        held = self._slots.get(slot)
        if held is None:
            return
        acknowledged = self._acknowledged(held, closed.get(held.label))
        if acknowledged:
            self._office.acknowledged.add(held.label)
        if steady:
            await self._judge(slot, held, acknowledged, self._clock.utc_ms() // 1000)

    async def _judge(self, slot: int, held: "Slot", acknowledged: bool, now_s: int) -> None:
        """OSError."""
        is_sure = acknowledged or held.acked_s or self._steady >= _TWO_DAYS
        ahead_s = now_s + _REVIEW_S  # whoever noted more had a clock that was ahead
        if held.acked_s and now_s >= held.acked_s + _AFTER_ACK_S:
            await self._office.destroy(slot, hexlify(held.label).decode(), "7 d")
        elif held.began_s and now_s >= held.began_s + _AFTER_BEGIN_S and is_sure:
            await self._office.destroy(slot, hexlify(held.label).decode(), "90 d")
        elif not 0 < held.began_s <= ahead_s:
            await self._office.stepped(self._slots.note_steps(slot, _BEGAN_AT, now_s))
        elif held.acked_s > ahead_s or (acknowledged and not held.acked_s):
            await self._office.stepped(self._slots.note_steps(slot, _ACKED_AT, now_s))

    def _acknowledged(self, held: "Slot", before: "int | None") -> bool:
        """The session has ended, and the receiver has all records up to a moment after that."""
        label, journal = held.label, self._journal
        session_id = hexlify(label).decode()
        for place in self._connectors:
            if place.session and place.session.session_id == session_id:
                return False
        # One that is not open may be about to begin: it is looked at again in an hour.
        if before == 0:
            before = journal.next - 1
        self._closed[label] = before or 0
        return bool(before) and journal.oldest > self._closed[label]
