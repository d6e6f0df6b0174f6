"""Lets modules be imported from their archive, as from a file system; changes and keeps no file.

The format is core/module_archive.py's, which is loaded only to list it: this is always in RAM.
"""

import io
import struct
import sys
from binascii import crc32

import vfs
from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Iterator

_PLACE = "/a"  # each module's path is a name that stays in RAM
_FAN_AT = const(16)
_HEAD = const(48)
_ROW = const(16)
_CHUNK = const(512)
_FOLDER = const(0x4000)
_FILE = const(0x8000)
_ENOENT = const(2)
_EIO = const(5)
_EINVAL = const(22)
_MODULE = ".mpy"


class Modules:
    """What MicroPython asks of a file system that it imports from. OSError: EINVAL for no whole
    archive."""

    def __init__(self, path: str, base: int) -> None:
        self._path = path
        with open(path, "rb") as file:
            file.seek(base)
            head = file.read(_HEAD + 4)
            if len(head) != _HEAD + 4 or head[:6] != b"WSMA\x01\0":
                raise OSError(_EINVAL)
            count, folders = struct.unpack(">HH", head[6:10])
            names = file.read(folders)
            crc = crc32(names, crc32(head[:_HEAD]))
            for left in range(_ROW * count, 0, -_CHUNK):
                crc = crc32(file.read(min(_CHUNK, left)), crc)
        if struct.pack(">I", crc) != head[_HEAD:]:
            raise OSError(_EINVAL)
        self._base = base
        self._fan = b"\0\0" + head[_FAN_AT:_HEAD]
        self._folders = "\n" + str(names, "utf-8")
        self._table = base + len(head) + folders
        self._found = b""
        self._found_path = ""

    def mount(self, readonly: bool, mkfs: bool) -> None:
        pass

    def umount(self) -> None:
        pass

    def stat(self, path: str) -> "tuple[int, ...]":
        """An import asks for a folder, a .py and a .mpy, in this order."""
        path = path.strip("/")
        if path.endswith(_MODULE):
            size = struct.unpack(">I", self._find(path)[8:12])[0]
            return (_FILE, 0, 0, 0, 0, 0, size, 0, 0, 0)
        if path and "\n%s\n" % path not in self._folders:
            raise OSError(_ENOENT)
        return (_FOLDER, 0, 0, 0, 0, 0, 0, 0, 0, 0)

    def open(self, path: str, mode: str) -> io.BytesIO:
        """OSError: EIO for a module that is not as it was packed."""
        path = path.strip("/")
        row = self._found if path == self._found_path else self._find(path)
        self._found_path = ""
        start, size = struct.unpack(">II", row[4:12])
        with open(self._path, "rb") as file:
            file.seek(self._base + start)
            data = file.read(size)
        if struct.pack(">I", crc32(data, crc32(path))) != row[12:]:
            raise OSError(_EIO)
        return io.BytesIO(data)

    def ilistdir(self, path: str) -> "Iterator[tuple[str, int, int]]":
        from wattseal.core.module_archive import Archive  # imported late: seldom needed

        below = path.strip("/")
        below += "/" if below else ""
        with open(self._path, "rb") as file:
            last = ""
            for name in Archive(file, self._base).paths():
                if name.startswith(below):
                    name, folder, _ = name[len(below) :].partition("/")
                    if name != last:
                        yield name, _FOLDER if folder else _FILE, 0
                    last = name

    def _find(self, path: str) -> bytes:
        """Its row in the table."""
        key = struct.pack(">I", crc32(path))
        nibble = key[0] >> 4
        first, end = struct.unpack(">HH", self._fan[2 * nibble : 2 * nibble + 4])
        with open(self._path, "rb") as file:
            file.seek(self._table + _ROW * first)
            rows = file.read(_ROW * (end - first))
        at = rows.find(key)
        while at > 0 and at % _ROW:
            at = rows.find(key, at + 1)
        if at < 0:
            raise OSError(_ENOENT)
        self._found, self._found_path = rows[at : at + _ROW], path
        return self._found


def mount(path: str, base: int = 0) -> None:
    """Import from the archive that begins at byte `base` of a file, before anywhere else. OSError:
    EINVAL for no whole archive."""
    vfs.mount(Modules(path, base), _PLACE)
    sys.path.insert(0, _PLACE)
