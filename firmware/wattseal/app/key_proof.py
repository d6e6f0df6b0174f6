"""Proves the signing key once every meter was asked a first time; imported late, and dropped."""

import asyncio

from micropython import const

from wattseal.core.ecdsa import KeyFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Sequence

    from wattseal.app.sampler import MeterPoint
    from wattseal.contracts import Signer

_LOOK_MS = const(50)


async def prove(
    signer: "Signer", points: "Sequence[MeterPoint]", log: "Callable[[str], None]"
) -> None:
    """A record that comes earlier proves it, and waits for that."""
    while not all(point.samples for point in points):
        await asyncio.sleep_ms(_LOOK_MS)
    try:
        await signer.prove()
    except KeyFault as fault:
        log("key: %s; no session starts" % fault)
