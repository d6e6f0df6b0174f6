"""Chooses whose firmware runs, before any of it is imported; part of no slot, judges no signature.

FOLDER holds the slots `a` and `b`, each a whole package (core/update_package.py), `c` for packages
that are no firmware, and the record in two copies, the newer of which counts. A power cut while
one is written leaves the other:

    record 136 bytes, big-endian: "WSU1", sequence u32; u8 each: active, trial, boots left,
           running, outcome, pending; floors 9 x u16; SHA-256 of the heads in a and b;
           pending u32 bytes, SHA-256; CRC-32

Slots are 0 for what was deployed, 1 and 2. A head's hash is written down once its signature was
verified: here nothing but hashes are computed, each start. To verify again would take an RP2040
one to two seconds, and shows nothing: who can change a slot in the flash can change this as well.
The form of the record never changes, for this is not updated with what it starts.
"""

import hashlib
import os
import struct
import sys
from binascii import crc32

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, BinaryIO, Callable, Sequence

_MAGIC = b"WSU1"
_FORM = ">4sI6B9H32s32sI32s"
_NONE = bytes(32)
_HEAD, _SIZE_AT, _HASH_AT = const(154), const(54), const(58)  # as core.update_package has them
_RECORD = const(136)
_CHUNK = const(1024)
_SIZE = const(6)  # of os.stat
_ENOENT, _EIO = const(2), const(5)
# What a mount raises; ValueError: a module for another MicroPython.
UNFIT = (OSError, ImportError, MemoryError, ValueError)
ROLLED_BACK, FELL_BACK = 1, 2  # outcomes: no health in time; a slot that is not whole
BOOTS = 3  # of a trial
DEPLOYED, SLOT, TRIAL = 0, 1, 2  # what runs


class Record:
    """What is known of the slots. `copy`: in which file it was found."""

    def __init__(self, row: "Sequence[int]", hashes: "list[bytes]", copy: int) -> None:
        self.sequence, self.active, self.trial, self.boots, self.running = row[:5]
        self.outcome, self.pending = row[5:7]
        self.floors = list(row[7:16])
        self.size = row[16]  # of what is pending, in bytes
        self.heads = [_NONE, hashes[0], hashes[1]]
        self.digest = hashes[2]  # of what is pending
        self.copy = copy


def load(folder: str) -> Record:
    """The newer good copy; where there is none, nothing was ever updated. One that twice cannot be
    read is as none, beside a good one. OSError."""
    newest, unread = Record((0,) * 17, [_NONE] * 3, 1), False
    for copy in (0, 1):
        raw = _read(folder, copy) or _read(folder, copy)
        if not raw:
            unread = unread or raw is None
        elif len(raw) == _RECORD and raw[:4] == _MAGIC and raw[-4:] == _crc(raw[:-4]):
            row = struct.unpack(_FORM, raw[:-4])
            if row[1] > newest.sequence:
                fields = row[1:17] + (row[19],)  # noqa: RUF005 - no starred items on MicroPython
                newest = Record(fields, [row[17], row[18], row[20]], copy)
    if unread and not newest.sequence:
        raise OSError(_EIO)
    return newest


def save(folder: str, record: Record) -> None:
    """Durable when it returns, in the older copy. OSError: what was saved before counts."""
    record.sequence += 1
    row: list[Any] = [record.sequence, record.active, record.trial, record.boots]
    row += [record.running, record.outcome, record.pending] + record.floors
    row += record.heads[1:] + [record.size, record.digest]  # noqa: RUF005 - as above
    raw = struct.pack(_FORM, _MAGIC, *row)
    copy = 1 - record.copy
    with open("%s/state.%d" % (folder, copy), "wb") as file:
        file.write(raw + _crc(raw))
        file.flush()
    record.copy = copy  # not before: a save that failed is tried again in the same place


