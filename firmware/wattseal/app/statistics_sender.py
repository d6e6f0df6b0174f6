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

    from wattseal.contracts import Clock

    class Journal(Protocol):
        @property
        def next(self) -> int: ...

        @property
        def oldest(self) -> int: ...

        def read(self, number: int) -> "tuple[int, bytes] | None": ...

        def ack(self, upto: int) -> None: ...

        def give_way(self) -> bool: ...

        def drop_sent(self) -> None: ...


_LOOK_MS = const(200)
_KEEP_QUARTERS = const(2880)
_DAY_QUARTERS = const(96)


class Sender:
    """`deliver(name, text)`: True once the broker has it (app.delivery)."""

    def __init__(
        self, deliver: "Callable[[bytes, bytes], Awaitable[bool]]", journal: "Journal",
        clock: "Clock", quiet: "Callable[[], Awaitable[None]]", counts: "dict[str, int]",
    ) -> None:  # fmt: skip
        self._deliver, self._journal = deliver, journal
        self._clock, self._quiet, self._counts = clock, quiet, counts
        self._swept = self._passed = 0  # days since 1970

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
                if number < end and today != self._passed:
                    self._passed = today  # without a broker this may go on for weeks
                    await self._quiet()
                    self._done(number - 1, today)
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

    def _done(self, upto: int, today: int) -> None:
        """What was sent, or was too old to be, is not kept beyond the day."""
        journal = self._journal
        try:
            journal.ack(upto)
            journal.drop_sent()
        except OSError:
            return self._count("statistics_unsaved")
        if today != self._swept and journal.oldest == journal.next:
            self._swept = today
            while journal.give_way():
                pass
        return None

    def _count(self, name: str) -> None:
        self._counts[name] = self._counts.get(name, 0) + 1
