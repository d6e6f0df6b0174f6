"""Watches a version on trial: confirms it when the device is well, ends it when it is not in time.

Well is: the signing key is good, every meter was read, and a broker was reached. Without a broker
half an hour of all the rest is enough: a broker that is down takes no good version back.
"""

import asyncio

from micropython import const

from wattseal.core.ecdsa import KeyFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Sequence

    from wattseal.app.sampler import MeterPoint
    from wattseal.contracts import Clock, Signer

_LOOK_MS = const(5000)
_AGAIN_MS = const(1000)  # where there is no heap
_WELL_MS = const(600000)
_WITHOUT_BROKER_MS = const(1800000)


async def watch(
    clock: "Clock", signer: "Signer", points: "Sequence[MeterPoint]",
    was_connected: "Callable[[], bool]", end: "Callable[[bool], Awaitable[bool]]",
) -> None:  # fmt: skip
    """`end(well)`: confirms it, or ends it and restarts; False where the flash refuses that: it is
    judged again, and tried again. The store is open by now."""
    begin_ms = clock.now_ms()
    proved = over = False
    while not over:
        try:
            await clock.sleep_until(clock.now_ms() + _LOOK_MS)
            age_ms = clock.now_ms() - begin_ms
            proved = proved or await _is_proved(signer)
            if proved and all(point.latest for point in points):
                if was_connected() or age_ms >= _WITHOUT_BROKER_MS:
                    over = await end(True)
            elif age_ms >= _WELL_MS:
                over = await end(False)
        except (OSError, MemoryError, ImportError):  # a good version goes back if nobody watches
            await asyncio.sleep_ms(_AGAIN_MS)


async def _is_proved(signer: "Signer") -> bool:
    try:
        await signer.prove()
    except (KeyFault, OSError, MemoryError, ImportError):  # not yet: it is asked again
        return False
    return True
