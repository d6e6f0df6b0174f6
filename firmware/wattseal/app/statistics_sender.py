"""Sends `load` and `stat` from their journal, one at a time and after all that is billed.

A PUBACK is enough: what a broker loses of it is no bill. What is older than it may be kept, 30
days of buckets and 13 months, goes unsent; what was sent goes once all of it was.
"""

import asyncio

from micropython import const

from wattseal.app.statistics import LOAD, STAT
from wattseal.core import histogram, load_bucket
from wattseal.core.stay import QUARTER_S

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Iterator, Protocol

    from wattseal.app.publisher import Publisher
    from wattseal.contracts import Clock

    class OnPuback(Protocol):
        def __call__(self, pid: int, sequence: "int | None") -> None: ...

    class Journal(Protocol):
        @property
        def next(self) -> int: ...

        @property
        def oldest(self) -> int: ...

        def read(self, number: int) -> "tuple[int, bytes] | None": ...

        def ack(self, upto: int) -> None: ...

        def give_way(self) -> bool: ...


_LOOK_MS = const(200)
_PUBACK_S = const(30)
_KEEP_QUARTERS = const(2880)
_DAY_QUARTERS = const(96)


class Sender:
    """Its tags are below zero, a bill's are not."""

    def __init__(
        self, publisher: "Publisher", journal: "Journal", clock: "Clock",
        quiet: "Callable[[], Awaitable[None]]", counts: "dict[str, int]",
    ) -> None:  # fmt: skip
        self._publisher, self._journal = publisher, journal
        self._clock, self._quiet, self._counts = clock, quiet, counts
        self._tag = 0
        self._swept = 0  # the day since 1970
        self._arrived = asyncio.Event()

    def before(self, others: "OnPuback") -> "OnPuback":
        """What is to be told of each PUBACK, in the place of `others`."""

        def on_puback(pid: int, sequence: "int | None") -> None:
            if sequence is None or sequence >= 0:
                others(pid, sequence)
            elif sequence == self._tag:
                self._arrived.set()

        return on_puback

    async def run(self) -> None:
        """Never returns."""
        journal = self._journal
        while True:
            await asyncio.sleep_ms(_LOOK_MS)
            number, end = journal.oldest, journal.next
            while number < end:
                await self._send(number)
                number += 1
            today = self._now() // _DAY_QUARTERS
            if journal.oldest < end or today != self._swept:
                await self._quiet()
                self._done(end - 1, today)

    def _now(self) -> int:
        return self._clock.utc_ms() // 1000 // QUARTER_S

    async def _send(self, number: int) -> None:
        """Return once all of a record has arrived, or is too old."""
        for name, text, until in self._messages(number):
            while self._now() < until and not await self._deliver(name, text.encode()):
                await asyncio.sleep_ms(_LOOK_MS)

    def _messages(self, number: int) -> "Iterator[tuple[bytes, str, int]]":
        """Topic, text and until when it may be kept; of a gap none."""
        try:
            kind, record = self._journal.read(number) or (0, b"")
            if kind == LOAD:
                connector, run = load_bucket.unpack(record)
                for i in range(run[1]):
                    until = run[0] + i + _KEEP_QUARTERS
                    yield b"load/%d" % connector, load_bucket.text(run, i), until
            elif kind == STAT:
                yield b"stat", histogram.text(record), histogram.expires(record)
        except (OSError, ValueError):
            self._count("statistics_unreadable")

    async def _deliver(self, name: bytes, text: bytes) -> bool:
        """True once the broker has it. What is billed goes first."""
        if not self._publisher.resting:
            return False
        self._tag -= 1
        self._arrived.clear()
        if not await self._publisher.tell(name, text, 1, self._tag):
            return False
        try:
            await asyncio.wait_for(self._arrived.wait(), _PUBACK_S)
        except asyncio.TimeoutError:
            return False
        return True

    def _done(self, upto: int, today: int) -> None:
        """What was sent is not kept beyond the day."""
        journal = self._journal
        try:
            journal.ack(upto)
        except OSError:
            return self._count("statistics_unsaved")
        if today != self._swept and journal.oldest == journal.next:
            self._swept = today
            while journal.give_way():
                pass
        return None

    def _count(self, name: str) -> None:
        self._counts[name] = self._counts.get(name, 0) + 1
