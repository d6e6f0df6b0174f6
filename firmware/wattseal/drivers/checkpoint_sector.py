"""A sector of the checkpoints' log on raw flash: begins it, puts entries in, reads what is there.

    start  twice a frame (core.journal_frame) of kind C5, sequence: the sector's generation, from
           1; payload: the version before its first entry, the version up to which something was
           known to be lost, and for every sector of the log its generation if it held something
           that counted when this one began, else 0
    entry  a frame of kind C6, C7 for a name that was removed, or C9 for a blob that was moved
           while a later one may have been lost; its sequence is the version, which counts all
           saves; payload: length of the name, name, blob
    end    in the last bytes, once no entry may come: a frame of kind C8, payload: the version of
           the newest entry; marked once the next sector has begun

Behind each frame stands a mark, FF until the frame is down. An entry's header is programmed first,
by itself. So a save that the power cut off is told from one that has rotted: it has no mark, and
no bytes behind a header that does not check. Must not know what a name means.
"""

import struct

from micropython import const

from wattseal.core import journal_frame
from wattseal.core.journal_frame import OVERHEAD, FrameScan
from wattseal.drivers.ring_region import RegionReader

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.drivers.ring_region import Region

    Entry = tuple[int, int, int]  # version, place, bytes of the frame

BLOB = const(0xC6)
GONE = const(0xC7)
DOUBTED = const(0xC9)
_START = const(0xC5)
_END = const(0xC8)
_HEADER = const(11)  # of a frame
_MARK = b"\x00"
_EIO = const(5)
_END_FRAME = OVERHEAD + 4


