"""The journal's segments in a ring of raw flash; must not know what a record is.

The region is cut into areas of a few sectors, used in turn so that they wear alike. An area begins
with a header, twice the same frame (core.journal_frame): the segment's base as its sequence, and
a generation that rises with every area begun. Behind it come the journal's frames. A sector is
erased when the first byte goes into it; what an area held before is told from what it holds now by
its sequences, which are lower. A header that does not check, torn or cleared, makes the area free.
"""

import struct

from micropython import const

from wattseal.core import journal_frame
from wattseal.core.journal_frame import FrameScan
from wattseal.drivers.ring_region import RegionReader
from wattseal.drivers.segment_table import SegmentTable

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Generator

    from wattseal.drivers.ring_region import Region

_KIND = const(0xA5)
_COPY = journal_frame.OVERHEAD + 4
_HEADER = 2 * _COPY
_WASTE = const(8206)  # bytes, one less than the largest frame
_ENOSPC = const(28)
_EDGE = const(16)  # bytes that tell a blank end of a sector from a frame's


class RingSegments(SegmentTable):
    """An area that fails is left alone until the next start, and counted."""

    def __init__(self, region: "Region", area_sectors: int) -> None:
        super().__init__()
        self._region = region
        self._area_sectors = area_sectors
        self._areas: list[int] = []  # of each segment
        self._bad: list[int] = []
        self._generation = 0
        self.area_bytes = area_sectors * region.sector_bytes
        self.counters["areas_bad"] = 0

    def find_all(self) -> None:
        found = []
        header = bytearray(_HEADER)
        for area in range(self._region.sectors // self._area_sectors):
            self._region.read_into(area * self.area_bytes, header)
            content = journal_frame.decode(header[:_COPY]) or journal_frame.decode(header[_COPY:])
            if content and content[0] == _KIND:
                generation = struct.unpack(">I", content[2])[0]
                found.append((content[1], generation, area))
                self._generation = max(self._generation, generation)
        found.sort()
        # Of two with one base the later is the one that counts: the first frame had to be tried
        # again.
        rows = [row for row, after in zip(found, found[1:] + [(0, 0, 0)]) if row[0] != after[0]]
        self.bases = [row[0] for row in rows]
        self._areas = [row[2] for row in rows]
        self.sizes = [self._used_bytes(area) for area in self._areas]
        if rows:
            self.sizes[-1] = self._tail(len(rows) - 1)

    def ends_at(self, index: int, end: int) -> bool:
        return index + 1 < len(self) or end == self.sizes[index]

    def is_empty(self, index: int) -> bool:
        return self.sizes[index] <= _HEADER

    def taken_bytes(self, index: int) -> int:
        return self.sizes[index] if index + 1 == len(self) else self.area_bytes

    def total_bytes(self) -> int:
        idle = [area for area in self._bad if area not in self._areas]
        return super().total_bytes() + len(idle) * self.area_bytes

    def room_bytes(self, limit_bytes: int, sequence: int) -> int:
        """No frame lies across two areas: at the end of all but the last, one may not have fit."""
        freed = self.bytes_before(sequence) // self.area_bytes
        free = (limit_bytes - self.total_bytes()) // self.area_bytes + freed
        newest = self.area_bytes - self.sizes[-1] if self.sizes else 0
        if not free:
            return newest
        whole = self.area_bytes - _HEADER
        return max(0, newest - _WASTE) + (free - 1) * max(0, whole - _WASTE) + whole

    def open_newest(self) -> "RingSegments":
        return self

    def create(self, base: int) -> "RingSegments":
        if self.bases and self.bases[-1] == base:
            self.remove(len(self) - 1)
        count = self._region.sectors // self._area_sectors
        behind = self._areas[-1] + 1 if self._areas else 0
        for step in range(count):
            area = (behind + step) % count
            if area not in self._areas and area not in self._bad and self._begin(area, base):
                self.bases.append(base)
                self.sizes.append(_HEADER)
                self._areas.append(area)
                return self
        raise OSError(_ENOSPC)

    def write(self, tail: "Any", frame: bytearray) -> None:
        """Sector by sector. A medium that fails spoils the area for further segments."""
        # Full, until it is down: behind a frame that failed there comes none.
        size, self.sizes[-1] = self.sizes[-1], self.area_bytes
        if size > self.area_bytes:
            raise OSError(_ENOSPC)
        region, view, done = self._region, memoryview(frame), 0
        at = self._areas[-1] * self.area_bytes + size - len(frame)
        try:
            while done < len(frame):
                room = region.sector_bytes - at % region.sector_bytes
                if room == region.sector_bytes:
                    region.erase(at // region.sector_bytes)
                part = view[done : done + room]
                region.program(at, part)
                done += len(part)
                at += len(part)
        except OSError:
            self._spoil(self._areas[-1])
            raise
        self.sizes[-1] = size

    def close(self) -> None:
        """There is nothing to let go of."""

    def remove(self, index: int) -> None:
        area = self._areas[index]
        try:
            self._region.program(area * self.area_bytes, bytes(_HEADER))
        except OSError:
            self._spoil(area)
            raise
        del self.bases[index], self.sizes[index], self._areas[index]

    def frames(self, index: int, after: int = 0) -> "Generator[FrameScan, None, None]":
        last, limit, region = self.base(index) - 1, self.limit(index), self._region
        start, size = self._areas[index] * self.area_bytes, self.sizes[index]
        reader = RegionReader(region, start, size)
        scan = FrameScan(reader, size, region.scratch, max(after, _HEADER))
        while scan.find():
            if last < scan.sequence < limit:
                last = scan.sequence
                yield scan

    def _begin(self, area: int, base: int) -> bool:
        self._generation += 1
        header = journal_frame.encode(_KIND, base, struct.pack(">I", self._generation))
        try:
            self._region.erase(area * self._area_sectors)
            self._region.program(area * self.area_bytes, header + header)
        except OSError:
            self._spoil(area)
            return False
        return True

    def _spoil(self, area: int) -> None:
        if area not in self._bad:
            self._bad.append(area)
            self.counters["areas_bad"] += 1

    def _used_bytes(self, area: int) -> int:
        """Up to the end of the first sector that was begun and not filled: it is the last."""
        region, start = self._region, area * self.area_bytes
        for at in range(start, start + self.area_bytes, region.sector_bytes):
            end = at + region.sector_bytes
            begun = region.blank_from(at, at + _EDGE) != at
            if begun and region.blank_from(end - _EDGE, end) == end - _EDGE:
                return end - start
        return self.area_bytes

    def _tail(self, index: int) -> int:
        """Where the next frame would go; the area's end when something else lies there."""
        end = _HEADER
        for scan in self.frames(index):
            end = scan.after
        start, sector_bytes = self._areas[index] * self.area_bytes, self._region.sector_bytes
        sector_end = -(-end // sector_bytes) * sector_bytes
        free = self._region.blank_from(start + end, start + sector_end) == start + end
        return end if free else self.area_bytes
