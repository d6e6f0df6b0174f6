"""Writes a file for its owner's eyes alone, as a whole or not at all."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from tools import whole_file
from tools.bills.command import CommandFault


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """While nobody writes records there (tools.records_file holds the same lock): a receiver would
    go on in a file that is replaced, and acknowledge what it writes there. CommandFault."""
    try:
        with open(path, "rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
    except BlockingIOError as fault:
        raise CommandFault(
            f"a receiver writes to {path}; stop it, or erase from a copy"
        ) from fault
    except OSError as fault:
        raise CommandFault(f"{path} cannot be read ({fault.strerror})") from fault


def write(path: Path, content: bytes) -> None:
    """Whatever was there. CommandFault."""
    try:
        whole_file.write(path, content, 0o600)
    except OSError as fault:
        raise CommandFault(f"{path} cannot be written ({fault.strerror})") from fault
