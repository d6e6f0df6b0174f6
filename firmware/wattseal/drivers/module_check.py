"""Counts the rotten modules in the archive that runs; mends none. Loaded for that, and dropped.

One that is rotten fails when it is imported, which may be months after the flash has lost it. The
format is core/module_archive.py's; a row has all that its module's CRC-32 needs.
"""

import asyncio
import os
import struct
import sys
from binascii import crc32

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, BinaryIO, Callable

_BEGIN, _ROW, _CHUNK = const(52), const(16), const(256)
_PLACE = "/a"  # where firmware/stock mounts it
_DEPLOYED = "/modules.archive"
_HEAD_BYTES = const(154)  # core.update_package's, which would stay in the heap
_LOADER = "slot_loader"


async def rotten(data_dir: str, calm: "Callable[[], Awaitable[None]]") -> int:
    """0 as well where no archive runs. OSError. `calm()`: as for `late.load`."""
    if _PLACE not in sys.path:
        return 0
    path, base = _DEPLOYED, 0
    if "update" in os.listdir(data_dir):
        running = _running(data_dir + "/update")
        if running:
            path, base = running, _HEAD_BYTES
    with open(path, "rb") as file:
        return await count(file, base, calm)


def _running(folder: str) -> str:
    """The package that runs, "" for what was deployed; its loader goes again. OSError."""
    stays = _LOADER in sys.modules
    import slot_loader  # imported late: seldom needed

    try:
        return slot_loader.slot_path(folder, slot_loader.load(folder).running)
    finally:
        if not stays:
            sys.modules.pop(_LOADER)


async def count(file: "BinaryIO", base: int, calm: "Callable[[], Awaitable[None]]") -> int:
    """Of the archive that begins at `base`; its table is one more. OSError."""
    buffer = bytearray(_CHUNK)
    file.seek(base)
    head = file.read(_BEGIN)
    modules, folders = struct.unpack(">HH", head[6:10])
    table = base + _BEGIN + folders
    crc = _crc(file, base + _BEGIN, folders + _ROW * modules, crc32(head[:48]), buffer)
    found = 1 if struct.pack(">I", crc) != head[48:] else 0
    for at in range(table, table + _ROW * modules, _ROW):
        file.seek(at)
        key, start, size, wanted = struct.unpack(">4I", file.read(_ROW))
        await calm()
        await asyncio.sleep(0)  # a calm line does not wait, and there are 150 modules
        if _crc(file, base + start, size, key, buffer) != wanted:
            found += 1
    return found


def _crc(file: "BinaryIO", at: int, size: int, crc: int, buffer: bytearray) -> int:
    """Of so many bytes, behind `crc`; 0 for fewer."""
    file.seek(at)
    view = memoryview(buffer)
    while size > 0:
        part = view[: min(size, _CHUNK)]
        got = file.readinto(part)
        if not got:
            return 0
        crc = crc32(part[:got], crc)
        size -= got
    return crc
