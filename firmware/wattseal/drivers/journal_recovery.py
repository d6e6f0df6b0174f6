"""What a journal finds when it opens: where it goes on, and what is missing; appends nothing.

Scans only from the oldest unacknowledged frame on. Doing it twice, or being cut off half-way and
doing it again, finds the same.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.core.journal_gaps import Gaps
    from wattseal.drivers.segment_table import SegmentTable

_LEAST_BYTES = const(256)  # of a record: no signed one is as short


class Recovery:
    """The state of the segments, measured against the cursor.

    acked, highest  sequences; the next one to be given out is `highest` + 1
    sound           the newest segment ends with a good frame, so one may be put behind it
    hidden          a piece of it could not be read; what it held may come to light later
    """

    def __init__(self, segments: "SegmentTable", gaps: "Gaps", counters: "dict[str, int]") -> None:
        self._segments = segments
        self._gaps = gaps
        self._counters = counters
        self.acked = 0
        self.highest = 0
        self.sound = False
        self.hidden = False

    def run(
        self, cursor: "tuple[int, int] | None", feed: "Callable[[], None]" = lambda: None
    ) -> None:
        """`cursor` is (acked, mark), None for unknown. Fills the attributes. OSError."""
        segments, before = self._segments, self._segments.counters["reads_refused"]
        feed()
        mark = cursor[1] if cursor else 0
        self._drop_stillborn(mark if cursor else None)
        if cursor:
            self.acked = cursor[0]
        elif len(segments):
            # Whole segments go only when acknowledged; everything that is left is sent again.
            missing = segments.hidden_bytes() // _LEAST_BYTES if segments.unknown else 0
            self.acked = max(0, segments.base(0) - 1 - missing)
        self.highest = self.acked
        first = segments.index_of(self.acked + 1)
        for index in range(first, len(segments)):
            feed()
            self._examine(index)
        self.hidden = segments.unknown > 0 or self._segments.counters["reads_refused"] > before
        if self.hidden and (segments.unknown or not self.sound):
            mark = max(mark, self._spent(mark if cursor else -1))
        elif cursor is None and len(segments) and not self.sound:
            mark = self.highest + 1  # the damaged end may have been a record: spend its number
        if mark > self.highest:
            self._gaps.add(self.highest + 1, mark)
            self.highest = mark
        if self.hidden and segments.patience:
            self._gaps.forget_upto(mark)  # not lost before each was asked for, again and again

    def _spent(self, mark: int) -> int:
        """The highest number that what cannot be read may have. A `mark` that is known, not -1, is
        enough, but for a segment that begins above it."""
        segments = self._segments
        base = segments.base(len(segments) - 1) if len(segments) else 0
        if base > mark:
            return max(base, self.highest) + segments.hidden_bytes() // _LEAST_BYTES
        return 0

    def _examine(self, index: int) -> None:
        end = skipped = 0
        for scan in self._segments.frames(index):
            skipped = scan.skipped
            if not scan.verify():
                self._counters["bad_frames"] += 1
                continue
            end = scan.after
            if scan.sequence > self.highest + 1:
                self._gaps.add(self.highest + 1, scan.sequence - 1)
            self.highest = max(self.highest, scan.sequence)
        self._counters["bad_regions"] += skipped
        self.sound = self._segments.ends_at(index, end)
        if not self.sound:
            self._counters["torn_tails"] += 1

    def _drop_stillborn(self, mark: "int | None") -> None:
        """Delete newest segments that never held a durable frame: an append was cut off there.

        Without a mark only empty ones: the others might hold a record that has rotted.
        """
        segments = self._segments
        while len(segments):
            newest = len(segments) - 1
            never = segments.base(newest) > mark if mark is not None else segments.is_empty(newest)
            before = self._segments.counters["reads_refused"]
            if not never or self._holds_good_frame(newest):
                return
            if self._segments.counters["reads_refused"] > before:
                return  # nobody knows what it holds
            segments.remove(newest)

    def _holds_good_frame(self, index: int) -> bool:
        frames = self._segments.frames(index)
        try:
            return any(scan.verify() for scan in frames)
        finally:
            frames.close()
