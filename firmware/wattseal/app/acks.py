"""Saves what the receiver has acknowledged between two requests to a meter; judges none of it."""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.contracts import Journal


class Acks:
    """`quiet()`: the recorder's. After a reset that overtakes one, its records are sent again."""

    def __init__(self, journal: "Journal", quiet: "Callable[[], Awaitable[None]]") -> None:
        self._journal = journal
        self._quiet = quiet
        self._upto = 0
        self._taken = asyncio.Event()
        self.beats = 0  # what was saved, or refused
        self.unsaved = 0  # the medium refused them; the next one covers them

    @property
    def resting(self) -> bool:
        return not self._taken.is_set()

    def take(self, upto: int) -> None:
        """Every record up to this pagination is acknowledged."""
        self._upto = max(self._upto, upto)
        self._taken.set()

    async def run(self) -> None:
        while True:
            await self._taken.wait()
            await self._quiet()
            self.beats += 1
            self._taken.clear()  # no await from here on: what is taken later sets it again
            try:
                self._journal.ack(self._upto)
            except OSError:
                self.unsaved += 1
