"""A file of settings with what was accepted of it once more beside it; judges none of them.

One bit makes another price or another meter of a text that is still good JSON. What was accepted
is kept as a copy with a hash, and the file's time of change in that. A file that differs while
nobody has changed it since then has rotted, and the copy takes its place. Whoever replaces the
file by a program forgets the copy first: two changes may be of one second.
"""

import hashlib
import os

from micropython import const

from wattseal.drivers.durable import write_durably

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, TypeVar

    Settings = TypeVar("Settings")

_COPY = ".copy"
_HASH_BYTES = const(32)
_MOST_BYTES = const(8192)  # of settings, as drivers.config_file has it
_SIZE, _MTIME = const(6), const(8)  # of os.stat


def load(
    path: str, read: "Callable[[str], Settings]", counts: "dict[str, int]"
) -> "Settings":  # fmt: skip
    """What `read(path)` gives of the file as it was accepted, and with it as it is from then on.
    Raises what `read` does; `counts`: for `status`."""
    kept = _content(path + _COPY)
    try:
        if _has_rotted(path, kept):
            counts["settings_mended"] = 1
            _write(path + ".new", kept[_HASH_BYTES:])
            os.rename(path + ".new", path)
    except OSError:
        counts["settings_uncopied"] = 1  # `read` says what is wrong with it
    found = read(path)
    try:
        content = _content(path)
        whole = _hash(content, os.stat(path)[_MTIME]) + content
        if whole != kept:
            _write(path + _COPY, whole)
    except OSError:
        counts["settings_uncopied"] = 1  # it is good, and there may be no room
    return found


def forget(path: str) -> None:
    """Called before another file is put at `path`."""
    try:
        os.remove(path + _COPY)
    except OSError:
        pass  # there is none


def _has_rotted(path: str, kept: bytes) -> bool:
    """OSError: there is nothing there, or nobody can tell."""
    told = os.stat(path)
    text = kept[_HASH_BYTES:]
    if len(text) != told[_SIZE] or kept[:_HASH_BYTES] != _hash(text, told[_MTIME]):
        return False
    return _content(path) != text


def _content(path: str) -> bytes:
    """b"" where nothing can be read."""
    try:
        with open(path, "rb") as file:
            return file.read(_MOST_BYTES + _HASH_BYTES)
    except OSError:
        return b""


def _hash(text: bytes, changed: int) -> bytes:
    """`changed`: the time, in seconds of the file system."""
    hashed = hashlib.sha256(b"%d\n" % changed)
    hashed.update(text)
    return hashed.digest()


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        write_durably(file, data)
