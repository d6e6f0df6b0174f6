"""Ends safe mode by one planned reset, when no session is open; erases nothing, refuses nothing.

Safe mode meters, signs and stores as ever, and leaves out what is optional (wattseal.starting).
"""

from micropython import const

from wattseal.app import health

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Sequence

    from wattseal.app.connector import Connector
    from wattseal.contracts import Checkpoints, Clock, Signer

_NAME = "boots"
_LASTS_MS = const(900000)
_LOOK_MS = const(10000)
_TELL_LOOKS = const(6)  # a console that is opened later is to see it as well


class PlannedReset(Exception):
    """Safe mode has lasted: the normal one is tried again."""


async def run(
    begun: "health.Begun", checkpoints: "Checkpoints", clock: "Clock",
    quiet: "Callable[[], Awaitable[None]]", connectors: "Sequence[Connector]",
    log: "Callable[[str], None]", signer: "Signer",
) -> None:  # fmt: skip
    """Never returns; raises PlannedReset. `quiet()`: as for the Recorder. `signer`: is patient for
    as long; then a fault of this life's memory is worth a reset."""
    end_ms = clock.now_ms() + _LASTS_MS
    signer.patient = True
    await health.prove(begun, checkpoints, clock, quiet)
    looks = 0
    while True:
        if looks % _TELL_LOOKS == 0:
            log(begun[1])
        looks += 1
        await clock.sleep_until(clock.now_ms() + _LOOK_MS)
        signer.patient = clock.now_ms() < end_ms
        if not signer.patient and _none_open(connectors):
            await quiet()
            if _none_open(connectors):  # a car may have come meanwhile
                break
    try:
        if begun[2][1]:
            checkpoints.save(_NAME, bytes(begun[2][1]))
    except OSError:
        pass  # the next life counts this one as bad, and is safe again
    raise PlannedReset("safe mode has lasted; the normal mode is tried")


def _none_open(connectors: "Sequence[Connector]") -> bool:
    """A car that stays plugged behind its session's record must not keep the device silent, nor
    records from whom they are for; whether it may charge anew is asked as behind any reset."""
    return all(each.idle or each.resting or each.heart.parked for each in connectors)
