"""Packages in the slots: taken in parts, read back, put on trial, confirmed; judges none of them.

Each step leaves slot_loader's record as it was until it is done, in flash and here: a cut leaves
what ran, and the part of a package that has come; a step that has failed may be tried again.
"""

import hashlib
import os
import sys

import slot_loader
from micropython import const

from wattseal.core.update_package import HEAD_BYTES, Head
from wattseal.drivers.durable import write_durably

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Generator

_CHUNK, _CHUNKS_A_STEP = const(1024), const(4)  # read and hashed at once
_ENOENT, _EEXIST = const(2), const(17)
_OTHERS = const(3)  # the slot of what is no firmware
_SIZE = const(6)  # of os.stat
_NONE = bytes(32)


class Slots:
    """`folder` is made when the first package begins. OSError, here and in all that follows."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        try:
            self.record = slot_loader.load(folder)
        except OSError as fault:
            if fault.errno != _ENOENT:
                raise
            self.record = slot_loader.Record((0,) * 17, [_NONE] * 3, 1)

    @property
    def on_trial(self) -> bool:
        return self.record.trial != 0 and self.record.running == self.record.trial

    @property
    def is_firmware(self) -> bool:
        """What is pending was said to be."""
        return self.record.pending != _OTHERS

    def floor(self, kind: int) -> "tuple[int, int, int]":
        return tuple(self.record.floors[3 * kind : 3 * kind + 3])  # type: ignore[return-value]

    def begin(self, kind: int, size: int, digest: bytes, others_bytes: int = 0) -> int:
        """How much of this package has come already, in bytes; what was coming else is gone.

        `size`, `digest`: of the whole package, and its SHA-256. `others_bytes`: what a firmware
        must leave of the file system. ValueError, with a sentence, where it would not.
        """
        record = self._copy()
        # What is confirmed and was passed over at this start alone is not what goes, either.
        slot = _OTHERS if kind else 2 if (record.running or record.active) == 1 else 1
        wanted = slot, size, digest
        if (record.pending, record.size, record.digest) == wanted:
            return self.have()
        if not kind and record.trial:
            raise OSError(_EEXIST)  # a trial ends before another may begin
        if not kind:
            from wattseal.drivers import update_room  # imported late: needed once for a package

            update_room.check(self._folder, self._taken(slot), size + others_bytes)
        if not record.sequence:
            _act(os.mkdir, self._folder, _EEXIST)
        if not kind and record.heads[slot] != _NONE:
            record.heads[slot] = _NONE  # before a byte of it goes
            self._save(record)
            record = self._copy()
        _act(os.remove, slot_loader.slot_path(self._folder, slot), _ENOENT)
        record.pending, record.size, record.digest = wanted
        self._save(record)
        return 0

    def have(self) -> int:
        """Bytes of what is pending that are here."""
        return self._taken(self.record.pending)

    def write(self, at: int, part: "bytes | memoryview") -> bool:
        """Durably, behind what is here; False for a part that is not the next."""
        if at != self.have() or at + len(part) > self.record.size:
            return False
        with open(self._path(), "ab") as file:
            write_durably(file, part)  # type: ignore[arg-type]
        return True

    def head(self) -> bytes:
        with open(self._path(), "rb") as file:
            return file.read(HEAD_BYTES)

    def payload(self) -> bytes:
        """Of a small package."""
        with open(self._path(), "rb") as file:
            file.seek(HEAD_BYTES)
            return file.read()

    def hash_steps(self) -> "Generator[None, None, tuple[bytes, bytes]]":
        """SHA-256 of what is pending, and of its payload alone."""
        whole, payload, buffer = hashlib.sha256(), hashlib.sha256(), bytearray(_CHUNK)
        view, chunks = memoryview(buffer), 0
        with open(self._path(), "rb") as file:
            whole.update(file.read(HEAD_BYTES))
            count = file.readinto(buffer)
            while count:
                whole.update(view[:count])
                payload.update(view[:count])
                chunks += 1
                if chunks % _CHUNKS_A_STEP == 0:
                    yield
                count = file.readinto(buffer)
        return whole.digest(), payload.digest()

    def archive_steps(self) -> "Generator[None, None, None]":
        """Whether it is a whole archive of modules for this MicroPython. ValueError: why not."""
        from wattseal.core.module_archive import Archive, ArchiveFault

        with open(self._path(), "rb") as file:
            try:
                archive, own = Archive(file, HEAD_BYTES), getattr(sys.implementation, "_mpy", 0)
                for path in archive.check():
                    if archive.head(path) != bytes([77, own & 255]):
                        raise ValueError("%s in it is for another MicroPython" % path)
                    yield
            except ArchiveFault as fault:
                raise ValueError("its archive of modules is wrong: %s" % fault)

    def switch(self) -> None:
        """What is pending was verified whole: it is on trial from the next start on."""
        record = self._copy()
        record.heads[record.pending] = hashlib.sha256(self.head()).digest()
        record.trial, record.boots = record.pending, slot_loader.BOOTS
        _forget(record)
        self._save(record)

    def trial_head(self) -> Head:
        """Of the version on trial. OSError, PackageFault."""
        with open(slot_loader.slot_path(self._folder, self.record.trial), "rb") as file:
            return Head(file.read(HEAD_BYTES))

    def confirm(self) -> None:
        """The version on trial is well, and stays; nothing below its floor is taken any more."""
        record = self._copy()
        _raise_floor(record, self.trial_head())
        record.active, record.trial, record.boots = record.trial, 0, 0
        self._save(record)

    def roll_back(self) -> None:
        """The version on trial is not well: the next start takes the one before."""
        record = self._copy()
        record.boots = 0
        self._save(record)

    def done(self, head: Head, stays: bool = False) -> None:
        """What is pending is in its place, and was no firmware. `stays`: it is about to be."""
        record = self._copy()
        _raise_floor(record, head)
        (self._save if stays else self._drop)(record)

    def drop(self) -> None:
        """What is pending is not wanted any more."""
        self._drop(self._copy())

    def outcome_told(self) -> None:
        """What a start has done (`record.outcome`) is told once."""
        record = self._copy()
        record.outcome = 0
        self._save(record)

    def _copy(self) -> slot_loader.Record:
        """To be changed, and saved: what is known stays what the flash has."""
        old = self.record
        row = [old.sequence, old.active, old.trial, old.boots, old.running, old.outcome]
        row += [old.pending] + old.floors + [old.size]  # noqa: RUF005 - as in slot_loader
        return slot_loader.Record(row, old.heads[1:] + [old.digest], old.copy)  # noqa: RUF005

    def _save(self, record: slot_loader.Record) -> None:
        slot_loader.save(self._folder, record)
        self.record = record

    def _drop(self, record: slot_loader.Record) -> None:
        _act(os.remove, self._path(), _ENOENT)  # first: it may be what the flash is full of
        _forget(record)
        self._save(record)

    def _taken(self, slot: int) -> int:
        """Bytes of what lies in it."""
        try:
            return os.stat(slot_loader.slot_path(self._folder, slot))[_SIZE]
        except OSError as fault:
            if fault.errno != _ENOENT:
                raise
            return 0

    def _path(self) -> str:
        return slot_loader.slot_path(self._folder, self.record.pending)


def _forget(record: slot_loader.Record) -> None:
    record.pending, record.size, record.digest = 0, 0, _NONE


def _raise_floor(record: slot_loader.Record, head: Head) -> None:
    at = 3 * head.kind
    if list(head.floor) > record.floors[at : at + 3]:
        record.floors[at : at + 3] = list(head.floor)


def _act(act: "Callable[[str], None]", path: str, done: int) -> None:
    """`done`: the errno of where there is nothing to do. OSError."""
    try:
        act(path)
    except OSError as fault:
        if fault.errno != done:
            raise
