"""Begins the lamp once the first readings are over, where there is room; judges no fault."""

import asyncio

from micropython import const

from wattseal import late

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.assembly import Firmware
    from wattseal.contracts import Lamp

# Measured on 32 bits: 3 KB from files. A session's end and a connection need the rest.
_LEAST_FREE_BYTES = const(40960)
_NO_ROOM = "lamp: no room for it (%d bytes of heap free, %d needed); it stays dark"
_PARTS = (
    "wattseal.core.faults",
    "wattseal.signs.present",
    "wattseal.signs.watching",
    "wattseal.app.blinker",
)


async def begin(
    firmware: "Firmware", make: "Callable[[], Lamp]", log: "Callable[[str], None]"
) -> None:
    """`make()`: the board's lamp. ImportError, OSError, MemoryError."""
    try:
        if not late.has_room(_LEAST_FREE_BYTES, _NO_ROOM, log):
            return
        await late.load(firmware.calm, *_PARTS)
        from wattseal.app.blinker import Blinker
        from wattseal.signs.watching import watch

        blinker = Blinker(make())
        asyncio.create_task(watch(firmware, blinker))
        asyncio.create_task(blinker.run())
    finally:
        late.drop("wattseal.signs.wiring")
