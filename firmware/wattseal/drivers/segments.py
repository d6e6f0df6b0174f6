"""The journal's segments as files of one folder; must not know what a record is.

A segment is named after the first sequence written to it, `0000002a.seg`.
"""

import os

from micropython import const

from wattseal.core.journal_frame import FrameScan
from wattseal.drivers.durable import write_durably
from wattseal.drivers.readable import Readable
from wattseal.drivers.segment_table import SegmentTable

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, BinaryIO, Generator

_SUFFIX = ".seg"
_NAME_LENGTH = const(12)
_EEXIST = const(17)


class Segments(SegmentTable):
    """`scratch`: 64 bytes or more to read through."""

    def __init__(self, folder: str, scratch: bytearray) -> None:
        super().__init__()
        self._folder = folder
        self._scratch = scratch

    def find_all(self) -> None:
        """Read the folder, made if missing. Files with other names are left alone. OSError."""
        _make_folder(self._folder)
        self.bases = sorted(
            int(name[:8], 16) for name in os.listdir(self._folder) if _is_segment(name)
        )
        self.sizes = [os.stat(self._path(base))[6] for base in self.bases]

    def open_newest(self) -> "BinaryIO":
        return open(self._path(self.bases[-1]), "ab")

    def create(self, base: int) -> "BinaryIO":
        # Emptied and let go of first: a handle that a MemoryError left to the collector would
        # empty the file when it is closed, whatever another try has put there by then.
        open(self._path(base), "wb").close()
        if not self.bases or self.bases[-1] != base:
            del self.sizes[len(self.bases) :]  # of a try that got half as far
            self.sizes.append(0)
            self.bases.append(base)
        self.sizes[-1] = 0
        return open(self._path(base), "ab")

    def write(self, tail: "Any", frame: bytearray) -> None:
        write_durably(tail, frame)

    def remove(self, index: int) -> None:
        os.remove(self._path(self.bases[index]))
        del self.bases[index], self.sizes[index]

    def frames(self, index: int, after: int = 0) -> "Generator[FrameScan, None, None]":
        last, limit = self.base(index) - 1, self.limit(index)
        with open(self._path(self.bases[index]), "rb") as file:
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
