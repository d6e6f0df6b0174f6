"""A file of settings with what was accepted of it once more beside it; judges none of them.

One bit makes another price or another meter of a text that is still good JSON. What was accepted
is kept with a hash, and the file's time of change in that. A file that differs while nobody has
changed it since then has rotted, and what was kept takes its place. A program replaces the file by
`replace`, which forgets what was kept first: two changes may be of one second.
"""

import errno
import hashlib
import os

from micropython import const

from wattseal.drivers.durable import write_durably

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Sequence, TypeVar

    Settings = TypeVar("Settings")
    Log = Callable[[str], None]

_KEPT, _NEW = "%s.accepted", "%s.accepted.new"
_HASH_BYTES = const(32)
_MOST_BYTES = const(8224)  # of settings, as drivers.config_file has it, and a hash
_SIZE, _MTIME = const(6), const(8)  # of os.stat


def load(
    path: str, read: "Callable[[str], Settings]", counts: "dict[str, int]", log: "Log"
) -> "Settings":  # fmt: skip
    """What `read(path)` gives of the file as it was accepted, and with it as it is from then on.

    `counts`: for `status`. Raises what `read` does. OSError: it has rotted, and the flash takes
    nothing else in its place."""
    kept = _content(_KEPT % path)
    try:
        told = os.stat(path)
    except OSError:
        told = kept = None  # nobody can tell, and nothing is written over what was kept
    if kept and told and _has_rotted(path, told, kept):
        _put(path, kept[_HASH_BYTES:])
        counts["settings_mended"] = 1
        log("%s had rotted; what was accepted is back in its place" % path)
    text = _content(path)
    if text == b"":
        _forget(path)  # it was taken away, with what is secret in it
    found = read(path)
    if kept is None or not text or not _is_kept(path, text, kept):
        counts["settings_unkept"] = 1  # it is good, and there may be no room
    return found


def replace(beside: str, path: str) -> None:
    """The file `beside` takes the place of the one at `path`, at once. OSError."""
    _forget(path)
    os.rename(beside, path)


def _forget(path: str) -> None:
    try:
        os.remove(_KEPT % path)
    except OSError:
        pass  # there is none


def _is_kept(path: str, text: bytes, kept: bytes) -> bool:
    """`text` is what was accepted; what is there by now may be something else."""
    try:
        whole = _hash(text, os.stat(path)[_MTIME]) + text
        if whole != kept:
            if _content(path) != text:
                return False
            _write(_KEPT % path, whole)
    except OSError:
        return False
    return True


def _has_rotted(path: str, told: "Sequence[int]", kept: bytes) -> bool:
    """`told`: as os.stat tells."""
    text = kept[_HASH_BYTES:]
    # A file system that keeps no time tells of no change.
    if not told[_MTIME] or len(text) != told[_SIZE]:
        return False
    if kept[:_HASH_BYTES] != _hash(text, told[_MTIME]):
        return False
    return _content(path) != text


def _content(path: str) -> "bytes | None":
    """b"" for no file and for one that is too long; None for one that cannot be read."""
    try:
        size = os.stat(path)[_SIZE]
        if size > _MOST_BYTES:  # before a buffer of that size is asked for
            return b""
        with open(path, "rb") as file:
            return file.read(size)
    except OSError as fault:
        return b"" if fault.errno == errno.ENOENT else None


def _hash(text: bytes, changed: int) -> bytes:
    """`changed`: the time, in seconds of the file system."""
    hashed = hashlib.sha256(b"%d\n" % changed)
    hashed.update(text)
    return hashed.digest()


def _put(path: str, text: bytes) -> None:
    beside, good = _NEW % path, False
    try:
        _write(beside, text)
        os.rename(beside, path)
        good = True
    finally:
        if not good:
            try:
                os.remove(beside)  # it has passwords in it
            except OSError:
                pass  # it was never made


def _write(path: str, data: bytes) -> None:
    with open(path, "wb") as file:
        write_durably(file, data)
