"""What the boot ledger says once this life has lasted; judges no life (core.boot_ledger does).

Its bytes are made at the start: to write them takes no module that would have to be loaded then.
"""

import struct

from micropython import const

from wattseal.core.boot_ledger import UTC_AT

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.contracts import Checkpoints, Clock

NAME = "boots"
_HEALTHY_MS = const(120000)


class Health:
    """`told`: of the lives, for `status`; `line`: of this start, for a person.

    `healthy`, `planned`: the ledger of a life that has lasted, and of one that is to end.
    """

    def __init__(
        self, checkpoints: "Checkpoints", told: "dict[str, object]", line: str,
        healthy: bytearray, planned: bytearray,
    ) -> None:  # fmt: skip
        self._checkpoints = checkpoints
        self.told = told
        self.line = line
        self._healthy = healthy
        self._planned = planned

    @property
    def safe(self) -> bool:
        """This life runs what it needs to meter, and nothing else."""
        return "safe_mode" in self.told

    async def prove(self, clock: "Clock", quiet: "Callable[[], Awaitable[None]]") -> None:
        """Return once it has lasted, and that is written. `quiet()`: as for the Recorder."""
        await clock.sleep_until(clock.now_ms() + _HEALTHY_MS)
        await quiet()
        if clock.state() == "S":  # anything else may be wrong, and must not get into the flash
            for blob in (self._healthy, self._planned):
                struct.pack_into("<I", blob, UTC_AT, clock.utc_ms() // 1000)
        self._save(self._healthy)

    def plan(self) -> None:
        """A reset of our own comes, or a person has to act: this life does not end badly."""
        self._save(self._planned)

    def _save(self, blob: bytearray) -> None:
        try:
            self._checkpoints.save(NAME, bytes(blob))
        except OSError:
            self.told["boots_unkept"] = 1
