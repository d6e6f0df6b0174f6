"""Finds telemetry records by their numbers, and tells of gaps between them; writes nothing."""

from micropython import const

from wattseal.core import telemetry_batch
from wattseal.core.telemetry_batch import GAP

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.drivers.segments import Segments

    Batch = tuple[int, int, bytes]  # number of its first record, of its last, itself


class TelemetryReader:
    """Keeps the batch that was read last, for the records that follow in it."""

    def __init__(self, segments: "Segments") -> None:
        self._segments = segments
        self._kept: Batch | None = None
        self._where = (0, 0)  # base of the kept batch's segment, offset behind it there

    def forget(self) -> None:
        """A segment is gone."""
        self._kept = None
        self._where = (0, 0)

    def oldest(self) -> int:
        """The oldest record that is here; 0 when there is none. OSError."""
        batch, _ = self._find(1)
        return batch[0] if batch else 0

    def newest(self) -> int:
        """The newest record that is here; 0 when there is none. OSError."""
        for index in range(len(self._segments) - 1, -1, -1):
            newest = self._newest_in(index)
            if newest:
                return newest
        return 0

    def last_of_oldest(self) -> int:
        """The newest record of the oldest segment; 0 when nothing in it can be read. OSError."""
        return self._newest_in(0)

    def read(self, number: int, is_oldest: bool, stored: int) -> "tuple[int, bytes] | None":
        """`is_oldest`: nothing before `number` is wanted; `stored`: the newest ever written."""
        kept = self._kept
        if kept and kept[0] <= number <= kept[1]:
            return _record(kept[2], number)
        batch, before = self._find(number)
        if batch and batch[0] <= number:
            return _record(batch[2], number)
        if not is_oldest and before != number - 1:
            return None  # the gap that it is in begins before it
        last = batch[0] - 1 if batch else stored
        reason = "lost" if before else "dropped"
        return GAP, telemetry_batch.gap(number, last, last - number + 1, reason)

    def _newest_in(self, index: int) -> int:
        newest = 0
        for scan in self._segments.frames(index):
            batch = _whole(scan.load())
            newest = batch[1] if batch else newest
        return newest

    def _find(self, number: int) -> "tuple[Batch | None, int]":
        """The first batch that reaches to `number`, and the last record before it that is here."""
        before, start = 0, (0, 0)
        kept = self._kept
        if kept and kept[1] < number:
            before, start = kept[1], self._where
        for index in range(len(self._segments)):
            base = self._segments.base(index)
            if base < start[0]:
                continue
            frames = self._segments.frames(index, start[1] if base == start[0] else 0)
            try:
                for scan in frames:
                    batch = _whole(scan.load())
                    if batch and batch[1] >= number:
                        self._kept, self._where = batch, (base, scan.after)
                        return batch, before
                    before = batch[1] if batch else before
            finally:
                frames.close()
        return None, before


def _whole(payload: "bytes | None") -> "Batch | None":
    if payload is None or len(payload) < telemetry_batch.HEAD_BYTES:
        return None
    last = telemetry_batch.first_of(payload) - 1
    for number, _, at, length in telemetry_batch.records(payload):
        if at + length > len(payload):
            return None
        last = number
    return telemetry_batch.first_of(payload), last, payload


def _record(batch: bytes, number: int) -> "tuple[int, bytes] | None":
    for found, kind, at, length in telemetry_batch.records(batch):
        if found == number:
            return kind, batch[at : at + length]
    return None
