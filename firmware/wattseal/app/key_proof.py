"""Proves the signing key once every meter was asked a first time; imported late, and dropped."""

import asyncio

from micropython import const

from wattseal.core.ecdsa import KeyFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Sequence

    from wattseal.app.sampler import MeterPoint
    from wattseal.contracts import Signer

_LOOK_MS = const(50)


async def prove(
    signer: "Signer", points: "Sequence[MeterPoint]", calm: "Callable[[], Awaitable[None]]",
    log: "Callable[[str], None]",
) -> None:  # fmt: skip
    """A record that comes earlier proves it, and waits for that. `calm()`: as for late.load."""
    while not all(point.samples for point in points):
        await asyncio.sleep_ms(_LOOK_MS)
    await calm()
    try:
        await signer.prove()
    except KeyFault as fault:
        log("key: %s; no session starts" % fault)