class Sector:
    """`read_start` and `read_entries`, or `begin` it. `at`: where the next entry goes, 0 when none
    may. Versions: `floor` before the first entry, `newest`, and `doubt`, up to which something is
    lost. `open_end`: what was saved last here is lost, and nobody knows its version.

    A start has 16 of them in RAM: what few have is theirs alone, for 13 attributes take 48 bytes
    more than 12."""

    open_end = False
    refused = False  # it does not let itself be read
    ended = left = False  # no entry may come; the next sector has begun
    table: "tuple[int, ...]" = ()

    def __init__(self, region: "Region", number: int) -> None:
        self._region = region
        self.number = number
        self._start = number * region.sector_bytes
        self._end = self._start + region.sector_bytes - _END_FRAME - 1
        self.generation = self.floor = self.newest = self.doubt = self.at = 0

    @property
    def _copy_bytes(self) -> int:
        return OVERHEAD + 8 + 4 * self._region.sectors + 1

    @property
    def most_bytes(self) -> int:
        """Of a frame that an empty sector has room for."""
        return self._end - self._start - 2 * self._copy_bytes - 1

    def begin(self, generation: int, floor: int, doubt: int, table: "tuple[int, ...]") -> None:
        """OSError: it is worn."""
        payload = struct.pack(">%dI" % (2 + len(table)), floor, doubt, *table)
        copy = bytes(journal_frame.encode(_START, generation, payload)) + _MARK
        self._region.erase(self.number)
        self._region.program(self._start, copy + copy)
        self.generation, self.floor, self.newest = generation, floor, floor
        self.at = self._start + 2 * self._copy_bytes

    def fits(self, frame_bytes: int) -> bool:
        return self.at > 0 and self.at + frame_bytes + 1 <= self._end

    def put(self, version: int, frame: bytearray) -> "Entry":
        """Durable when it returns. After OSError, or any exception, nothing more may come here."""
        at, self.at = self.at, 0
        self._region.program(at, memoryview(frame)[:_HEADER])
        self._region.program(at + _HEADER, memoryview(frame)[_HEADER:])
        self._region.program(at + len(frame), _MARK)
        self.newest, self.at = version, at + len(frame) + 1
        return version, at, len(frame)

    def finish(self) -> None:
        """No entry comes any more. OSError."""
        self.at = 0
        if not self.ended:
            self.ended = True
            payload = struct.pack(">I", self.newest)
            frame = journal_frame.encode(_END, self.generation, payload)
            self._region.program(self._end, frame)

    def leave(self) -> None:
        """The next one has begun. OSError."""
        self.left = True
        self._region.program(self._end + _END_FRAME, _MARK)

    def read_start(self) -> bool:
        """False when it is none of the log's, or `refused`."""
        size = self._copy_bytes
        copies = bytearray(2 * size)
        try:
            self._region.read_into(self._start, copies)
        except OSError:
            self.refused = True
            return False
        said = journal_frame.decode(copies[: size - 1]) or journal_frame.decode(copies[size:-1])
        if not said or said[0] != _START or len(said[2]) != 8 + 4 * self._region.sectors:
            return False
        self.generation = said[1]
        words = struct.unpack(">%dI" % (2 + self._region.sectors), said[2])
        self.floor, self.doubt, self.table = words[0], words[1], words[2:]
        return True

    def read_entries(self, take: "Callable[[bytes, Entry], None]") -> None:
        """`take(name, entry)` for each good one."""
        try:
            self._read_entries(take)
        except OSError:
            self.at = 0
            self.open_end = True

    def _read_entries(self, take: "Callable[[bytes, Entry], None]") -> None:
        """OSError: nobody knows what comes behind."""
        region = self._region
        end = bytearray(_END_FRAME + 1)
        region.read_into(self._end, end)
        said = journal_frame.decode(end[:_END_FRAME])
        self.ended = end != b"\xff" * len(end)
        self._scan(take)
        if said and said[0] == _END:
            self.left = _is_mark(end[_END_FRAME])
            self.open_end = False
            newest = struct.unpack(">I", said[2])[0]
            if newest > self.newest:
                self._lose(newest)
        if self.open_end or self.ended:
            self.at = 0

    def _scan(self, take: "Callable[[bytes, Entry], None]") -> None:
        region, size = self._region, self._end - self._start
        self.newest = self.floor
        behind = 2 * self._copy_bytes
        scan = FrameScan(RegionReader(region, self._start, size), size, region.scratch, behind)
        mark, torn = bytearray(1), False
        while scan.find():
            region.read_into(self._start + scan.after, mark)
            behind = scan.after = scan.after + 1
            if scan.kind in (BLOB, GONE, DOUBTED):
                torn = not self._check(scan, _is_mark(mark[0]), take)
        self._look_behind(self._start + behind, torn)

    def _check(self, scan: FrameScan, whole: bool, take: "Callable[[bytes, Entry], None]") -> bool:
        """False for an entry whose save the power cut off: it never counted."""
        at, version = self._start + scan.offset, scan.sequence
        payload = scan.load()
        if payload is None and not whole:
            return False
        if version > self.newest + 1:
            self._lose(version - 1)
        self.newest = max(self.newest, version)
        if payload is None:
            self._lose(version)
        else:
            take(payload[1 : 1 + payload[0]], (version, at, scan.length + OVERHEAD))
        return True

    def _look_behind(self, at: int, torn: bool) -> None:
        """What lies behind the last entry that has a header."""
        middle = min(at + _HEADER, self._end)
        header, rest = self._used(at, middle), self._used(middle, self._end)
        # One byte there is a bit that flipped; a header alone was cut off.
        self.open_end = rest > 1
        self.at = 0 if torn or header or rest else at

    def _used(self, at: int, end: int) -> int:
        """How many bytes are not erased."""
        used, scratch = 0, memoryview(self._region.scratch)
        while at < end:
            piece = scratch[: min(end - at, len(scratch))]
            self._region.read_into(at, piece)
            used += len(piece) - bytes(piece).count(b"\xff")
            at += len(piece)
        return used

    def _lose(self, version: int) -> None:
        self.doubt = max(self.doubt, version)
        self.newest = max(self.newest, version)


def generations_of(sectors: "list[Sector]") -> "list[int]":
    """After `read_start`; one that cannot be read may be newer than the others. OSError: nothing
    that can be says what there is."""
    generations = [sector.generation for sector in sectors]
    newest = max(generations)
    if not newest and any(sector.refused for sector in sectors):
        raise OSError(_EIO)
    return [newest + 1 if sector.refused else sector.generation for sector in sectors]


def _is_mark(byte: int) -> bool:
    """Half of its bits or more are cleared: a few that flip change nothing."""
    return bin(byte).count("1") <= 4
