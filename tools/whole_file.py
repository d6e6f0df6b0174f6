"""Writes files as a whole or not at all: what a full disk stops leaves nothing behind. OSError."""

import contextlib
import os
import secrets
import stat
from collections.abc import Iterable
from pathlib import Path

OWNER = 0o600  # the mode of what is for its owner's eyes alone
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


def write(path: Path, content: bytes, mode: int | None = None) -> None:
    """Whatever was there, which stays where this cannot be written. Through a link, and with
    `mode`, or else the permissions of what was there; to a pipe or a device as it comes."""
    place = Path(os.path.realpath(path))
    there = place.stat() if place.exists() else None
    if there and not (stat.S_ISREG(there.st_mode) and os.access(place.parent, os.W_OK)):
        if stat.S_ISREG(there.st_mode) and mode is not None:
            with contextlib.suppress(OSError):  # somebody else's, who lets us write it
                place.chmod(mode)
        place.write_bytes(content)
        return
    if there and not os.access(place, os.W_OK):  # a new one beside it would need no right to it
        os.close(os.open(place, os.O_WRONLY))
    beside = place.with_name(f".{secrets.token_hex(6)}.new")
    try:
        _fill(beside, content, 0o666 if mode is None else mode)
        if there and mode is None:
            beside.chmod(stat.S_IMODE(there.st_mode))
        beside.replace(place)
    except OSError as fault:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)
        fault.filename = str(path)
        raise


def create(files: Iterable[tuple[Path, bytes, int]]) -> None:
    """New ones, (path, content, mode): all, or none where one exists (FileExistsError) or the disk
    is full. The fault has the path in `filename`. They are on the disk when it returns."""
    made: list[Path] = []
    for path, content, mode in files:
        try:
            _fill(path, content, mode, durably=True)
        except OSError as fault:
            for each in made:
                with contextlib.suppress(OSError):
                    each.unlink(missing_ok=True)
            fault.filename = str(path)
            raise
        made.append(path)


def _fill(path: Path, content: bytes, mode: int, durably: bool = False) -> None:
    """A new file, or none. OSError."""
    is_whole = False
    with open(os.open(path, _NEW, mode), "wb", buffering=0) as file:
        try:
            left = memoryview(content)
            while left:
                left = left[file.write(left) :]
            if durably:
                os.fsync(file.fileno())
            is_whole = True
        finally:  # of a Ctrl-C as well: half a key is none
            if not is_whole:
                path.unlink(missing_ok=True)
