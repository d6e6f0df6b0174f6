"""Whether a file system has room for a package beside what others may need; writes nothing."""

import os

from micropython import const

_LINK_SHARE = const(64)  # LittleFS links the blocks of a file
_FOLDER_BLOCKS = const(2)
_ROOM_BLOCKS = const(4)  # and a folder may need two more
_NO_ROOM = "the flash has no room for it beside the journal (%d bytes needed, %d free)"


def check(folder: str, goes_bytes: int, size: int) -> None:
    """`folder`: it may not be there yet. `size`: of the package and of what must be left,
    `goes_bytes`: of the file that it replaces. ValueError, with a sentence; OSError."""
    place, _, name = folder.rpartition("/")
    blocks = _ROOM_BLOCKS if name in os.listdir(place) else _ROOM_BLOCKS + _FOLDER_BLOCKS
    system = os.statvfs(place)
    block = system[1]  # bytes
    free = block * system[3] + goes_bytes // block * block
    needed = size + size // _LINK_SHARE + blocks * block
    if free < needed:
        raise ValueError(_NO_ROOM % (needed, free))
