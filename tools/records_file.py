"""OUT/records.jsonl, and conflicts and audit messages beside it: on the disk before it is said.

One writer at a time: it holds a lock on the file, which ends with its process.
"""

import fcntl
import json
import os
import time
from pathlib import Path
from typing import BinaryIO

RECORDS = "records.jsonl"
CONFLICTS = "conflicts.jsonl"
AUDIT = "audit.jsonl"


class FolderInUse(Exception):
    """Another receiver writes there; the argument is one sentence."""


class RecordsFile:
    """All are empty to begin with. FolderInUse, OSError."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._locked = open(folder / RECORDS, "ab")  # which empties nothing yet
        try:
            fcntl.flock(self._locked, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            self._locked.close()
            raise FolderInUse(
                f"another run writes its records to {folder}: wait for its end or name another OUT"
            ) from fault
        self._file = open(folder / RECORDS, "wb")
        self._folder = folder
        for name in (CONFLICTS, AUDIT):
            (folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        self._file.close()
        self._locked.close()

    def write(self, topic: str, payload: str) -> None:
        """On the disk when it returns."""
        _append(self._file, topic, payload)

    def write_beside(self, name: str, topic: str, payload: str) -> None:
        """Into CONFLICTS or AUDIT: whoever reads the records must not count it as one."""
        with open(self._folder / name, "ab") as file:
            _append(file, topic, payload)


def _append(file: BinaryIO, topic: str, payload: str) -> None:
    row = {"topic": topic, "payload": payload, "received": time.time()}
    file.write(json.dumps(row).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())
