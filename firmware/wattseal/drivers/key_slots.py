"""Keys in slots of two raw flash sectors, each of which can be destroyed; knows no person.

One sector counts: the one with the higher generation in its header, slot 0. What a slot holds is
drivers.key_slot. A key is destroyed by programming its slot to zeros. So whatever a power cut
leaves of that, or of putting a key there, fails the CRC, and `open` finishes it: it is zeros or
whole, or it goes. Where flash does not take zeros over data (encrypted flash), the
other keys move to the other sector, its header last, and this one is erased; `open` erases the
sector that does not count. A move also frees the slots of keys that are gone, and takes no torn
time along.
"""

from micropython import const

from wattseal.core import journal_frame
from wattseal.drivers import key_slot
from wattseal.drivers.key_slot import Slot

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator, Iterable

    from wattseal.drivers.ring_region import Region

_SLOT = const(64)
_MOVED_AT_ONCE = const(8)  # keys: a step of a move
_KIND, _COPY = const(0xA8), const(32)  # of the header, which is there twice
_FREE, _LIVE, _GONE, _TORN = const(0), const(1), const(2), const(3)
_ATTEMPTS = const(3)  # slots that are tried for a key; where they are worn, it is refused


class SlotsFull(Exception):
    """Every slot holds a key. `oldest`: the slot whose key was put there first."""

    def __init__(self, oldest: int) -> None:
        super().__init__("all key slots are in use")
        self.oldest = oldest


