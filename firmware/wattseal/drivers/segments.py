"""The journal's segments as files of one folder; must not know what a record is.

A segment is named after the first sequence written to it, `0000002a.seg`.
"""

import os

from micropython import const

from wattseal.core.journal_frame import FrameScan
from wattseal.drivers.durable import write_durably
from wattseal.drivers.readable import TRIES, Readable
from wattseal.drivers.segment_table import SegmentTable

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, BinaryIO, Callable, Generator

_SUFFIX = ".seg"
_NAME_LENGTH = const(12)
_EEXIST = const(17)
_EIO = const(5)
_SIZE_BYTES = const(32768)  # of a segment that does not even tell its size


class Segments(SegmentTable):
    """`scratch`: 64 bytes or more to read through."""

    def __init__(self, folder: str, scratch: bytearray) -> None:
        super().__init__()
        self._folder = folder
        self._scratch = scratch

    def find_all(self) -> None:
        """Read the folder, made if missing. Files with other names are left alone. OSError."""
        _make_folder(self._folder)
        names = self._tried(os.listdir, self._folder)
        if names is None:
            raise OSError(_EIO)
        self.bases = sorted(int(name[:8], 16) for name in names if _is_segment(name))
        told = [self._tried(os.stat, self._path(base)) for base in self.bases]
        self.sizes = [row[6] if row else _SIZE_BYTES for row in told]

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
        opened = self._tried(lambda path: open(path, "rb"), self._path(self.bases[index]))
        if not opened:
            return
        with opened as file:
            reader = Readable(file, self.counters)
            scan = FrameScan(reader, file.seek(0, 2), self._scratch, after)
            while scan.find():
                # Kind 0 is a checkpoint's: a damaged file can lead to where one was.
                if scan.kind and last < scan.sequence < limit:
                    last = scan.sequence
                    yield scan

    def _tried(self, action: "Callable[[str], Any]", path: str) -> "Any":
        """None: refused again and again, which is counted."""
        for _ in range(TRIES):
            try:
                return action(path)
            except OSError:
                pass  # it is asked again
        self.counters["reads_refused"] += 1
        return None

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
