"""The journal, on files or on raw flash: durable appends; never overwrites a record.

Segments of frames (core.journal_frame, drivers.segment_table) and a cursor
(drivers.journal_marks); storage.py puts them together. One task appends, one task reads and
acknowledges, both in the same event loop; no call here waits. Satisfies contracts.Journal.
"""

from micropython import const

from wattseal.core import journal_frame
from wattseal.core.journal_frame import JournalFull
from wattseal.core.journal_gaps import Gaps
from wattseal.drivers.segment_writer import SegmentWriter

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.drivers.journal_aging import Aging
    from wattseal.drivers.journal_marks import Marks
    from wattseal.drivers.segment_table import SegmentTable

_ENOSPC = const(28)
_LOST_LISTED = const(256)
_TRIMMED = const(2)  # segments: more than an append begins
_FORMER_BYTES = const(1048576)  # the most that any limit ever was


class FileJournal:
    """`open` it first. At most `limit_bytes` of frames, in segments of about `segment_bytes`.

    Keep the limit under 70 % of a file system: LittleFS gets slow and worn when it is fuller. The
    newest `keep_acked` acknowledged records stay, unless for room. `counters`: what went wrong."""

    def __init__(
        self, segments: "SegmentTable", marks: "Marks", segment_bytes: int, limit_bytes: int,
        keep_acked: int,
    ) -> None:  # fmt: skip
        if limit_bytes < 2 * segment_bytes:
            raise ValueError("the journal's limit must be two segments or more")
        self.limit_bytes, self.keep_acked = limit_bytes, keep_acked
        self.segments, self._marks = segments, marks
        self.heal = segments.heal
        self._writer = SegmentWriter(self.segments, segment_bytes)
        self._hint = (0, 0, 0)  # sequence, base of its segment, its offset there
        self._gaps = Gaps()
        self._acked = self._highest = 0
        self.give_way: Callable[[], bool] = lambda: False  # make room on the medium: telemetry's
        self.stays: Callable[[], int] = lambda: 1 << 32  # records from there on, unless for room
        self.counters = segments.counters
        self.counters.update({
            "bad_frames": 0, "bad_regions": 0, "torn_tails": 0, "cursor_unknown": 0,
            "cursor_errors": 0, "removal_errors": 0, "acks_refused": 0,
        })  # fmt: skip

    def open(self, feed: "Callable[[], None]" = lambda: None) -> None:
        """Find out what is there, and go on behind it. `feed()` before each segment. OSError."""
        from wattseal.drivers.journal_recovery import Recovery  # imported late: needed only here

        self.segments.find_all()
        cursor = self._marks.load(len(self.segments) > 0)
        recovery = Recovery(self.segments, self._gaps, self.counters)
        recovery.run(cursor, feed)
        self._acked, self._highest = recovery.acked, recovery.highest
        self.counters["cursor_unknown"] += cursor is None and len(self.segments) > 0
        if cursor != (self._acked, self._highest):
            self._save_mark()
        if self.used_bytes - self.segments.bytes_before(self.oldest) > self.limit_bytes:
            self.limit_bytes = _FORMER_BYTES  # an outage of before the limit was lower goes on
        if recovery.sound:
            self._writer.resume(self._highest)

    def close(self) -> None:
        """Let go of the file. Whatever was appended is durable without it."""
        self._writer.close()

    @property
    def next(self) -> int:
        """The sequence the next append will get: sign with it, then append."""
        return self._highest + 1

    @property
    def oldest(self) -> int:
        """The oldest sequence not yet acknowledged, `next` when there is none."""
        return self._acked + 1

    @property
    def acked(self) -> int:
        """The receiver has everything up to here; 0 before the first acknowledgement."""
        return self._acked

    @property
    def first(self) -> int:
        """No record with a number below is here any more."""
        return self.segments.base(0) if len(self.segments) else 0

    @property
    def lost(self) -> "list[int]":
        """Unacknowledged sequences without a good frame, the lowest 256."""
        return self._gaps.numbers(_LOST_LISTED)

    @property
    def used_bytes(self) -> int:
        """What counts against `limit_bytes`."""
        return self.segments.total_bytes()

    @property
    def room_bytes(self) -> int:
        """Bytes of frames that fit for certain, with what acknowledged segments would free."""
        return self.segments.room_bytes(self.limit_bytes, self._acked + 1)

    def append(self, kind: int, payload: bytes) -> int:
        """Store one record; durable, with the sequence returned, when it returns.

        JournalFull: no room, nothing acknowledged to delete. OSError: `next` stays, and may get
        another payload, which then counts; a restart before that may find this one stored.
        ValueError above 8192 bytes."""
        frame = journal_frame.encode(kind, self.next, payload)
        self._trim_history()
        while self.used_bytes + len(frame) > self.limit_bytes:
            if not self.remove_oldest() and not self.heal():
                raise JournalFull
        self._write(frame)
        self._highest += 1
        self._save_mark()
        return self._highest

    def read(self, sequence: int) -> "tuple[int, bytes] | None":
        """(kind, payload), or None for a frame that is gone or fails its CRC. OSError for one that
        may come: ask again. Quick in ascending order; any other walks one segment's headers."""
        if not 1 <= sequence < self.next or not len(self.segments):
            return None
        index, refused = self.segments.index_of(sequence), self.counters["reads_refused"]
        base = self.segments.base(index)
        hinted = self._hint[:2] == (sequence, base)
        frames = self.segments.frames(index, self._hint[2] if hinted else 0)
        try:
            for scan in frames:
                if scan.sequence >= sequence:
                    payload = scan.load() if scan.sequence == sequence else None
                    if payload is None:
                        break
                    self._hint = (sequence + 1, base, scan.after)
                    return scan.kind, payload
        finally:
            frames.close()
        self._note_lost(sequence, refused)
        return None

    def ack(self, upto: int) -> None:
        """The receiver has every frame up to `upto`: durable when it returns. OSError: not noted.

        Never moves back. A number that was never given out is refused and counted."""
        if upto > self._highest:
            self.counters["acks_refused"] += 1
        elif upto > self._acked:
            self._marks.save_own(upto, self._highest)
            self._acked = upto
            self._gaps.forget_upto(upto)

    def scan_all(
        self, take: "Callable[[int, int, bytes], object]", feed: "Callable[[], None]"
    ) -> None:
        """Call `take(kind, sequence, payload)` for every frame that checks and is still here, the
        oldest first. `take` must not append. `feed()` before each segment. OSError."""
        for index in range(len(self.segments)):
            feed()
            for scan in self.segments.frames(index):
                payload = scan.load()
                if payload is not None and scan.sequence < self.next:
                    take(scan.kind, scan.sequence, payload)

    def aging(self) -> "Aging":
        from wattseal.drivers.journal_aging import Aging  # imported late: seldom needed

        return Aging(self, self.segments, self._writer)

    def _write(self, frame: bytearray) -> None:
        """A full file system makes room: telemetry goes first, then acknowledged records."""
        while True:
            try:
                return self._writer.write(frame, self.next)
            except OSError as error:
                if error.errno != _ENOSPC:
                    raise
                if not self.give_way() and not self.remove_oldest():
                    raise JournalFull

    def _trim_history(self) -> None:
        """Acknowledged segments beyond the newest `keep_acked` records go in any case; with each
        append a few, for on files that takes long."""
        for _ in range(_TRIMMED):
            limit = self.segments.limit(0)
            due = self._acked + 1 - limit >= self.keep_acked and limit <= self.stays()
            if not due or not self.remove_oldest():
                return

    def remove_oldest(self) -> bool:
        """Delete the oldest segment if all of it is acknowledged. False: nothing was gained."""
        if len(self.segments) < 2 or self.segments.limit(0) > self._acked + 1:
            return False
        try:
            self.segments.remove(0)
        except OSError:
            self.counters["removal_errors"] += 1
            return False
        return True

    def _save_mark(self) -> None:
        """The frame is durable already: failing here is counted, and does not undo the append."""
        try:
            self._marks.save(self._acked, self._highest)
        except (OSError, MemoryError):
            self.counters["cursor_errors"] += 1

    def _note_lost(self, sequence: int, refused: int) -> None:
        if sequence > self._acked and not self._gaps.has(sequence):
            self.segments.refuse(refused, sequence == self.oldest)
            self.counters["bad_frames"] += 1
            self._gaps.add(sequence, sequence)
