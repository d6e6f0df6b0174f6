"""Begins the watch and the lamp once the first readings are over; judges no fault."""

import asyncio

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_PARTS = (
    "wattseal.core.faults",
    "wattseal.console.signs.present",
    "wattseal.console.signs.contactors",
    "wattseal.console.signs.standing",
    "wattseal.console.signs.watching",
    "wattseal.app.blinker",
)


async def begin(firmware: "Firmware") -> None:
    """A lamp that fails costs the watch nothing. ImportError, OSError, MemoryError."""
    try:
        await late.load(firmware.calm, *_PARTS)
        from wattseal.app.blinker import Blinker
        from wattseal.console.signs.watching import watch

        blinker, make = Blinker(), firmware.board.lamp
        asyncio.create_task(watch(firmware, blinker))
        if make and firmware.config.led == "on":
            asyncio.create_task(blinker.run(make()))
    finally:
        late.drop("wattseal.console.signs.wiring")
