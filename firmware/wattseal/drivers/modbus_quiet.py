"""Waits for a moment in which no meter is being asked; asks none itself."""

import asyncio

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.drivers.modbus_bus import ModbusBus

_LOOK_MS = const(5)
_LOOKS = const(400)  # two seconds: a request that is still under way then has no answer


class Quiet:
    """Called and awaited, returns between two requests; at the latest after two seconds."""

    def __init__(self, buses: "list[ModbusBus]") -> None:
        self._buses = buses

    async def __call__(self) -> None:
        for _ in range(_LOOKS):
            if not any(bus.asking for bus in self._buses):
                return
            await asyncio.sleep_ms(_LOOK_MS)
