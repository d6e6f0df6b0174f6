"""UTC that is known to be past, kept over a power failure: a ClockFloor. Knows no clock."""

import struct

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Checkpoints

_NAME = "clock"
_LAYOUT = "<I"  # until 2106


class ClockFloor:
    """A blob that is missing, odd or cannot be read costs the floor, never the boot."""

    def __init__(self, checkpoints: "Checkpoints") -> None:
        self._checkpoints = checkpoints

    def load(self) -> int:
        """UTC second, 0 when none was kept."""
        try:
            blob = self._checkpoints.load(_NAME)
        except OSError:
            return 0
        if blob is None or len(blob) != struct.calcsize(_LAYOUT):
            return 0
        return struct.unpack(_LAYOUT, blob)[0]

    def save(self, utc_s: int) -> None:
        """OSError."""
        self._checkpoints.save(_NAME, struct.pack(_LAYOUT, utc_s))
