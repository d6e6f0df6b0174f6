"""OUT/records.jsonl, and conflicts and audit messages beside it: on the disk before it is said.

One writer at a time: it holds a lock on the file, which ends with its process. Whether a record
belongs there is the receiver's business.
"""

import contextlib
import fcntl
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

RECORDS = "records.jsonl"
CONFLICTS = "conflicts.jsonl"
AUDIT = "audit.jsonl"
DEVICE = "device.txt"  # whose records are kept here, from one receiver to the next


class FolderInUse(Exception):
    """Another receiver writes there, or has; the argument is one sentence."""


class RecordsFile:
    """All are empty to begin with, or, with `kept_of` a device, go on. FolderInUse, OSError."""

    def __init__(self, folder: Path, kept_of: str = "") -> None:
        _make(folder)
        self._folder = folder
        self._torn: dict[str, int] = {}  # how long a file is without what could not be taken away
        self._file = os.open(folder / RECORDS, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            self._lock()
            if kept_of:
                self._go_on(kept_of)
            else:
                self._begin()
        except (FolderInUse, OSError):
            os.close(self._file)
            raise

    def close(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._file = -1

    def write(self, topic: str, payload: str) -> None:
        """On the disk when it returns. When it raises, none of it is, or will be cut."""
        self._append(RECORDS, self._file, topic, payload)

    def write_beside(self, name: str, topic: str, payload: str) -> None:
        """Into CONFLICTS or AUDIT: whoever reads the records must not count it as one."""
        file = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            self._append(name, file, topic, payload)
        finally:
            os.close(file)

    def rows(self, name: str = RECORDS) -> Iterator[tuple[int, str, bytes]]:
        """(line, topic, payload) of what is there; "" and b"" of a line that is none of ours."""
        path = self._folder / name
        with open(path if path.exists() else os.devnull, "rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    row = json.loads(line)
                    yield number, str(row["topic"]), row["payload"].encode()
                except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                    yield number, "", b""

    def _append(self, name: str, file: int, topic: str, payload: str) -> None:
        if name in self._torn:
            self._cut(name, file)
        row = {"topic": topic, "payload": payload, "received": time.time()}
        line = json.dumps(row).encode() + b"\n"
        before = os.fstat(file).st_size
        try:
            while line:
                line = line[os.write(file, line) :]
            os.fsync(file)
        except OSError:
            self._torn[name] = before
            with contextlib.suppress(OSError):  # of a medium that cannot: before the next, then
                self._cut(name, file)
            raise

    def _cut(self, name: str, file: int) -> None:
        """Half a line would spoil the next one, which would be acknowledged. OSError."""
        os.ftruncate(file, self._torn[name])
        del self._torn[name]

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise FolderInUse(
                f"another run writes its records to {self._folder}: wait for its end or name "
                "another OUT"
            ) from fault

    def _begin(self) -> None:
        if (self._folder / DEVICE).exists():
            raise FolderInUse(
                f"{self._folder} holds what `make receive` stored, which would be erased; name "
                "another OUT"
            )
        if os.fstat(self._file).st_size:
            os.ftruncate(self._file, 0)
        for name in (CONFLICTS, AUDIT):
            (self._folder / name).unlink(missing_ok=True)

    def _go_on(self, device: str) -> None:
        owner = self._folder / DEVICE
        said = owner.read_text(errors="replace").strip() if owner.exists() else ""
        if said not in ("", device):
            raise FolderInUse(f"{self._folder} holds another device's records; name another OUT")
        if not said and os.fstat(self._file).st_size:
            raise FolderInUse(
                f"{self._folder} holds records that `make receive` did not store; name another OUT"
            )
        if not said:
            write_whole(owner, device + "\n")
        for name in (RECORDS, CONFLICTS, AUDIT):
            _mend(self._folder / name)


def write_whole(path: Path, text: str) -> None:
    """All of it or what was there before, also after a cut. OSError."""
    new = path.with_name(path.name + ".new")
    with open(new, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    _sync(path.parent)


def _make(folder: Path) -> None:
    """With its name on the disk, for all that will be said of what is in it. OSError."""
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        _sync(each.parent)


def _sync(folder: Path) -> None:
    """Its names. OSError."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _mend(path: Path) -> None:
    """Without a last line that a cut left unfinished: nobody was told that it is stored."""
    if not path.exists():
        return
    with open(path, "r+b") as file:
        end = size = file.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - 65536)
            file.seek(start)
            found = file.read(end - start).rfind(b"\n")
            if found >= 0:
                end = start + found + 1
                break
            end = start
        if end < size:
            file.truncate(end)
            os.fsync(file.fileno())
