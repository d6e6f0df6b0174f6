"""Watches a version on trial: confirms it when the device is well, ends it when it is not in time.

Well is: the signing key is good, every meter was read, and a broker was reached. Without a broker
half an hour of all the rest is enough: a broker that is down takes no good version back.
"""

from micropython import const

from wattseal.core.ecdsa import KeyFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Sequence

    from wattseal.app.sampler import MeterPoint
    from wattseal.contracts import Clock, Signer

_LOOK_MS = const(5000)
_WELL_MS = const(600000)
_WITHOUT_BROKER_MS = const(1800000)


async def watch(
    clock: "Clock", signer: "Signer", points: "Sequence[MeterPoint]",
    was_connected: "Callable[[], bool]", end: "Callable[[bool], Awaitable[bool]]",
) -> None:  # fmt: skip
    """`end(well)`: confirms it, or ends it and restarts; False where the flash refuses that: it is
    judged again, and tried again. The store is open by now."""
    begin_ms = clock.now_ms()
    proved = False
    while True:
        await clock.sleep_until(clock.now_ms() + _LOOK_MS)
        age_ms = clock.now_ms() - begin_ms
        if not proved:
            proved = await _is_proved(signer)
        over = False
        if proved and all(point.latest for point in points):
            if was_connected() or age_ms >= _WITHOUT_BROKER_MS:
                over = await end(True)
        elif age_ms >= _WELL_MS:
            over = await end(False)
        if over:
            return


async def _is_proved(signer: "Signer") -> bool:
    try:
        await signer.prove()
    except (KeyFault, MemoryError, ImportError):  # not yet: it is asked again
        return False
    return True
