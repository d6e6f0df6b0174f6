"""Waits for a moment in which no meter is asked, nor soon will be; asks none itself."""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Protocol, Sequence

    from wattseal.contracts import Clock
    from wattseal.drivers.modbus_bus import ModbusBus

    class Due(Protocol):
        due_ms: int  # monotonic: when it asks next, or when it began to
        sampling: bool  # it is asking


_LOOK_MS = const(5)
_LOOKS = const(400)  # two seconds: a request that is still under way then has no answer
_SPELL_MS = const(250)  # at least so much is computed after a wait, however short the calm is
_AHEAD_MS = const(150)  # two erases and what is written between them
_FILES_AHEAD_MS = const(250)  # a file system that erases as well


class Quiet:
    """Called and awaited, returns between two grid points, as `calm`; where the meters leave no
    time there, between two requests, at the latest after two seconds more.

    `samplers`, once they are there: what is written must be over before one of them asks again.
    """

    def __init__(self, buses: "list[ModbusBus]", clock: "Clock") -> None:
        self._buses = buses
        self._clock = clock
        self.samplers: Sequence[Due] = []
        self._in_vain = False  # the newest wait for a calm moment ran out
        self._spell_ms = 0  # until then nobody waits again

    async def __call__(self) -> None:
        await self.calm(_FILES_AHEAD_MS)
        for _ in range(_LOOKS):
            if not self._asking() and not self._soon(_AHEAD_MS):
                return
            await asyncio.sleep_ms(_LOOK_MS)

    async def calm(self, ahead_ms: int = _AHEAD_MS) -> None:
        """Gives way, and returns between two grid points, at the latest after two seconds: what
        keeps the processor for long makes the next meter in turn late. After a wait in vain it
        does not wait again until there was a calm moment, and after each other one not for a
        spell: a record has many pieces, and a line with many meters is calm for a moment."""
        await asyncio.sleep(0)
        if self._clock.now_ms() < self._spell_ms:
            return
        for look in range(1 if self._in_vain else _LOOKS):
            if not self._sampling() and not self._soon(ahead_ms):
                self._in_vain = False
                if look:
                    self._spell_ms = self._clock.now_ms() + _SPELL_MS
                return
            await asyncio.sleep_ms(_LOOK_MS)
        self._in_vain = True

    def _asking(self) -> bool:
        asking = False
        for bus in self._buses:  # no generator: this is looked at every 5 ms
            asking = asking or bus.asking
        return asking

    def _sampling(self) -> bool:
        sampling = False
        for sampler in self.samplers:
            sampling = sampling or sampler.sampling
        return sampling

    def _soon(self, ahead_ms: int) -> bool:
        now_ms = self._clock.now_ms()
        for sampler in self.samplers:
            # What is overdue by more does not run.
            if not sampler.sampling and abs(sampler.due_ms - now_ms) < ahead_ms:
                return True
        return False
