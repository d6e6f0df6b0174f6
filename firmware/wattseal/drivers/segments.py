"""The journal's segment files and where each begins; must not know what a record is.

A segment is named after the first sequence written to it, `0000002a.seg`, and ends where the next
one begins: a frame with a sequence at or above the next segment's base is left over from an
append that failed, and does not count.
"""

import os

from micropython import const

from wattseal.core.journal_frame import FrameScan
from wattseal.drivers.readable import Readable

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import BinaryIO, Generator

_SUFFIX = ".seg"
_NAME_LENGTH = const(12)
_EEXIST = const(17)
_NO_LIMIT = 1 << 32  # above every sequence


class Segments:
    """The segments of one folder, oldest first. Holds two integers in RAM for each."""

    def __init__(self, folder: str, scratch: bytearray) -> None:
        self._folder = folder
        self._scratch = scratch
        self._bases: list[int] = []
        self._sizes: list[int] = []

    def __len__(self) -> int:
        return len(self._bases)

    def find_all(self) -> None:
        """Read the folder, made if missing. Files with other names are left alone. OSError."""
        _make_folder(self._folder)
        self._bases = sorted(
            int(name[:8], 16) for name in os.listdir(self._folder) if _is_segment(name)
        )
        self._sizes = [os.stat(self._path(base))[6] for base in self._bases]

    def base(self, index: int) -> int:
        """The first sequence of a segment."""
        return self._bases[index]

    def limit(self, index: int) -> int:
        """The sequence at which a segment ends: the next one's base, 2**32 for the newest."""
        return self._bases[index + 1] if index + 1 < len(self) else _NO_LIMIT

    def size(self, index: int) -> int:
        return self._sizes[index]

    def total_bytes(self) -> int:
        return sum(self._sizes)

    def bytes_before(self, sequence: int) -> int:
        """Of the segments that hold nothing from `sequence` on; never of the newest."""
        size = index = 0
        while index + 1 < len(self) and self.limit(index) <= sequence:
            size += self._sizes[index]
            index += 1
        return size

    def index_of(self, sequence: int) -> int:
        """The segment that would hold `sequence`; the oldest for what lies before it."""
        index = len(self) - 1
        while index > 0 and self._bases[index] > sequence:
            index -= 1
        return max(index, 0)

    def open_newest(self) -> "BinaryIO":
        """The newest segment, to append to. OSError."""
        return open(self._path(self._bases[-1]), "ab")

    def create(self, base: int) -> "BinaryIO":
        """A new, empty segment from `base` on, open for writing. OSError.

        A segment of that base that is there already was never given a whole frame: it is emptied.
        """
        file = open(self._path(base), "wb")
        if not self._bases or self._bases[-1] != base:
            self._bases.append(base)
            self._sizes.append(0)
        self._sizes[-1] = 0
        return file

    def count(self, size: int) -> None:
        """The newest segment takes `size` bytes more."""
        self._sizes[-1] += size

    def remove(self, index: int) -> None:
        """Delete a segment. OSError."""
        os.remove(self._path(self._bases[index]))
        del self._bases[index], self._sizes[index]

    def frames(self, index: int, after: int = 0) -> "Generator[FrameScan, None, None]":
        """Yield one FrameScan, again and again, at each frame that has its place here. OSError.

        Only headers are checked; ask the scan to `verify` or `load`. Exhaust or close the
        generator, for it holds the file open.
        """
        last, limit = self.base(index) - 1, self.limit(index)
        with open(self._path(self._bases[index]), "rb") as file:
            scan = FrameScan(Readable(file), file.seek(0, 2), self._scratch, after)
            while scan.find():
                # Kind 0 is a checkpoint's: a damaged file can lead to where one was.
                if scan.kind and last < scan.sequence < limit:
                    last = scan.sequence
                    yield scan

    def _path(self, base: int) -> str:
        return "{}/{:08x}{}".format(self._folder, base, _SUFFIX)


def _is_segment(name: str) -> bool:
    if len(name) != _NAME_LENGTH or not name.endswith(_SUFFIX):
        return False
    return not name[:8].strip("0123456789abcdef")


def _make_folder(folder: str) -> None:
    try:
        os.mkdir(folder)
    except OSError as error:
        if error.errno != _EEXIST:
            raise
