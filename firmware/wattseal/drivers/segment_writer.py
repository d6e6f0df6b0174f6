"""Puts frames behind one another in the newest segment; must not decide what is deleted."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.drivers.segment_table import SegmentTable, Tail


class SegmentWriter:
    """Starts a new segment when the newest is full, and never writes behind a torn frame.

    Whatever is raised while a frame is being written (a KeyboardInterrupt too) may leave none of
    it, a part or all of it on the medium, and on LittleFS closing the file commits the part. The
    segment is given up, and the next one, named after the same sequence, makes that frame void.
    """

    def __init__(self, segments: "SegmentTable", segment_bytes: int) -> None:
        self._segments = segments
        self._segment_bytes = segment_bytes
        self._file: Tail | None = (
            None  # the newest segment; None when the next frame starts another
        )
        self._last = 0  # sequence of the frame it ends with

    def resume(self, last: int) -> None:
        """Go on behind the newest segment, which ends with the good frame `last`. OSError."""
        self._file = self._segments.open_newest()
        self._last = last

    def write(self, frame: bytearray, sequence: int) -> None:
        """Durable when it returns; OSError when it may not be."""
        file, self._file = self._file, None  # put back once the frame is down
        try:
            if file is None or sequence != self._last + 1 or self._is_full(len(frame)):
                if file:
                    file.close()
                file = None  # a small heap has the next one's buffer in its place
                file = self._segments.create(sequence)
            self._segments.count(len(frame))
            self._segments.write(file, frame)
            self._last = sequence
            self._file = file
        finally:
            if file and self._file is None:
                _give_up(file)

    def close(self) -> None:
        if self._file:
            self._file.close()
            self._file = None

    def _is_full(self, size: int) -> bool:
        newest = len(self._segments) - 1
        if self._segments.is_empty(newest):
            return False
        return self._segments.size(newest) + size > self._segment_bytes


def _give_up(file: "Tail") -> None:
    """Close at once: a later close, by the collector, could overwrite the next segment's entry."""
    try:
        file.close()
    except OSError:
        pass  # the medium that refused the data refuses it again