def choose(folder: str, passed_over: str = "") -> "tuple[str, bool]":
    """(the package that is to run, "" for what was deployed; whether it is on trial). OSError.

    The trial's boot is counted before anything of it is read, whatever comes of it; where that
    cannot be written, it does not run. `passed_over`: letters of slots that failed just now."""
    record = load(folder)
    before = record.running, record.trial, record.outcome
    outcome = ROLLED_BACK
    while record.trial and record.boots:
        record.boots -= 1
        record.running = record.trial
        if not _is_saved(folder, record):
            record.boots += 1
            before = -1, 0, 0  # some of it may be in the flash: what does run is written there
            break
        if is_whole(folder, record, record.trial):
            return slot_path(folder, record.trial), True
        outcome = FELL_BACK
    if record.trial and not record.boots:
        give_up(record, outcome)
    record.running = _running(folder, record, passed_over)
    if (record.running, record.trial, record.outcome) != before:
        _is_saved(folder, record)
    return slot_path(folder, record.running), False


def give_up(record: Record, outcome: int) -> None:
    """The trial: what is in its slot is never started again."""
    record.heads[record.trial] = _NONE
    record.trial = record.boots = 0
    record.outcome = outcome


def start(folder: str, mount: "Callable[[str, int], None]") -> int:
    """`mount` what is to run, if that is a slot's; DEPLOYED, SLOT or TRIAL. Raises nothing of the
    flash or of a full heap, without trying all of it again. A mount that fails is a boot of a
    trial; what was confirmed is whole: it is passed over for this start alone."""
    passed_over = ""
    for _ in range(2 * (BOOTS + 3)):
        try:
            path, trial = choose(folder, passed_over)
            if not path:
                return DEPLOYED
            if _is_mounted(path, mount) or not trial and _is_mounted(path, mount):
                return TRIAL if trial else SLOT
            if not trial:
                passed_over += path[-1]
        except (OSError, MemoryError) as fault:
            print("update: the slots fail (%r)" % fault)
    return DEPLOYED


def again() -> None:
    """A version on trial has ended: start the loader anew, which counts."""
    print("update: the version on trial has ended; starting again")
    sys.exit(1)


def is_whole(folder: str, record: Record, slot: int) -> bool:
    """Its head is the one that was verified, its payload the one of its head; what cannot be read
    is not."""
    path = slot_path(folder, slot)
    try:
        if record.heads[slot] == _NONE:
            return False
        with open(path, "rb") as file:
            head = file.read(_HEAD)
            if hashlib.sha256(head).digest() != record.heads[slot]:
                return False
            size = struct.unpack(">I", head[_SIZE_AT:_HASH_AT])[0]
            found = head[_HASH_AT : _HASH_AT + 32]
            return os.stat(path)[_SIZE] == _HEAD + size and _hash_of_rest(file) == found
    except (OSError, MemoryError):
        return False


def slot_path(folder: str, slot: int) -> str:
    """ "" for what was deployed."""
    return "%s/%s" % (folder, "-abc"[slot]) if slot else ""


def _running(folder: str, record: Record, passed_over: str) -> int:
    """The active slot, else the other, else what was deployed: the first that is whole."""
    if not record.active:
        return 0
    for slot in (record.active, 3 - record.active):
        if slot_path("", slot)[-1] not in passed_over and (
            is_whole(folder, record, slot) or is_whole(folder, record, slot)
        ):
            return slot
        record.outcome = FELL_BACK
    return 0


def _hash_of_rest(file: "BinaryIO") -> bytes:
    hashed, buffer = hashlib.sha256(), bytearray(_CHUNK)
    view = memoryview(buffer)
    count = file.readinto(buffer)
    while count:
        hashed.update(view[:count])
        count = file.readinto(buffer)
    return hashed.digest()


def _is_mounted(path: str, mount: "Callable[[str, int], None]") -> bool:
    try:
        mount(path, _HEAD)
    except UNFIT as fault:  # signed, and no archive; or just now
        print("update: %s cannot be imported from (%r)" % (path, fault))
        return False
    return True


def _is_saved(folder: str, record: Record) -> bool:
    try:
        save(folder, record)
        return load(folder).sequence == record.sequence
    except OSError:
        return False


def _read(folder: str, copy: int) -> "bytes | None":
    """b"" where it is not there, None where it cannot be read."""
    try:
        with open("%s/state.%d" % (folder, copy), "rb") as file:
            return file.read()
    except OSError as fault:
        return b"" if fault.errno == _ENOENT else None


def _crc(raw: bytes) -> bytes:
    return struct.pack(">I", crc32(raw))
