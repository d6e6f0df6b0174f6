"""What runs, as a hash that a build can be held against; imported for that, and dropped.

image    SHA-256 of the image in the chip's flash: what `make firmware` prints of its .bin
files    SHA-256 over a line for each module that lies in a file, and for the archive of
         modules, in order of path: its path, a blank, its SHA-256 in hex, a line feed
"""

import asyncio
import hashlib
import os
import sys
from binascii import hexlify

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Iterator

_CHUNK = const(1024)
_FOLDER = "wattseal"
_ARCHIVE = "modules.archive"  # firmware/stock imports from it
_MODULES = (".mpy", ".py", ".archive")
_IS_FOLDER = const(0x4000)


async def image(pieces: "Callable[[], Iterator[bytes | bytearray]]") -> bytes:
    """b"" where the board finds no image."""
    whole, some = hashlib.sha256(), False
    for piece in pieces():
        whole.update(piece)
        some = True
        await asyncio.sleep(0)
    return whole.digest() if some else b""


async def files() -> bytes:
    """b"" where all of them are frozen. OSError."""
    root = _root()
    if root is None:
        return b""
    whole = hashlib.sha256()
    paths: list[str] = []
    for path in _modules(root, ""):
        paths.append(path)
        await asyncio.sleep(0)
    for path in sorted(paths):
        digest = await digest_of(root + path)
        whole.update(b"%s %s\n" % (path.encode(), hexlify(digest)))
    return whole.digest()


async def digest_of(path: str) -> bytes:
    """SHA-256 of a file. OSError."""
    whole = hashlib.sha256()
    with open(path, "rb") as file:
        while True:
            part = file.read(_CHUNK)
            if not part:
                return whole.digest()
            whole.update(part)
            await asyncio.sleep(0)


def _root() -> "str | None":
    """Of the folder that the firmware lies in, with a slash; None for no such folder."""
    for name in (_ARCHIVE, _FOLDER):
        for path in sys.path:
            root = path + "/" if path else ""
            try:
                os.stat(root + name)
                return root
            except OSError:
                pass
    return None


def _modules(root: str, below: str) -> "Iterator[str]":
    """Paths below the root: its own modules, and those of the firmware's folder."""
    for name in os.listdir(root + below or "."):
        path = below + name
        if os.stat(root + path)[0] & _IS_FOLDER:
            if path.split("/")[0] == _FOLDER and name != "__pycache__":
                yield from _modules(root, path + "/")
        elif name.endswith(_MODULES):
            yield path
