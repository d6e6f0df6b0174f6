"""Takes old segments out of a journal, and has a new one begun; judges no age, knows no record.

Loaded for a review, and dropped.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator

    from wattseal.drivers.file_journal import FileJournal
    from wattseal.drivers.segment_table import SegmentTable
    from wattseal.drivers.segment_writer import SegmentWriter


class Aging:
    """Of one journal, between its appends."""

    def __init__(
        self, journal: "FileJournal", segments: "SegmentTable", writer: "SegmentWriter"
    ) -> None:
        self._journal = journal
        self._segments = segments
        self._writer = writer

    @property
    def newest_base(self) -> int:
        """The first number of the newest segment."""
        return self._segments.base(len(self._segments) - 1) if len(self._segments) else 1 << 32

    def remove_steps(self, upto: int) -> "Generator[None, None, None]":
        """The oldest segments go that hold nothing above `upto` and nothing unacknowledged, never
        the newest; in steps, between which records may be appended. OSError.

        The newest that holds a record stays too: where an append has failed, one without any is
        behind it, which a restart takes away with all that was known of the numbering.

        First what is in it is overwritten where the medium can do that: a cut on the way leaves a
        segment of which nothing can be read, and that goes at the next review."""
        segments, journal = self._segments, self._journal
        while self._holds_newer() and segments.limit(0) <= min(upto, journal.acked) + 1:
            base = segments.base(0)
            for _ in segments.wipe_steps(0):
                yield
                if segments.base(0) != base:
                    break  # an append has needed its room
            if segments.base(0) == base and not journal.remove_oldest():
                return
            yield

    def begin_anew(self) -> None:
        """The next record begins a segment, and the one before can go in its time."""
        self._writer.close()

    def _holds_newer(self) -> bool:
        """There is a record that can be read behind the oldest segment."""
        for index in range(len(self._segments) - 1, 0, -1):
            frames = self._segments.frames(index)
            try:
                if any(scan.verify() for scan in frames):
                    return True
            finally:
                frames.close()
        return False
