"""Keys in slots of two raw flash sectors, each of which can be destroyed; knows no person.

One sector counts: the one with the higher generation in its header, slot 0. A slot of 64 bytes:

    0   key, 32 bytes        40  number, which never falls from one key to the next
    32  label, 8 bytes       44  CRC-32 of bytes 0 to 43
    48, 56  when it began, and when it was acknowledged: UTC s and its complement, FF until known

A key is destroyed by programming its slot to zeros. So whatever a power cut leaves of that, or of
putting a key there, fails the CRC, and `open` finishes it: it is zeros or whole, or it goes. Where
flash does not take zeros over data (ESP32 with flash encryption), the other keys move to the other
sector, its header last, and this one is erased; `open` erases the sector that does not count.
"""

import struct
from binascii import crc32

from micropython import const

from wattseal.core import journal_frame

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.drivers.ring_region import Region

KEY_BYTES = const(32)
LABEL_BYTES = const(8)
_SLOT, _CHECKED, _TIMES_AT = const(64), const(44), const(48)
_ALL = const(0xFFFFFFFF)
_KIND, _COPY = const(0xA8), const(32)  # of the header, which is there twice
_FREE, _LIVE, _GONE, _TORN = const(0), const(1), const(2), const(3)
_ATTEMPTS = const(3)  # slots that are tried for a key; where they are worn, it is refused


class SlotsFull(Exception):
    """Every slot holds a key. `oldest`: the slot whose key was put there first."""

    def __init__(self, oldest: int) -> None:
        super().__init__("all key slots are in use")
        self.oldest = oldest


class Slot:
    """What one holds. `began_s`, `acked_s`: UTC, 0 while unknown."""

    def __init__(self, content: bytes) -> None:
        self.key = content[:KEY_BYTES]
        self.label = content[KEY_BYTES : KEY_BYTES + LABEL_BYTES]
        self.number = struct.unpack_from(">I", content, _CHECKED - 4)[0]
        times = struct.unpack_from(">IIII", content, _TIMES_AT)
        self.began_s = times[0] if times[0] ^ times[1] == _ALL else 0
        self.acked_s = times[2] if times[2] ^ times[3] == _ALL else 0


class KeySlots:
    """`region`: two sectors. `open` it first. `counts`: for `status`.

    All raise OSError where the flash fails; a key that was to be erased may be there then."""

    def __init__(self, region: "Region") -> None:
        self._region = region
        self.slots = region.sector_bytes // _SLOT  # 0 is the header
        self._states = bytearray(self.slots)
        self._buffer = bytearray(_SLOT)
        self._sector = self._generation = 0
        self._stale = True  # the other sector may hold keys
        self.counts = {"key_slots_bad": 0}

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
                self._destroy(slot)

    def put(self, key: bytes, label: bytes, number: int, began_s: int = 0) -> int:
        """The slot in which the key is, durable when it returns. SlotsFull."""
        if len(key) != KEY_BYTES or len(label) != LABEL_BYTES:
            raise ValueError("a key has 32 bytes, its label 8")
        self._clear_other()  # what a call that failed may have begun there would win at a restart
        content = key + label + struct.pack(">I", number)
        content += struct.pack(">I", crc32(content)) + _time(began_s) + _time(0)
        for _ in range(_ATTEMPTS):
            slot = self._free()
            try:
                self._region.program(self._at(slot), content)
            except OSError:
                self.counts["key_slots_bad"] += 1
                self._destroy(slot)
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

    def began(self, slot: int, utc_s: int) -> None:
        """Note it, for a key that was put there while the time was not known. Once."""
        self._note(slot, _TIMES_AT, utc_s)

    def acknowledged(self, slot: int, utc_s: int) -> None:
        """Note it. Once for each key."""
        self._note(slot, _TIMES_AT + 8, utc_s)

    def erase(self, slot: int) -> None:
        """When it returns, nothing of the key is in flash. A cut on the way leaves it either
        whole, or such that `open` goes on."""
        self._clear_other()  # a copy may be left there by a call that failed
        if 0 < slot < self.slots and self._states[slot] in (_LIVE, _TORN):
            self._destroy(slot)

    def _note(self, slot: int, at: int, utc_s: int) -> None:
        if 0 < slot < self.slots and self._states[slot] == _LIVE:
            self._region.program(self._at(slot) + at, _time(utc_s))

    def _destroy(self, slot: int) -> None:
        self._states[slot] = _TORN  # whatever comes now, it is none to be used
        try:
            self._region.program(self._at(slot), bytes(_SLOT))
            self._states[slot] = _GONE
        except OSError:
            self._move()

    def _free(self) -> int:
        if not self.free:
            raise SlotsFull(
                min([(Slot(self._read(slot)).number, slot) for slot in self.live()])[1]
            )
        if min(self._states[1:]) != _FREE:
            self._move()
        return 1 + list(self._states[1:]).index(_FREE)

    def _move(self) -> None:
        """Take the keys to the other sector, each to the same slot; what is none stays behind."""
        region, target = self._region, 1 - self._sector
        self._stale = True
        region.erase(target)
        for slot in self.live():
            region.program(target * region.sector_bytes + slot * _SLOT, self._read(slot))
        self._begin(target, self._generation + 1)
        for slot in range(1, self.slots):
            if self._states[slot] != _LIVE:
                self._states[slot] = _FREE
        self._clear_other()

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
        if crc32(content[:_CHECKED]) != struct.unpack_from(">I", content, _CHECKED)[0]:
            return _TORN
        return _LIVE

    def _read(self, slot: int) -> bytes:
        self._region.read_into(self._at(slot), self._buffer)
        return bytes(self._buffer)

    def _at(self, slot: int) -> int:
        return self._sector * self._region.sector_bytes + slot * _SLOT


def _time(utc_s: int) -> bytes:
    return struct.pack(">II", utc_s, utc_s ^ _ALL) if utc_s else b"\xff" * 8
