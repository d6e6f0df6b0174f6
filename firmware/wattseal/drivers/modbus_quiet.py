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
_AHEAD_MS = const(150)  # two erases and what is written between them


class Quiet:
    """Called and awaited, returns between two requests; at the latest after two seconds.

    `samplers`, once they are there: what is written must be over before one of them asks again.
    """

    def __init__(self, buses: "list[ModbusBus]", clock: "Clock") -> None:
        self._buses = buses
        self._clock = clock
        self.samplers: Sequence[Due] = []

    async def __call__(self) -> None:
        for _ in range(_LOOKS):
            if not any(bus.asking for bus in self._buses) and not self._soon():
                return
            await asyncio.sleep_ms(_LOOK_MS)

    async def calm(self) -> None:
        """Returns between two grid points, at the latest after two seconds: what loads code keeps
        the processor for so long that the next meter in turn would be asked late."""
        for _ in range(_LOOKS):
            if not any(sampler.sampling for sampler in self.samplers) and not self._soon():
                return
            await asyncio.sleep_ms(_LOOK_MS)

    def _soon(self) -> bool:
        now_ms = self._clock.now_ms()
        for sampler in self.samplers:
            # What is overdue by more does not run.
            if not sampler.sampling and abs(sampler.due_ms - now_ms) < _AHEAD_MS:
                return True
        return False
