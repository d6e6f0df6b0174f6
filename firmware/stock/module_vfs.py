"""Lets modules be imported from their archive, as from a file system; changes and keeps nothing.

The format is core/module_archive.py's. This module is the file system itself, as MicroPython asks
for one, by absolute paths. It is always in RAM, but for `begin`: hence its brevity.
"""

import struct
import sys
from binascii import crc32
from builtins import open as _open_file

import vfs
from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import BinaryIO, Iterator

_BEGIN = const(52)
_ROW = const(16)
_CHUNK = const(256)
_FOLDER = const(0x4000)
_FILE = const(0x8000)
_ENOENT = const(2)
_EIO = const(5)
_EINVAL = const(22)

# The archive: its file, where in that it begins, how many bytes of it name folders, and the ends
# of its table's sixteen parts behind the begin of the first.
_path, _base, _folders, _fan = "", 0, 0, b""
_file: "BinaryIO | None" = None  # open since the last look into the table
_found, _row = "", b""  # what was looked for then, and its row


def mount(*_: bool) -> None:
    pass


umount = mount


def stat(path: str) -> "tuple[int, ...]":
    """An import asks for a folder, a .py and a .mpy, in this order: for a module the first looks
    into the table. OSError."""
    path = _whole(path)
    mode = _FILE
    if path.endswith(".mpy"):
        known = bool(_find(path))
    elif path.endswith(".py"):
        known = False
    else:
        mode = _FOLDER
        known = not _find(path + ".mpy")
        if known:
            with _open_file(_path, "rb") as file:
                file.seek(_base + _BEGIN)
                known = ("\n%s\n" % path).encode() in b"\n\n" + file.read(_folders)
    if not known:
        raise OSError(_ENOENT)
    return (mode, 0, 0, 0, 0, 0, 0, 0, 0, 0)


def open(path: str, mode: str) -> "BinaryIO":
    """At the module's first byte. What follows its last one is no end of a file, which an import
    does not ask for. OSError: EIO for a module that is not as it was packed."""
    global _file, _found, _row
    path = _whole(path)
    row = _find(path)
    file = _file
    if not file:
        raise OSError(_ENOENT)
    _file, _found, _row = None, "", b""
    start, left = struct.unpack(">II", row[4:12])
    start += _base
    file.seek(start)
    crc, part = crc32(path), memoryview(bytearray(_CHUNK))
    while left > 0:
        part = part[: min(left, _CHUNK)]
        left -= file.readinto(part) or left + 1
        crc = crc32(part, crc)
    if struct.pack(">I", crc) != row[12:]:
        raise OSError(_EIO)
    file.seek(start)
    return file


def ilistdir(path: str) -> "Iterator[tuple[str, int, int]]":
    from wattseal.core import archive_listing  # imported late: seldom needed

    return archive_listing.rows(_open_file(_path, "rb"), _base, _whole(path))


def _find(path: str) -> bytes:
    """Its row in the table, b"" for none. OSError."""
    global _file, _found, _row
    if path == _found:
        return _row
    if _file:
        _file.close()
    key = struct.pack(">I", crc32(path))
    at = key[0] >> 4 << 1
    first, end = struct.unpack(">HH", _fan[at : at + 4])
    file = _open_file(_path, "rb")
    file.seek(_base + _BEGIN + _folders + _ROW * first)
    rows = file.read(_ROW * (end - first))
    at = rows.find(key)
    while at > 0 and at % _ROW:
        at = rows.find(key, at + 1)
    _found, _row, _file = path, b"", None
    if at < 0:
        file.close()
    else:
        _row, _file = rows[at : at + _ROW], file
    return _row


def _whole(path: str) -> str:
    return "wattseal" + path[2:] if path.startswith("/w/") else path.strip("/")


def begin(path: str, base: int = 0) -> None:
    """Import from the archive that begins at byte `base` of a file, before anywhere else. OSError:
    EINVAL for no whole archive. Once it is done this function is gone, and the module not listed.

    Where each module came from is a name that stays in RAM: the place is short, and so is that of
    the firmware's folder. It saves 0.7 KB of a stock Pico's heap."""
    global _path, _base, _fan, _folders
    with _open_file(path, "rb") as file:
        file.seek(base)
        head = file.read(_BEGIN)
        if len(head) != _BEGIN or head[:6] != b"WSMA\x01\0":
            raise OSError(_EINVAL)
        count, size = struct.unpack(">HH", head[6:10])
        crc = crc32(file.read(size), crc32(head[:48]))
        for left in range(_ROW * count, 0, -_CHUNK):
            crc = crc32(file.read(min(_CHUNK, left)), crc)
    if struct.pack(">I", crc) != head[48:]:
        raise OSError(_EINVAL)
    _path, _base, _folders, _fan = path, base, size, b"\0\0" + head[16:48]
    vfs.mount(sys.modules[__name__], "/a")
    sys.path.insert(0, "/a")
    try:
        __import__("wattseal").__path__ = "/a/w"
        del sys.modules[__name__], globals()["begin"]
    finally:
        if "begin" in globals():  # it failed, and may be tried again, with another archive too
            sys.modules.pop("wattseal", None)
            sys.path.pop(0)
            vfs.umount("/a")
