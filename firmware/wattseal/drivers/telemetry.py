"""The telemetry journal: many small records, bounded; gives way to billing, and says what is lost.

Batches (core.telemetry_batch) as frames in segments (drivers.segments) of a folder of its own.
One task adds, one reads and acknowledges, both in one event loop. At the bound, or on a full
medium, the oldest segment goes, acknowledged or not, and a gap record stands for it. What a power
cut takes is what was in RAM; numbers of records that were never written are given out again.
"""

from micropython import const

from wattseal.core import journal_cursor, journal_frame
from wattseal.core.journal_gaps import Gaps
from wattseal.drivers.checkpoint import Checkpoints
from wattseal.drivers.segment_writer import SegmentWriter
from wattseal.drivers.segments import Segments
from wattseal.drivers.telemetry_buffer import DUE_BYTES, MOST_RECORDS, TelemetryBuffer
from wattseal.drivers.telemetry_reader import TelemetryReader

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.contracts import Clock

_CURSOR = "cursor"
_BATCH = const(1)
_ENOSPC = const(28)
_LOOK_MS = const(1000)
_DUE_LOOKS = const(60)
_SCRATCH_BYTES = const(64)


class Telemetry:
    """`open` it first; `run` writes what is due. At most `limit_bytes` of frames.

    `quiet()`: the recorder's. `counters` says what went wrong."""

    def __init__(
        self, folder: str, clock: "Clock", quiet: "Callable[[], Awaitable[None]]",
        segment_bytes: int = 16384, limit_bytes: int = 65536, due_bytes: int = DUE_BYTES,
    ) -> None:  # fmt: skip
        if limit_bytes < 2 * segment_bytes:
            raise ValueError("the telemetry's limit must be two segments or more")
        self._clock = clock
        self._quiet = quiet
        self._limit_bytes = limit_bytes
        self._segments = Segments(folder, bytearray(_SCRATCH_BYTES))
        self._writer = SegmentWriter(self._segments, segment_bytes)
        self._checkpoints = Checkpoints(folder)
        self._buffer = TelemetryBuffer(due_bytes)
        self._reader = TelemetryReader(self._segments)
        self._acked = self._stored = 0
        self._batches = 0  # sequence of the newest
        self._looks = 0
        self.counters = {
            "bad_frames": 0, "bad_regions": 0, "torn_tails": 0, "dropped_segments": 0,
            "unwritten": 0, "cursor_errors": 0, "acks_refused": 0,
        }  # fmt: skip

    def open(self) -> None:
        """Find out what is there, and go on behind it. OSError."""
        from wattseal.drivers.journal_recovery import Recovery  # imported late: needed only here

        self._segments.find_all()
        recovery = Recovery(self._segments, Gaps(), self.counters)
        recovery.run(None)
        self._batches = recovery.highest
        if recovery.sound:
            self._writer.resume(self._batches)
        cursor = journal_cursor.decode(self._checkpoints.load(_CURSOR))
        acked, mark = cursor or (0, 0)
        self._stored = max(mark, self._reader.newest())
        self._acked = acked if cursor else max(0, self._reader.oldest() - 1)
        self._buffer.begin(self.next)
        if cursor or self._stored:
            self._buffer.gap(MOST_RECORDS, "restart")
        self._save_cursor()  # from now on a restart is known to be one

    def close(self) -> None:
        """Let go of the file. What is in RAM is lost, as by a power cut."""
        self._writer.close()

    @property
    def next(self) -> int:
        """The number behind the newest record that is stored: nothing from here on is read."""
        return self._stored + 1

    @property
    def oldest(self) -> int:
        """The oldest number not yet acknowledged, `next` when there is none."""
        return self._acked + 1

    def add(self, kind: int, payload: bytes) -> int:
        """Take a record, `kind` 1 to 255; its number, 0 when RAM has no room just now."""
        return self._buffer.add(kind, payload)

    def read(self, number: int) -> "tuple[int, bytes] | None":
        """(kind, payload). A gap record at the number where the gap begins, None behind it.

        OSError. Quick in ascending order."""
        if not self._acked < number < self.next:
            return None
        return self._reader.read(number, number == self.oldest, self._stored)

    def ack(self, upto: int) -> None:
        """The reader has everything up to `upto`: durable when it returns. OSError: not noted."""
        if upto > self._stored:
            self.counters["acks_refused"] += 1
        elif upto > self._acked:
            self._checkpoints.save(_CURSOR, journal_cursor.encode(upto, self._stored))
            self._acked = upto

    async def run(self) -> None:
        """Look each second for what is due: 60 records, 4 KB, or anything after a minute."""
        while True:
            await self._clock.sleep_until(self._clock.now_ms() + _LOOK_MS)
            self._looks += 1
            if self._buffer.is_due() or self._looks >= _DUE_LOOKS:
                await self._quiet()
                self.flush()

    def flush(self) -> bool:
        """Write what is in RAM. False: the medium refused; it stays in RAM and is tried again."""
        self._looks = 0
        if not self._buffer.count:
            return True
        try:
            frame = journal_frame.encode(_BATCH, self._batches + 1, self._buffer.batch())
            self._write(frame)
        except (OSError, MemoryError):
            self.counters["unwritten"] += 1
            return False
        self._batches += 1
        self._stored = self._buffer.first + self._buffer.count - 1
        self._buffer.begin(self.next)
        self._save_cursor()
        return True

    def give_way(self) -> bool:
        """Make room on the medium for what must not be lost. False: there is nothing to give."""
        if not len(self._segments):
            return False
        if len(self._segments) == 1:
            self._writer.close()
        try:
            self._segments.remove(0)
        except OSError:
            return False
        self._reader.forget()
        self.counters["dropped_segments"] += 1
        return True

    def drop_sent(self) -> None:
        """Of the segments but the newest, those that hold nothing unacknowledged. OSError."""
        while len(self._segments) > 1 and self._reader.last_of_oldest() <= self._acked:
            if not self.give_way():
                return

    def _write(self, frame: bytearray) -> None:
        while self._segments.total_bytes() + len(frame) > self._limit_bytes:
            if not self.give_way():
                raise OSError(_ENOSPC)
        while True:
            try:
                return self._writer.write(frame, self._batches + 1)
            except OSError as error:
                if error.errno != _ENOSPC or not self._holds_older() or not self.give_way():
                    raise

    def _holds_older(self) -> bool:
        """Something is stored beside the batch that is being written."""
        return len(self._segments) > 0 and self._segments.base(0) <= self._batches

    def _save_cursor(self) -> None:
        """The batch is durable already: failing here is counted, and undoes nothing."""
        try:
            self._checkpoints.save(_CURSOR, journal_cursor.encode(self._acked, self._stored))
        except (OSError, MemoryError):
            self.counters["cursor_errors"] += 1
