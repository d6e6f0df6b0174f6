"""A run of sectors of raw flash: reads, and writes that were read back; knows no format."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import RawFlash

_EIO = const(5)
_TRIES = const(3)


class Region:
    """Places are counted from its first sector. `scratch`: what reading back goes through."""

    def __init__(self, flash: "RawFlash", first: int, sectors: int, scratch: bytearray) -> None:
        self._flash = flash
        self._first = first
        self.sectors = sectors
        self.sector_bytes = flash.sector_bytes
        self.scratch = scratch
        self.counters = {"reads_refused": 0}

    def read_into(self, at: int, buffer: "bytearray | memoryview") -> None:
        """OSError, once it was asked again and again; counted."""
        tries = _TRIES
        while True:
            try:
                return self._flash.read_into(self._first * self.sector_bytes + at, buffer)
            except OSError:
                tries -= 1
                if not tries:
                    self.counters["reads_refused"] += 1
                    raise

    def program(self, at: int, data: "bytes | bytearray | memoryview") -> None:
        """OSError, EIO when it reads back otherwise: worn, or not erased before."""
        self._flash.program(self._first * self.sector_bytes + at, data)
        view, done = memoryview(data), 0
        while done < len(data):
            piece = memoryview(self.scratch)[: min(len(data) - done, len(self.scratch))]
            self.read_into(at + done, piece)
            if piece != view[done : done + len(piece)]:
                raise OSError(_EIO)
            done += len(piece)

    def erase(self, sector: int) -> None:
        """OSError, EIO when it is not blank afterwards."""
        self._flash.erase(self._first + sector)
        at = sector * self.sector_bytes
        if self.blank_from(at, at + self.sector_bytes) != at:
            raise OSError(_EIO)

    def blank_from(self, at: int, end: int) -> int:
        """The place in [at, end] from which on all is erased up to `end`."""
        while end > at:
            size = min(end - at, len(self.scratch))
            piece = memoryview(self.scratch)[:size]
            self.read_into(end - size, piece)
            used = len(bytes(piece).rstrip(b"\xff"))
            if used:
                return end - size + used
            end -= size
        return at


class RegionReader:
    """What core.journal_frame's FrameScan reads through: `size` bytes of a region from `start`.
    Where nothing can be read, nothing comes."""

    def __init__(self, region: Region, start: int, size: int) -> None:
        self._region = region
        self._start = start
        self._size = size
        self._at = 0

    def seek(self, offset: int) -> int:
        self._at = offset
        return offset

    def readinto(self, buffer: "bytearray | memoryview") -> int:
        count = max(0, min(len(buffer), self._size - self._at))
        try:
            self._region.read_into(self._start + self._at, memoryview(buffer)[:count])
        except OSError:
            return 0
        self._at += count
        return count

    def read(self, size: int) -> bytes:
        content = bytearray(size)
        got = self.readinto(content)
        return bytes(memoryview(content)[:got])
