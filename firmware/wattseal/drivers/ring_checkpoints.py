"""Small named blobs in a log on raw flash; keeps no history, knows no meaning.

A sector holds entries, each a frame (core.journal_frame), its sequence counting the saves, its
payload a name and the blob, and a mark, one byte. The first is an empty one, with kind C5.

    FF  being written    F0  whole    00  void: a later one has taken its place, or it was removed

The two newest entries of each name stay, so that one damaged entry brings the one before it back.
The next sector to be erased is one without such an entry; those are moved when they crowd.
"""

from micropython import const

from wattseal.core import journal_frame
from wattseal.core.journal_frame import FrameScan
from wattseal.drivers.ring_region import RegionReader

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.drivers.ring_region import Region

    Entry = tuple[int, int, int]  # sequence, place, bytes of the frame

_ENTRY = const(0xC6)
_WHOLE = b"\xf0"
_VOID = b"\x00"
_START = bytes(journal_frame.encode(0xC5, 1, b"")) + _WHOLE
_ENOSPC = const(28)


class RingCheckpoints:
    """Satisfies contracts.Checkpoints. A blob fits in a sector, with its name."""

    def __init__(self, region: "Region") -> None:
        self._region = region
        self._entries: dict[bytes, list[Entry]] = {}  # of each name, the newest first
        self._sequence = 0
        self._doubt = 0  # something that was saved under a sequence up to this is lost
        self._at = 0  # where the next entry goes; 0 for a new sector
        self._sector = region.sectors - 1
        self._open()

    def save(self, name: str, blob: bytes) -> None:
        """Durable when it returns. OSError: the blob saved before is still there. ValueError for
        what fits in no sector."""
        self._append(name.encode(), blob)
        if len(self._pinned()) > self._region.sectors // 2:
            try:
                self._move_one()
            except OSError:
                pass  # what was to be saved is; the next save tries again

    def load(self, name: str) -> "bytes | None":
        """The blob saved last; where that entry is damaged the one before; else None. OSError."""
        return self._newest(name.encode())

    def damaged(self, name: str) -> bool:
        """What `load` gives, if anything, may not be what was saved last. OSError."""
        entries = self._entries.get(name.encode(), [(0, 0, 0)])
        if any(entry[0] and not self._content(entry) for entry in entries):
            return True
        return entries[0][0] <= self._doubt and self._doubt > 0

    def remove(self, name: str) -> None:
        """Forget the blob, the older entry first: a cut in between must not bring it back."""
        entries = self._entries.get(name.encode(), [])
        while entries:
            self._void(entries[-1])
            entries.pop()
        self._entries.pop(name.encode(), None)

    def _newest(self, label: bytes) -> "bytes | None":
        for entry in self._entries.get(label, ()):
            content = self._content(entry)
            if content:
                return content[2][1 + len(label) :]
        return None

    def _append(self, label: bytes, blob: bytes) -> None:
        payload = bytes([len(label)]) + label + blob
        self._sequence += 1  # first: another try must not look like this one
        frame = journal_frame.encode(_ENTRY, self._sequence, payload)
        sector_bytes = self._region.sector_bytes
        if len(_START) + len(frame) + 1 > sector_bytes:
            raise ValueError("a blob of {} bytes fits in no sector".format(len(blob)))
        if not self._at or self._at + len(frame) + 1 > (self._sector + 1) * sector_bytes:
            self._at = 0
            self._next_sector()
        at, self._at = self._at, 0  # until it is down, another try begins another sector
        self._region.program(at, frame)
        self._region.program(at + len(frame), _WHOLE)
        self._at = at + len(frame) + 1
        self._keep(label, (self._sequence, at, len(frame)))

    def _next_sector(self) -> None:
        """Begin another one that holds nothing. OSError, ENOSPC when there is none."""
        region, pinned = self._region, self._pinned()
        for step in range(1, region.sectors + 1):
            sector = (self._sector + step) % region.sectors
            if sector in pinned:
                continue
            try:
                region.erase(sector)
                region.program(sector * region.sector_bytes, _START)
            except OSError:
                continue  # worn: the next one
            self._sector = sector
            self._at = sector * region.sector_bytes + len(_START)
            return
        raise OSError(_ENOSPC)

    def _pinned(self) -> "set[int]":
        return {
            entry[1] // self._region.sector_bytes
            for entries in self._entries.values()
            for entry in entries
        }

    def _move_one(self) -> None:
        """Save again, twice, what has been saved least lately: its old places are free then."""
        for _, label in sorted([(rows[0][0], label) for label, rows in self._entries.items()]):
            blob = self._newest(label)
            # A large one would take as many sectors as it leaves.
            if blob is not None and len(blob) < self._region.sector_bytes // 4:
                self._append(label, blob)
                self._append(label, blob)
                return

    def _keep(self, label: bytes, entry: "Entry") -> None:
        """Two of a name are enough; a third would come back once the others are void."""
        entries = self._entries.setdefault(label, [])
        entries.append(entry)
        entries.sort(reverse=True)
        if len(entries) > 2:
            self._void(entries[2])
            entries.pop()

    def _void(self, entry: "Entry") -> None:
        self._region.program(entry[1] + entry[2], _VOID)

    def _content(self, entry: "Entry") -> "tuple[int, int, bytes] | None":
        frame = bytearray(entry[2])
        self._region.read_into(entry[1], frame)
        return journal_frame.decode(frame)

    def _open(self) -> None:
        """Learn what is there, and go on behind the newest entry."""
        newest = (0, 0)
        for sector in range(self._region.sectors):
            newest = max(newest, self._scan(sector))
        self._sequence = max(newest[0], self._doubt)
        if newest[1]:
            self._sector = (newest[1] - 1) // self._region.sector_bytes
            self._at = newest[1]

    def _scan(self, sector: int) -> "tuple[int, int]":
        """Take in a sector's entries. Returns the last good one's sequence, where to go on."""
        region = self._region
        start, end = sector * region.sector_bytes, (sector + 1) * region.sector_bytes
        blank = region.blank_from(start, end)
        # A frame's own last bytes may be FF too, as many as its check has.
        size = min(blank + 4, end) - start if blank > start else 0
        scan = FrameScan(RegionReader(region, start, size), size, region.scratch)
        last = good = 0
        while scan.find():
            at, mark_at = start + scan.offset, start + scan.after
            scan.after += 1
            if scan.kind != _ENTRY:
                continue
            missing = scan.sequence > last + 1 if last else scan.offset != len(_START)
            if missing:
                self._doubt = max(self._doubt, scan.sequence - 1)
            last = scan.sequence
            if self._take(scan, at, self._mark(mark_at)):
                good = last
        if start + scan.after < blank:
            self._doubt = max(self._doubt, last)
        return good, min(max(start + scan.after, blank), end)

    def _take(self, scan: FrameScan, at: int, mark: "tuple[bool, bool]") -> bool:
        """Note an entry that counts; False for a torn or a damaged one."""
        whole, void = mark
        if void:
            return True
        entry = (scan.sequence, at, scan.length + journal_frame.OVERHEAD)
        content = self._content(entry)
        if content is None:
            if whole:
                self._doubt = max(self._doubt, scan.sequence)
            return False
        payload = content[2]
        self._keep(payload[1 : 1 + payload[0]], entry)
        return True

    def _mark(self, at: int) -> "tuple[bool, bool]":
        """Whole, void. One bit that flipped changes neither."""
        mark = bytearray(1)
        self._region.read_into(at, mark)
        return _ones(mark[0] & 0x0F) <= 2, _ones(mark[0] >> 4) <= 2


def _ones(bits: int) -> int:
    return bin(bits).count("1")
