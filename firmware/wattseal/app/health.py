"""Writes into the boot ledger that this life has lasted; judges none (core.boot_ledger does).

What it writes was made at the start: no module has to be loaded for it, and all of this is gone
from a small board's heap when it is done.
"""

import struct

from micropython import const

from wattseal.core.boot_ledger import UTC_AT

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.contracts import Checkpoints, Clock

    # Told in `status`; this start, for a person; the ledger of a life that has lasted, and of one
    # that is to end.
    Begun = tuple[dict[str, object], str, tuple[bytearray, bytearray]]

_NAME = "boots"
_HEALTHY_MS = const(120000)


async def prove(
    begun: "Begun", checkpoints: "Checkpoints", clock: "Clock",
    quiet: "Callable[[], Awaitable[None]]",
) -> None:  # fmt: skip
    """Return once this life has lasted, and that is written. `quiet()`: as for the Recorder."""
    told, _, blobs = begun
    await clock.sleep_until(clock.now_ms() + _HEALTHY_MS)
    await quiet()
    if not blobs[0]:  # the ledger could not be read: it is not written over
        return
    if clock.state() == "S":  # anything else may be wrong, and must not get into the flash
        for blob in blobs:
            struct.pack_into("<I", blob, UTC_AT, clock.utc_ms() // 1000)
    try:
        checkpoints.save(_NAME, bytes(blobs[0]))
    except OSError:
        told["boots_unkept"] = 1
