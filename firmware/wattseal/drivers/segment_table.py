"""Where a journal's segments begin and how full they are; touches no medium.

A segment ends where the next one begins: a frame with a sequence at or above the next segment's
base is left over from an append that failed, and does not count.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Generator, Protocol

    from wattseal.core.journal_frame import FrameScan

    class Tail(Protocol):
        """The end of the newest segment, while frames are put there."""

        def close(self) -> None: ...


_NO_LIMIT = 1 << 32  # above every sequence
_PATIENCE = const(20)  # times that a record is asked for that the medium refuses to read
_EIO = const(5)


class SegmentTable:
    """Oldest first; two integers in RAM for each. What a medium adds is in the subclasses:
    drivers.segments and drivers.ring_segments."""

    def __init__(self) -> None:
        # For the subclasses alone. Not private: tools/shorten.py renames those module by module.
        self.bases: list[int] = []
        self.sizes: list[int] = []
        self.counters = {"reads_refused": 0}  # what the medium did wrong
        self.unknown = 0  # pieces that may hold any records, for they cannot be read
        self.patience = _PATIENCE

    def __len__(self) -> int:
        return len(self.bases)

    def base(self, index: int) -> int:
        """The first sequence of a segment."""
        return self.bases[index]

    def limit(self, index: int) -> int:
        """The sequence at which a segment ends: the next one's base, 2**32 for the newest."""
        return self.bases[index + 1] if index + 1 < len(self) else _NO_LIMIT

    def size(self, index: int) -> int:
        """Where the next frame would go."""
        return self.sizes[index]

    def ends_at(self, index: int, end: int) -> bool:
        """A frame that ends there is the last thing in the segment."""
        return end == self.sizes[index]

    def is_empty(self, index: int) -> bool:
        return not self.sizes[index]

    def taken_bytes(self, index: int) -> int:
        """What removing the segment would give back."""
        return self.sizes[index]

    def total_bytes(self) -> int:
        return sum([self.taken_bytes(index) for index in range(len(self))])

    def bytes_before(self, sequence: int) -> int:
        """Of the segments that hold nothing from `sequence` on; never of the newest."""
        size = index = 0
        while index + 1 < len(self) and self.limit(index) <= sequence:
            size += self.taken_bytes(index)
            index += 1
        return size

    def room_bytes(self, limit_bytes: int, sequence: int) -> int:
        """Frames of any length that fit for certain, where all before `sequence` may go."""
        return max(0, limit_bytes - self.total_bytes() + self.bytes_before(sequence))

    def index_of(self, sequence: int) -> int:
        """The segment that would hold `sequence`; the oldest for what lies before it."""
        index = len(self) - 1
        while index > 0 and self.bases[index] > sequence:
            index -= 1
        return max(index, 0)

    def hidden_bytes(self) -> int:
        """The most that the newest segment may hold, where it cannot be read."""
        return self.sizes[-1] if self.sizes else 0

    def refuse(self, before: int, oldest: bool) -> None:
        """OSError while a record may only be unreadable for now: as `reads_refused`, `before` its
        reading, tells. `oldest`: no other one can be acknowledged before it."""
        if self.patience and (self.unknown or self.counters["reads_refused"] != before):
            self.patience -= oldest
            raise OSError(_EIO)

    def heal(self) -> bool:
        """Try one piece of the medium again that has failed; it may have been for a while. True:
        there is more room."""
        return False

    def count(self, size: int) -> None:
        """The newest segment takes `size` bytes more."""
        self.sizes[-1] += size

    def wipe_steps(self, index: int) -> "Generator[None, None, None]":
        """Overwrite a segment that is to be removed, where the medium can, in short steps. For as
        long as it is there. OSError."""
        yield

    if TYPE_CHECKING:

        def find_all(self) -> None:
            """Learn what is there. OSError."""
            ...

        def open_newest(self) -> "Tail":
            """The newest segment, to append to. OSError."""
            ...

        def create(self, base: int) -> "Tail":
            """A new, empty segment from `base` on. OSError, ENOSPC when there is no room for one.

            A segment of that base that is there already was never given a whole frame: it goes.
            """
            ...

        def write(self, tail: "Any", frame: bytearray) -> None:
            """Put a frame that is counted already behind the others, durably. OSError."""
            ...

        def remove(self, index: int) -> None:
            """OSError."""
            ...

        def frames(self, index: int, after: int = 0) -> "Generator[FrameScan, None, None]":
            """Yield one FrameScan, again and again, at each frame that is in its place. OSError.

            Only headers are checked; ask the scan to `verify` or `load`. Exhaust or close the
            generator, for it may hold a file open.
            """
            ...
