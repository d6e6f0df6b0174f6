"""Telemetry records in RAM until they are worth a write; touches no file.

Its memory is taken once. What comes while it is full is counted, and a gap record stands for it as
soon as there is room.
"""

from micropython import const

from wattseal.core import telemetry_batch
from wattseal.core.telemetry_batch import GAP

TYPE_CHECKING = const(False)

_DUE_RECORDS = const(60)
DUE_BYTES = const(4096)
_SPARE_BYTES = const(1024)  # for what comes between being due and the write
_GAP_BYTES = const(96)  # kept free, so that a gap record always fits behind the last record
MOST_PAYLOAD = const(800)
MOST_RECORDS = const(120)  # what a power cut takes at most


class TelemetryBuffer:
    """One batch (core.telemetry_batch) that grows. `due_bytes`: so many are written at once."""

    def __init__(self, due_bytes: int = DUE_BYTES) -> None:
        self._due_bytes = due_bytes
        self._bytes = bytearray(due_bytes + _SPARE_BYTES)
        self._used = 0
        self._left_out = 0  # records for which there was no room
        self.count = 0
        self.first = 0

    def begin(self, first: int) -> None:
        """Nothing is in it any more; the next record is number `first`."""
        self.first = first
        self.count = 0
        self._used = telemetry_batch.begin(self._bytes, first)

    def add(self, kind: int, payload: bytes) -> int:
        """The record's number, 0 for one that is left out. ValueError beyond 800 bytes."""
        if len(payload) > MOST_PAYLOAD or not 1 <= kind <= 0xFF:
            raise ValueError("kind %d, %d bytes: no telemetry record" % (kind, len(payload)))
        room = len(self._bytes) - self._used - 2 * _GAP_BYTES
        if len(payload) > room or self.count >= MOST_RECORDS - 1:
            self._left_out += 1
            return 0
        if self._left_out:
            self.gap(self._left_out, "buffer")
            self._left_out = 0
        return self._put(kind, payload)

    def gap(self, count: int, reason: str) -> None:
        """`count` records are lost here; it takes one number for them."""
        number = self.first + self.count
        self._put(GAP, telemetry_batch.gap(number, number, count, reason))

    def is_due(self) -> bool:
        """To be written now, however young it is."""
        return self.count >= _DUE_RECORDS or self._used >= self._due_bytes

    def batch(self) -> memoryview:
        """What is in it; only until the next record comes."""
        return memoryview(self._bytes)[: self._used]

    def _put(self, kind: int, payload: bytes) -> int:
        self._used = telemetry_batch.put(self._bytes, self._used, kind, payload)
        self.count += 1
        return self.first + self.count - 1
