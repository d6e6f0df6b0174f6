"""A restart that was planned, once no session runs; decides on none."""

import asyncio
import gc

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.assembly import Firmware

_PAUSE_MS = const(1000)


def is_idle(firmware: "Firmware") -> bool:
    """Each car has left as well: a restart forgets that its session was stopped, and one that is
    still plugged and identified begins a new one, without its driver."""
    return all(each.idle or each.resting for each in firmware.connectors)


async def restart(firmware: "Firmware") -> None:
    """The ledger of boots does not hold it against this life. It comes, whatever fails."""
    while not await _is_calm(firmware):
        pass  # from here to the reset there is no await: a car may come
    if firmware.begun:
        try:
            firmware.checkpoints.save("boots", bytes(firmware.begun[2][1]))
        except (OSError, MemoryError):
            pass  # it counts as one that ended by itself
    firmware.open_contactors()
    firmware.board.reset()


async def _is_calm(firmware: "Firmware") -> bool:
    """A second later: the broker is to hear of it."""
    clock = firmware.board.clock
    try:
        await clock.sleep_until(clock.now_ms() + _PAUSE_MS)
        await firmware.recorder.quiet()
        return is_idle(firmware)
    except MemoryError:
        gc.collect()
        await asyncio.sleep_ms(0)  # sessions go on
        return False
