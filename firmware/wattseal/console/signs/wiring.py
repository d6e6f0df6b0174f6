"""Begins the lamp once the first readings are over; judges no fault."""

import asyncio

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware
    from wattseal.contracts import Lamp

_PARTS = (
    "wattseal.core.faults",
    "wattseal.console.signs.present",
    "wattseal.console.signs.watching",
    "wattseal.app.blinker",
)


async def begin(firmware: "Firmware", make: "Callable[[], Lamp]") -> None:
    """`make()`: the board's lamp. ImportError, OSError, MemoryError."""
    try:
        await late.load(firmware.calm, *_PARTS)
        from wattseal.app.blinker import Blinker
        from wattseal.console.signs.watching import watch

        blinker = Blinker(make())
        asyncio.create_task(watch(firmware, blinker))
        asyncio.create_task(blinker.run())
    finally:
        late.drop("wattseal.console.signs.wiring")
