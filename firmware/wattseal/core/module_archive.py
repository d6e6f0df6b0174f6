"""The archive of modules: what lies where in it and whether it is whole; writes nothing.

Positions count from the archive's first byte, numbers are big-endian.

head      52 bytes: "WSMA", version 1, a zero, modules u16, bytes of folders u16, bytes of names
          u16, bytes of all u32; 16 x u16: how many rows have a key whose first four bits are
          no more than 0, 1, ... 15; CRC-32 u32 of all of this, the folders and the table
folders   each path and a line feed, in order
table     a row for each module, in order of its key: key u32, the CRC-32 of its path; where its
          bytes begin u32; how many they are u32; CRC-32 u32 of path and bytes
names     each module's path and a line feed, in order
bytes     of the modules, in the same order, nothing between

A set of modules has one archive, and no other bytes are one (tools/module_archive.py packs it).
"""

import struct
from binascii import crc32

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import BinaryIO, Iterator

MAGIC = b"WSMA"
VERSION = 1
FORM = ">4sBBHHHI"
FAN = ">16H"
SUFFIX = ".mpy"
_FAN_AT = const(16)
_HEAD = const(48)  # and its CRC
_BEGIN = const(52)
_ROW = const(16)
_CHUNK = const(512)
_LONGEST = const(120)  # of a path


class ArchiveFault(Exception):
    """This is no whole archive; the argument says what is wrong."""


class Archive:
    """What lies in `file` from `base` to its end. The head, the folders and the table are checked
    now, the rest by `check`. ArchiveFault, OSError."""

    def __init__(self, file: "BinaryIO", base: int = 0) -> None:
        self._file = file
        self._base = base
        head = self._read(0, _BEGIN)
        magic, version, zero, count, folders, names, total = struct.unpack(FORM, head[:_FAN_AT])
        if magic != MAGIC or version != VERSION or zero:
            raise ArchiveFault("no archive of modules of version %d" % VERSION)
        self.modules: int = count
        self.bytes: int = total
        self._fan: tuple[int, ...] = struct.unpack(FAN, head[_FAN_AT:_HEAD])
        self._table: int = _BEGIN + folders
        self._names: int = self._table + _ROW * count
        self._data: int = self._names + names
        if file.seek(0, 2) - base != total or self._data > total:
            raise ArchiveFault("%d bytes, not the %d it says" % (file.seek(0, 2) - base, total))
        self._check_head(head)

    def paths(self) -> "Iterator[str]":
        """In order. ArchiveFault, OSError."""
        at, rest = self._names, b""
        while at < self._data:
            part = self._read(at, min(_CHUNK, self._data - at))
            at += len(part)
            lines = (rest + part).split(b"\n")
            rest = lines.pop()
            for line in lines:
                yield _text(line)
        if rest:
            raise ArchiveFault("names: the last one is cut")

    def read(self, path: str) -> bytes:
        """A module's bytes, checked. ArchiveFault, OSError."""
        start, size, crc = self._row(path)
        data = self._read(start, size)
        if struct.pack(">I", crc32(data, crc32(path.encode()))) != crc:
            raise ArchiveFault("%s: its CRC is wrong" % path)
        return data

    def size(self, path: str) -> int:
        """Of a module, in bytes. ArchiveFault, OSError."""
        return self._row(path)[1]

    def head(self, path: str) -> bytes:
        """A module's first two bytes: "M" and its format. ArchiveFault, OSError."""
        start, size, _ = self._row(path)
        return self._read(start, min(size, 2))

    def check(self) -> "Iterator[str]":
        """All that was not checked yet, module after module: each one's path, when it is known to
        be good. ArchiveFault, OSError."""
        last, at, found = "", self._data, 0
        folders: set[str] = set()
        for path in self.paths():
            if path <= last:
                raise ArchiveFault("names: %s is not in order, or twice" % path)
            _check_path(path)
            start, size, crc = self._row(path)
            if start != at:
                raise ArchiveFault("%s: begins at %d and not at %d" % (path, start, at))
            self._check_bytes(path, start, size, crc)
            last, at, found = path, at + size, found + 1
            _add_folders(folders, path)
            yield path
        if at != self.bytes or found != self.modules:
            raise ArchiveFault(
                "%d modules end at %d, not %d at %d" % (found, at, self.modules, self.bytes)
            )
        told = self._read(_BEGIN, self._table - _BEGIN)
        if told != b"".join(name.encode() + b"\n" for name in sorted(folders)):
            raise ArchiveFault("folders: not those of its modules")

    def _read(self, at: int, size: int) -> bytes:
        self._file.seek(self._base + at)
        data = self._file.read(size)
        if len(data) != size:
            raise ArchiveFault("ends before byte %d" % (at + size))
        return data

    def _check_head(self, head: bytes) -> None:
        crc = crc32(head[:_HEAD])
        for at in range(_BEGIN, self._names, _CHUNK):
            crc = crc32(self._read(at, min(_CHUNK, self._names - at)), crc)
        if struct.pack(">I", crc) != head[_HEAD:]:
            raise ArchiveFault("head and table: their CRC is wrong")
        first, last = 0, b""
        for nibble, end in enumerate(self._fan):
            if not first <= end <= self.modules:
                raise ArchiveFault("head: row %d lies outside of the table" % end)
            rows = self._read(self._table + _ROW * first, _ROW * (end - first))
            for at in range(0, len(rows), _ROW):
                key = rows[at : at + 4]
                if key <= last or key[0] >> 4 != nibble:
                    raise ArchiveFault("table: a key is not in order, or twice")
                last = key
            first = end
        if first != self.modules:
            raise ArchiveFault("head: of %d rows in the table %d count" % (self.modules, first))

    def _row(self, path: str) -> "tuple[int, int, bytes]":
        """Where it begins, its size, its CRC."""
        key = struct.pack(">I", crc32(path.encode()))
        nibble = key[0] >> 4
        first = self._fan[nibble - 1] if nibble else 0
        rows = self._read(self._table + _ROW * first, _ROW * (self._fan[nibble] - first))
        at = rows.find(key)
        while at > 0 and at % _ROW:
            at = rows.find(key, at + 1)
        if at < 0:
            raise ArchiveFault("%s: not in the table" % path)
        start, size = struct.unpack(">II", rows[at + 4 : at + 12])
        if start < self._data or start + size > self.bytes:
            raise ArchiveFault("%s: its bytes lie outside" % path)
        return start, size, rows[at + 12 : at + _ROW]

    def _check_bytes(self, path: str, start: int, size: int, wanted: bytes) -> None:
        crc = crc32(path.encode())
        for at in range(start, start + size, _CHUNK):
            crc = crc32(self._read(at, min(_CHUNK, start + size - at)), crc)
        if struct.pack(">I", crc) != wanted:
            raise ArchiveFault("%s: its CRC is wrong" % path)


def _text(line: bytes) -> str:
    try:
        return str(line, "utf-8")
    except UnicodeError:
        raise ArchiveFault("names: one is no text")


def _check_path(path: str) -> None:
    parts = path.split("/")
    strange = any(not "!" <= letter <= "~" for letter in path)
    if strange or not path.endswith(SUFFIX) or "" in parts or "." in parts or ".." in parts:
        raise ArchiveFault("names: %s is no path of a module" % path)
    if len(path) > _LONGEST:
        raise ArchiveFault("names: %s is too long" % path)


def _add_folders(folders: "set[str]", path: str) -> None:
    folder = path.rpartition("/")[0]
    while folder:
        folders.add(folder)
        folder = folder.rpartition("/")[0]
