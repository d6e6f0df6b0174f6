"""Judges for ever which fault is the worst, for lamp and `status`; mends nothing."""

from micropython import const

from wattseal import trouble
from wattseal.console.signs import present
from wattseal.console.signs.contactors import Contactors
from wattseal.console.signs.standing import Standing
from wattseal.core import faults

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.blinker import Blinker
    from wattseal.assembly import Firmware

_LOOK_MS = const(5000)
_COUNTS_EVERY = const(12)  # looks: to gather the counts leaves 2 KB of rubbish


async def watch(firmware: "Firmware", blinker: "Blinker") -> None:
    clock = firmware.board.clock
    counted, looks = "", 0
    contactors, standing = Contactors(firmware), Standing(firmware)
    while True:
        await firmware.calm()
        try:
            contactors.look()
            standing.look()
            if looks % _COUNTS_EVERY == 0:
                counted = faults.worst(list(trouble.counts(firmware)))
            looks += 1
            codes = present.states(firmware)
            codes.append(counted)  # "" is none
            firmware.fault = faults.worst(codes)
            blinker.number = faults.number(firmware.fault)
        except (MemoryError, OSError):
            pass  # the next look tries again
        await clock.sleep_until(clock.now_ms() + _LOOK_MS)
