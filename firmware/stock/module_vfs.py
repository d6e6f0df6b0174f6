"""Lets modules be imported from their archive, as from a file system; changes and keeps nothing.

The format is core/module_archive.py's. This is always in RAM, but for `mount`: hence its brevity.
"""

import struct
import sys
from binascii import crc32

import vfs
from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import BinaryIO, Iterator

# Where each module came from is a name that stays in RAM: its place is short, and so is the
# firmware's folder. It saves 0.7 KB of a stock Pico's heap.
_PLACE = "/a"
_SHORT = "/w/"
_FOLDER_NAME = "wattseal"
_BEGIN = const(52)
_ROW = const(16)
_CHUNK = const(256)
_FOLDER = const(0x4000)
_FILE = const(0x8000)
_ENOENT = const(2)
_EIO = const(5)
_EINVAL = const(22)


class Modules:
    """What MicroPython asks of a file system that it imports from, by absolute paths."""

    def __init__(self, path: str, base: int, fan: bytes, folders: str) -> None:
        self._path = path
        self._base = base
        self._fan = fan
        self._folders = folders
        self._file: BinaryIO | None = None
        self._found = ""
        self._row = b""

    def mount(self, *_: bool) -> None:
        pass

    umount = mount

    def stat(self, path: str) -> "tuple[int, ...]":
        """An import asks for a folder, a .py and a .mpy, in this order. OSError."""
        path, mode = _whole(path), _FILE
        if path.endswith(".mpy"):
            self._find(path)
        elif path and "\n%s\n" % path not in self._folders:
            raise OSError(_ENOENT)
        else:
            mode = _FOLDER
        return (mode, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    def open(self, path: str, mode: str) -> "BinaryIO":
        """At the module's first byte. What follows its last one is no end of a file, which an
        import does not ask for. OSError: EIO for a module that is not as it was packed."""
        path = _whole(path)
        if path != self._found:
            self._find(path)
        file, self._file, self._found = self._file, None, ""
        start, left = struct.unpack(">II", self._row[4:12])
        start += self._base
        file.seek(start)
        crc, part = crc32(path), memoryview(bytearray(_CHUNK))
        while left > 0:
            part = part[: min(left, _CHUNK)]
            left -= file.readinto(part) or left + 1
            crc = crc32(part, crc)
        if struct.pack(">I", crc) != self._row[12:]:
            raise OSError(_EIO)
        file.seek(start)
        return file

    def ilistdir(self, path: str) -> "Iterator[tuple[str, int, int]]":
        from wattseal.core import archive_listing  # imported late: seldom needed

        return archive_listing.rows(open(self._path, "rb"), self._base, _whole(path))

    def _find(self, path: str) -> None:
        """Its row in the table, and the file to read it from. OSError."""
        if self._file:
            self._file.close()
        key = struct.pack(">I", crc32(path))
        at = key[0] >> 4 << 1
        first, end = struct.unpack(">HH", self._fan[at : at + 4])
        self._file = file = open(self._path, "rb")
        file.seek(self._base + _BEGIN - 1 + len(self._folders) + _ROW * first)
        rows = file.read(_ROW * (end - first))
        at = rows.find(key)
        while at > 0 and at % _ROW:
            at = rows.find(key, at + 1)
        if at < 0:
            raise OSError(_ENOENT)
        self._row, self._found = rows[at : at + _ROW], path


def _whole(path: str) -> str:
    return _FOLDER_NAME + path[2:] if path.startswith(_SHORT) else path.strip("/")


def mount(path: str, base: int = 0) -> None:
    """Import from the archive that begins at byte `base` of a file, before anywhere else. OSError:
    EINVAL for no whole archive. Once it is done this function is gone."""
    with open(path, "rb") as file:
        file.seek(base)
        head = file.read(_BEGIN)
        if len(head) != _BEGIN or head[:6] != b"WSMA\x01\0":
            raise OSError(_EINVAL)
        count, size = struct.unpack(">HH", head[6:10])
        folders = file.read(size)
        crc = crc32(folders, crc32(head[:48]))
        for left in range(_ROW * count, 0, -_CHUNK):
            crc = crc32(file.read(min(_CHUNK, left)), crc)
    if struct.pack(">I", crc) != head[48:]:
        raise OSError(_EINVAL)
    found = Modules(path, base, b"\0\0" + head[16:48], "\n" + str(folders, "utf-8"))
    vfs.mount(found, _PLACE)
    sys.path.insert(0, _PLACE)
    package = __import__(_FOLDER_NAME)
    package.__path__ = _PLACE + _SHORT[:-1]
    del globals()["mount"]