class KeySlots:
    """`region`: two sectors. `open` it first. `counts`: for `status`.

    All raise OSError where the flash fails; a key that was to be erased may be there then. What
    moves all keys takes a small board long: the methods named ..._steps do it in short steps, and
    no other method but `get`, `find` and `live` may be called before they are done."""

    def __init__(self, region: "Region") -> None:
        self._region = region
        self.slots = region.sector_bytes // _SLOT  # 0 is the header
        self._states = bytearray(self.slots)
        self._buffer = bytearray(_SLOT)
        self._sector = self._generation = 0
        self._stale = True  # the other sector may hold keys
        self.counts = {"key_slots_bad": 0}

    def begun(self) -> bool:
        """There have been keys here. Changes nothing."""
        return max(self._header(0), self._header(1)) > 0

    def open(self) -> None:
        """Find the keys, and finish what a power cut left half done."""
        generations = [self._header(0), self._header(1)]
        self._generation = max(generations)
        if self._generation:
            self._sector = generations.index(self._generation)
        else:
            self._region.erase(0)
            self._begin(0, 1)
        self._clear_other()
        for slot in range(1, self.slots):
            self._states[slot] = self._state(slot)
        for slot in range(1, self.slots):
            if self._states[slot] == _TORN:
                self.erase(slot)

    def put(self, key: bytes, label: bytes, number: int, began_s: int = 0) -> int:
        """The slot in which the key is, durable when it returns. SlotsFull."""
        content = key_slot.content(key, label, number, began_s)
        self._clear_other()  # what a call that failed may have begun there would win at a restart
        for _ in range(_ATTEMPTS):
            slot = self._free()
            try:
                self._region.program(self._at(slot), content)
            except OSError:
                self.counts["key_slots_bad"] += 1
                self._states[slot] = _TORN
                self.erase(slot)
                continue
            self._states[slot] = _LIVE
            return slot
        raise OSError(5)  # EIO

    def get(self, slot: int) -> "Slot | None":
        """None once it is erased, and for a number that none has."""
        if not 0 < slot < self.slots or self._states[slot] != _LIVE:
            return None
        return Slot(self._read(slot)) if self._state(slot) == _LIVE else None

    @property
    def crowded(self) -> bool:
        """The next key needs a move first."""
        return min(self._states[1:]) != _FREE and self.free > 0

    @property
    def free(self) -> int:
        """How many more keys find room."""
        return self.slots - 1 - len(self.live())

    def live(self) -> "list[int]":
        """The slots that hold a key."""
        return [slot for slot in range(1, self.slots) if self._states[slot] == _LIVE]

    def find(self, label: bytes) -> int:
        """The slot of a label's key, 0 for none."""
        for slot in self.live():
            held = self.get(slot)
            if held and held.label == label:
                return slot
        return 0

    def note_steps(self, slot: int, at: int, utc_s: int) -> "Generator[None, None, None]":
        """`at`: key_slot.BEGAN_AT or ACKED_AT. A time that is there, torn or not, is written anew:
        the keys move, and it is unknown until it is written."""
        if 0 < slot < self.slots and self._states[slot] == _LIVE:
            if not key_slot.is_blank(self._read(slot), at):
                yield from self.move_steps(slot, at)
            self._region.program(self._at(slot) + at, key_slot.time(utc_s))

    def erase(self, slot: int) -> None:
        """When it returns, nothing of the key is in flash. A cut on the way leaves it either
        whole, or such that `open` goes on."""
        _all(self.erase_steps(slot))

    def erase_steps(self, slot: int) -> "Generator[None, None, None]":
        """As `erase`."""
        self._clear_other()  # a copy may be left there by a call that failed
        if 0 < slot < self.slots and self._states[slot] in (_LIVE, _TORN):
            self._states[slot] = _TORN  # whatever comes now, it is none to be used
            try:
                self._region.program(self._at(slot), bytes(_SLOT))
                self._states[slot] = _GONE
            except OSError:
                try:
                    yield from self.move_steps()
                except OSError:
                    self._states[slot] = self._state(slot)  # what is whole counts: for another try
                    raise

    def move_steps(self, anew: int = 0, at: int = 0) -> "Generator[None, None, None]":
        """Take the keys to the other sector, each to the same slot; what is none stays behind, and
        of slot `anew` the time `at`."""
        region, target = self._region, 1 - self._sector
        self._stale = True
        region.erase(target)
        yield
        for count, slot in enumerate(self.live()):
            content = key_slot.mended(self._read(slot), at if slot == anew else 0)
            region.program(target * region.sector_bytes + slot * _SLOT, content)
            if count % _MOVED_AT_ONCE == _MOVED_AT_ONCE - 1:
                yield
        self._begin(target, self._generation + 1)
        for slot in range(1, self.slots):
            if self._states[slot] != _LIVE:
                self._states[slot] = _FREE
        yield
        self._clear_other()

    def _free(self) -> int:
        if not self.free:
            oldest = min([(Slot(self._read(slot)).number, slot) for slot in self.live()])
            raise SlotsFull(oldest[1])
        if min(self._states[1:]) != _FREE:
            _all(self.move_steps())
        return 1 + list(self._states[1:]).index(_FREE)

    def _begin(self, sector: int, generation: int) -> None:
        copy = journal_frame.encode(_KIND, generation, b"keys")
        copy += b"\xff" * (_COPY - len(copy))
        self._region.program(sector * self._region.sector_bytes, copy + copy)
        self._sector, self._generation = sector, generation

    def _clear_other(self) -> None:
        """The sector that does not count holds no keys then."""
        if self._stale:
            start = (1 - self._sector) * self._region.sector_bytes
            if self._region.blank_from(start, start + self._region.sector_bytes) != start:
                self._region.erase(1 - self._sector)
            self._stale = False

    def _header(self, sector: int) -> int:
        """Its generation, 0 when it has none."""
        self._region.read_into(sector * self._region.sector_bytes, self._buffer)
        size = journal_frame.OVERHEAD + 4
        for at in (0, _COPY):
            said = journal_frame.decode(self._buffer[at : at + size])
            if said and said[0] == _KIND and said[2] == b"keys":
                return said[1]
        return 0

    def _state(self, slot: int) -> int:
        content = self._read(slot)
        if content == b"\xff" * _SLOT:
            return _FREE
        if content == bytes(_SLOT):
            return _GONE
        return _LIVE if key_slot.is_whole(content) else _TORN

    def _read(self, slot: int) -> bytes:
        self._region.read_into(self._at(slot), self._buffer)
        return bytes(self._buffer)

    def _at(self, slot: int) -> int:
        return self._sector * self._region.sector_bytes + slot * _SLOT


def _all(steps: "Iterable[None]") -> None:
    for _ in steps:
        pass
