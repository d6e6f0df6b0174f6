"""Small named blobs in a log on raw flash; keeps no history, knows no meaning.

The two newest entries (drivers.checkpoint_sector) of each name stay: one damaged entry brings the
one before it back. The next sector to be erased is one without such an entry; those are moved when
they crowd. Where cuts left none, the second entry of a name goes if its newest is sound.

What is lost is told: each save has a version, a sector says which others counted when it began,
and whether another one has begun since. A name whose newest version is not above all that is lost
may have had a later one: it is `damaged` until it is saved again, over restarts as well.
"""

from micropython import const

from wattseal.core import journal_frame
from wattseal.drivers.checkpoint_sector import BLOB, DOUBTED, GONE, Sector, generations_of

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.drivers.checkpoint_sector import Entry
    from wattseal.drivers.ring_region import Region

_EIO, _ENOSPC = const(5), const(28)
_MANY = const(256)  # more saves than a sector has room for


class RingCheckpoints:
    """Satisfies contracts.Checkpoints. A blob fits in a sector, with its name. Nothing is read
    before it is asked. `counters` says what went wrong."""

    def __init__(self, region: "Region", counters: "dict[str, int]") -> None:
        self._region = region
        self._counters = counters
        counters.update({"reads_refused": 0, "checkpoint_sectors_bad": 0, "checkpoints_lost": 0})
        region.counters = counters
        self._entries: dict[bytes, list[Entry]] = {}  # of each name, the newest first
        self._generations: list[int] = []  # of each sector; empty before the flash was read
        self._newest = Sector(region, region.sectors - 1)
        self._before: Sector | None = None  # has not been told that the newest has begun
        self._version = 0  # of the newest save
        self._doubt = 0  # something that was saved under a version up to this is lost

    def save(self, name: str, blob: bytes) -> None:
        """Durable when it returns. OSError: the blob saved before is still there. ValueError for
        what fits in no sector."""
        self._ready()
        self._append(BLOB, name.encode(), blob)
        if len(self._pinned()) > self._region.sectors // 2:
            try:
                self._move_one()
            except OSError:
                pass  # the next save tries again

    def load(self, name: str) -> "bytes | None":
        """The blob saved last; where that entry is damaged the one before; else None. OSError."""
        self._ready()
        refused = self._counters["reads_refused"]
        kind, blob = self._content(name.encode()) or (GONE, b"")
        if kind == GONE and self._counters["reads_refused"] != refused:
            raise OSError(_EIO)
        return blob if kind != GONE else None

    def damaged(self, name: str) -> bool:
        """What `load` gives, if anything, may not be what was saved last. OSError."""
        self._ready()
        label = name.encode()
        entries = self._entries.get(label)
        if not entries:
            return self._doubt > 0
        newest = self._read(entries[0], label)
        return newest is None or newest[0] == DOUBTED or entries[0][0] <= self._doubt

    def remove(self, name: str) -> None:
        """Forget the blob, for good once it returns. OSError: it is still there."""
        if self.load(name) is not None:
            self._append(GONE, name.encode(), b"")

    def _content(self, label: bytes) -> "tuple[int, bytes] | None":
        for entry in self._entries.get(label, ()):
            found = self._read(entry, label)
            if found:
                return found
        return None

    def _read(self, entry: "Entry", label: bytes) -> "tuple[int, bytes] | None":
        """(kind, blob), None when it has rotted or cannot be read."""
        frame = bytearray(entry[2])
        try:
            self._region.read_into(entry[1], frame)
            content = journal_frame.decode(frame)
            return (content[0], content[2][1 + len(label) :]) if content else None
        except OSError:
            return None

    def _append(self, kind: int, label: bytes, blob: bytes) -> None:
        size = journal_frame.OVERHEAD + 1 + len(label) + len(blob)
        if size > self._newest.most_bytes:
            raise ValueError("a blob of {} bytes fits in no sector".format(len(blob)))
        if not self._newest.fits(size):
            self._next_sector()
        payload = bytes([len(label)]) + label + blob
        frame = journal_frame.encode(kind, self._version + 1, payload)
        self._version += 1  # whatever becomes of it: another try must not look like this one
        try:
            self._keep(label, self._newest.put(self._version, frame))
        except OSError:
            self._counters["checkpoint_sectors_bad"] += 1
            raise

    def _next_sector(self) -> None:
        """Begin another one that holds nothing. OSError, ENOSPC when there is none."""
        before = self._newest
        if before.generation:
            self._try(before.finish)
        sector = self._begin_unpinned()
        if not sector:
            self._drop_seconds()
            sector = self._begin_unpinned()
        if not sector:
            raise OSError(_ENOSPC)
        self._newest = sector
        if not before.generation:
            self._next_sector()  # the first alone could be lost without a trace
        elif sector.number != before.number:  # else it is erased, and its mark the new one's
            self._try(before.leave)

    def _begin_unpinned(self) -> "Sector | None":
        """The next one whose entries are none of those that stay, begun. None: there is none."""
        pinned, count, newest = self._pinned(), self._region.sectors, max(self._generations)
        had = enumerate(self._generations)
        table = tuple([generation if number in pinned else 0 for number, generation in had])
        for step in range(1, count + 1):
            sector = Sector(self._region, (self._newest.number + step) % count)
            if sector.number not in pinned and self._try(
                lambda sector=sector: sector.begin(newest + 1, self._version, self._doubt, table)
            ):
                self._generations[sector.number] = newest + 1
                return sector
        return None

    def _drop_seconds(self) -> None:
        """Of each name whose newest can be read that one alone stays: most sectors come free."""
        for label, entries in self._entries.items():
            if self._read(entries[0], label):
                del entries[1:]

    def _try(self, action: "Callable[[], None]") -> bool:
        """False: the sector is worn, which is counted."""
        try:
            action()
        except OSError:
            self._counters["checkpoint_sectors_bad"] += 1
            return False
        return True

    def _pinned(self) -> "set[int]":
        return {
            entry[1] // self._region.sector_bytes
            for entries in self._entries.values()
            for entry in entries
        }

    def _move_one(self) -> None:
        """Save again, twice, what has been saved least lately: its old places are free then."""
        for _, label in sorted([(rows[0][0], label) for label, rows in self._entries.items()]):
            found = self._content(label)
            # A large one would take as many sectors as it leaves.
            if found is None or len(found[1]) >= self._region.sector_bytes // 4:
                continue
            kind, blob = found
            if self.damaged(label.decode()):
                if kind == GONE:
                    continue
                kind = DOUBTED
            self._append(kind, label, blob)
            self._append(kind, label, blob)
            return

    def _keep(self, label: bytes, entry: "Entry") -> None:
        entries = self._entries.setdefault(label, [])
        entries.append(entry)
        entries.sort(reverse=True)
        del entries[2:]

    def _ready(self) -> None:
        """Learn what is there, once, and go on behind the newest entry. OSError."""
        if self._generations:
            return
        self._entries.clear()
        sectors = [Sector(self._region, number) for number in range(self._region.sectors)]
        found = [sector for sector in sectors if sector.read_start()]
        generations = generations_of(sectors)
        if found:
            newest = max(found, key=lambda sector: sector.generation)
            live = [
                sector
                for sector in found
                if sector is newest or newest.table[sector.number] == sector.generation
            ]
            for sector in live:
                sector.read_entries(self._keep)
            self._judge(newest, live, generations)
        self._generations = generations

    def _judge(self, newest: Sector, live: "list[Sector]", generations: "list[int]") -> None:
        """Versions: the newest, and up to which something is lost."""
        version = max([sector.newest for sector in live])
        doubt = max([sector.doubt for sector in live])
        for generation, had in zip(generations, newest.table):
            if had and had != generation:  # a whole sector
                doubt = max(doubt, newest.floor)
        for sector in live:
            if sector.open_end or (sector is newest and sector.left):
                doubt = max(doubt, sector.newest + _MANY if sector is newest else newest.floor)
        if doubt > newest.doubt:
            self._counters["checkpoints_lost"] += 1
            newest.at = 0  # the next one says it for good
        self._doubt, self._version = doubt, max(version, doubt)
        self._newest = newest
