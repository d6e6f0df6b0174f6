"""Areas of a ring of raw flash: a run of bytes each, over sectors that say whose they are.

Must not know what the bytes mean. Every sector of an area begins with a header, twice the same
frame (core.journal_frame): the base of the segment it belongs to as its sequence, and in its
payload the generation, which rises with every area begun, and its place in the area. So a sector
that nobody has entered yet is never taken for a part, whatever it held before; and an area whose
first sector is gone still says what it was.
"""

import struct

from micropython import const

from wattseal.core import journal_frame

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.drivers.ring_region import Region

    Found = tuple[int, int, int]  # base, generation, sectors up to the last one entered

_KIND = const(0xA5)
_COPY = journal_frame.OVERHEAD + 5
HEADER_BYTES = 2 * _COPY


class Areas:
    """The geometry of all areas, and their headers. `body_bytes`: what a sector holds of a run."""

    def __init__(self, region: "Region", area_sectors: int) -> None:
        self.region = region
        self.area_sectors = area_sectors
        self.count = region.sectors // area_sectors
        self.body_bytes = region.sector_bytes - HEADER_BYTES
        self.area_bytes = area_sectors * self.body_bytes

    def found(self, area: int) -> "Found | None":
        """What an area says it is, by the newest of its sectors; None for a free one. Those behind
        it that cannot be read may be its own. OSError: none that can be read says anything."""
        newest = refused = None
        hidden = []
        header = bytearray(HEADER_BYTES)
        for index in range(self.area_sectors):
            try:
                self.region.read_into(self._start(area, index), header)
            except OSError as fault:
                refused = fault
                hidden.append(index)
                continue
            said = self._said(header, index)
            if said and (newest is None or said >= newest[0]):
                newest = said, index + 1
        if newest is None:
            if refused:
                raise refused
            return None
        sectors = newest[1]
        while sectors in hidden:
            sectors += 1
        return newest[0][1], newest[0][0], sectors

    def enter(self, area: int, index: int, base: int, generation: int) -> None:
        """Erase a sector and give it its header. OSError."""
        payload = struct.pack(">IB", generation, index)
        header = journal_frame.encode(_KIND, base, payload)
        start = self._start(area, index)
        self.region.erase(start // self.region.sector_bytes)
        self.region.program(start, header + header)

    def leave(self, area: int, sectors: int) -> None:
        """Make it free: clear the headers of its first `sectors`. OSError, once all were tried."""
        failed = None
        for index in range(sectors):
            try:
                self.region.program(self._start(area, index), bytes(HEADER_BYTES))
            except OSError as error:
                failed = error
        if failed:
            raise failed

    def wipe(self, area: int, index: int) -> None:
        """Zeros over what a sector holds, behind its header; where flash does not take them over
        data it is erased. OSError."""
        start = self._start(area, index)
        zeros, end = bytes(len(self.region.scratch)), start + self.region.sector_bytes
        at = start + HEADER_BYTES
        try:
            while at < end:
                self.region.program(at, memoryview(zeros)[: end - at])
                at += len(zeros)
        except OSError:
            self.region.erase(start // self.region.sector_bytes)

    def place(self, area: int, offset: int) -> int:
        """Where in the region a run's byte is."""
        index, rest = divmod(offset, self.body_bytes)
        return self._start(area, index) + HEADER_BYTES + rest

    def blank_behind(self, area: int, end: int) -> bool:
        """The rest of the sector in which a run ends is still erased; it begins in the first.
        OSError."""
        rest = -end % self.body_bytes if end else self.body_bytes
        at = self.place(area, end)
        return not rest or self.region.blank_from(at, at + rest) == at

    def _start(self, area: int, index: int) -> int:
        return (area * self.area_sectors + index) * self.region.sector_bytes

    def _said(self, header: bytearray, index: int) -> "tuple[int, int] | None":
        """(generation, base), when either copy is good."""
        if header[0] == header[_COPY] == 0xFF:  # most often, and quick
            return None
        content = journal_frame.decode(header[:_COPY]) or journal_frame.decode(header[_COPY:])
        if not content or content[0] != _KIND or len(content[2]) != _COPY - journal_frame.OVERHEAD:
            return None
        generation, place = struct.unpack(">IB", content[2])
        return (generation, content[1]) if place == index else None


class AreaReader:
    """What core.journal_frame's FrameScan reads through: the first `size` bytes of a run. Where
    nothing can be read, nothing comes."""

    def __init__(self, areas: Areas, area: int, size: int) -> None:
        self._areas = areas
        self._area = area
        self._size = size
        self._at = 0

    def seek(self, offset: int) -> int:
        self._at = offset
        return offset

    def readinto(self, buffer: "bytearray | memoryview") -> int:
        view, areas, done = memoryview(buffer), self._areas, 0
        count = max(0, min(len(buffer), self._size - self._at))
        while done < count:
            room = areas.body_bytes - self._at % areas.body_bytes
            piece = view[done : min(count, done + room)]
            try:
                areas.region.read_into(areas.place(self._area, self._at), piece)
            except OSError:
                break
            done += len(piece)
            self._at += len(piece)
        return done

    def read(self, size: int) -> bytes:
        content = bytearray(size)
        got = self.readinto(content)
        return bytes(memoryview(content)[:got])
