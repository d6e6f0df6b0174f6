"""The journal's segments in a ring of raw flash; must not know what a record is.

The region is cut into areas of a few sectors (drivers.ring_area), used in turn so that they wear
alike; a segment is an area. A sector is erased when the first byte goes into it.
"""

from micropython import const

from wattseal.core.journal_frame import FrameScan
from wattseal.drivers.ring_area import AreaReader
from wattseal.drivers.segment_table import SegmentTable

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Generator

    from wattseal.drivers.ring_area import Areas

_WASTE = const(8206)  # bytes, one less than the largest frame
_ENOSPC = const(28)


class RingSegments(SegmentTable):
    """An area that fails is left alone and counted, until the next start or until `heal` helps."""

    def __init__(self, areas: "Areas") -> None:
        super().__init__()
        self._on = areas
        self._areas: list[int] = []  # of each segment, and its generation
        self._generations: list[int] = []
        self._bad: list[int] = []
        self._generation = 0
        self._open = False  # the newest segment takes frames
        self.counters = areas.region.counters
        self.counters["areas_bad"] = 0

    def find_all(self) -> None:
        rows = []
        for area in range(self._on.count):
            try:
                found = self._on.found(area)
            except OSError:  # whatever it holds, nothing is to come there
                self._spoil(area)
                self.unknown += 1
                continue
            if found:
                base, generation, sectors = found
                rows.append((base, generation, area, sectors * self._on.body_bytes))
                self._generation = max(self._generation, generation)
        rows.sort()
        # Of two with one base the later is the one that counts: the first frame had to be tried
        # again.
        bases = [row[0] for row in rows[1:]] + [0]
        rows = [row for row, after in zip(rows, bases) if row[0] != after]
        self.bases = [row[0] for row in rows]
        self._generations = [row[1] for row in rows]
        self._areas = [row[2] for row in rows]
        self.sizes = [row[3] for row in rows]
        self._open = False
        if rows:
            self.sizes[-1] = self._tail(len(rows) - 1)

    def ends_at(self, index: int, end: int) -> bool:
        return index + 1 < len(self) or end == self.sizes[index]

    def taken_bytes(self, index: int) -> int:
        newest = index + 1 == len(self)
        return self.sizes[index] if newest and self._open else self._on.area_bytes

    def hidden_bytes(self) -> int:
        return (self.unknown + 1) * self._on.area_bytes

    def total_bytes(self) -> int:
        return super().total_bytes() + len(self._idle_bad()) * self._on.area_bytes

    def room_bytes(self, limit_bytes: int, sequence: int) -> int:
        """No frame lies across two areas: at the end of all but the last, one may not have fit."""
        whole = self._on.area_bytes
        free = self._on.count - len(self) - len(self._idle_bad()) + self._removable(sequence)
        newest = whole - self.sizes[-1] if self._open else 0
        if not free:
            return newest
        return max(0, newest - _WASTE) + (free - 1) * max(0, whole - _WASTE) + whole

    def open_newest(self) -> "RingSegments":
        self._open = True
        return self

    def create(self, base: int) -> "RingSegments":
        if self.bases and self.bases[-1] == base:
            self.remove(len(self) - 1)
        self._open = False
        there = len(self.bases)  # more may be left of a try that ran out of heap
        del self._areas[there:], self._generations[there:], self.sizes[there:]
        count = self._on.count
        behind = self._areas[-1] + 1 if self._areas else 0
        for step in range(count):
            area = (behind + step) % count
            if area not in self._areas and area not in self._bad and self._begin(area, base):
                self._areas.append(area)
                self._generations.append(self._generation)
                self.sizes.append(0)
                self.bases.append(base)  # last: by it the segment is there
                return self.open_newest()
        raise OSError(_ENOSPC)

    def write(self, tail: "Any", frame: bytearray) -> None:
        """Sector by sector. A medium that fails spoils the area for further segments."""
        size = self.sizes[-1]
        if size > self._on.area_bytes:
            raise OSError(_ENOSPC)
        # Until it is down: behind a frame that failed there comes none.
        self._open = False
        self.sizes[-1] = self._sectors(size) * self._on.body_bytes
        on, area, view, done = self._on, self._areas[-1], memoryview(frame), 0
        at = size - len(frame)
        try:
            while done < len(frame):
                index, offset = divmod(at, on.body_bytes)
                if index and not offset:
                    on.enter(area, index, self.bases[-1], self._generations[-1])
                part = view[done : done + on.body_bytes - offset]
                on.region.program(on.place(area, at), part)
                done += len(part)
                at += len(part)
        except OSError:
            self._spoil(area)
            raise
        self.sizes[-1], self._open = size, True

    def close(self) -> None:
        """The next frame goes into another area."""
        self._open = False

    def remove(self, index: int) -> None:
        """An area that does not let itself be cleared is left alone; it is found again at the next
        start, and then it goes again."""
        area, sectors = self._areas[index], self._sectors(self.sizes[index])
        del self.bases[index], self.sizes[index], self._areas[index], self._generations[index]
        try:
            self._on.leave(area, sectors)
        except OSError:
            self._spoil(area)

    def wipe_steps(self, index: int) -> "Generator[None, None, None]":
        """Zeros take no erase, and so no wear."""
        area, generation = self._areas[index], self._generations[index]
        for number in range(self._sectors(self.sizes[index])):
            if self._generations[index : index + 1] != [generation]:
                return
            self._on.wipe(area, number)
            yield

    def frames(self, index: int, after: int = 0) -> "Generator[FrameScan, None, None]":
        last, limit, size = self.base(index) - 1, self.limit(index), self.sizes[index]
        reader = AreaReader(self._on, self._areas[index], size)
        scan = FrameScan(reader, size, self._on.region.scratch, after)
        while scan.find():
            if last < scan.sequence < limit:
                last = scan.sequence
                yield scan

    def _begin(self, area: int, base: int) -> bool:
        self._generation += 1
        try:
            self._on.enter(area, 0, base, self._generation)
        except OSError:
            self._spoil(area)
            return False
        return True

    def _spoil(self, area: int) -> None:
        if area not in self._bad:
            self._bad.append(area)
            self.counters["areas_bad"] = len(self._bad)

    def heal(self) -> bool:
        # Those that could not be read at the start come first: they may hold records.
        for area in self._bad[self.unknown :]:
            if area not in self._areas:
                self._bad.remove(area)
                try:
                    self._on.leave(area, self._on.area_sectors)
                except OSError:
                    self._bad.append(area)  # the next time another one is tried
                self.counters["areas_bad"] = len(self._bad)
                return area not in self._bad
        return False

    def _idle_bad(self) -> "list[int]":
        return [area for area in self._bad if area not in self._areas]

    def _removable(self, sequence: int) -> int:
        """Good areas that hold nothing from `sequence` on; never the newest."""
        count = 0
        for index in range(len(self) - 1):
            if self.limit(index) <= sequence and self._areas[index] not in self._bad:
                count += 1
        return count

    def _sectors(self, size: int) -> int:
        """Of an area, entered for so many bytes."""
        return max(1, -(-size // self._on.body_bytes))

    def _tail(self, index: int) -> int:
        """Where the next frame would go; the end of what was entered when something else lies
        there."""
        end, on, area, size = 0, self._on, self._areas[index], self.sizes[index]
        for scan in self.frames(index):
            end = scan.after
        in_last_sector = end > size - on.body_bytes or size == on.body_bytes
        try:
            free = in_last_sector and on.blank_behind(area, end)
        except OSError:
            free = False
        return end if free else size
