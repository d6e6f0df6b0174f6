"""OUT/records.jsonl and OUT/conflicts.jsonl: what came, on the disk before anybody says so.

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


class FolderInUse(Exception):
    """Another receiver writes there; the argument is one sentence."""


class RecordsFile:
    """Both are empty to begin with. FolderInUse, OSError."""

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
        self._conflicts = folder / CONFLICTS
        self._conflicts.unlink(missing_ok=True)

    def close(self) -> None:
        self._file.close()
        self._locked.close()

    def write(self, topic: str, payload: str) -> None:
        """On the disk when it returns."""
        _append(self._file, topic, payload)

    def write_conflict(self, topic: str, payload: str) -> None:
        """Beside the records: whoever reads those must not count it as one."""
        with open(self._conflicts, "ab") as file:
            _append(file, topic, payload)


def _append(file: BinaryIO, topic: str, payload: str) -> None:
    row = {"topic": topic, "payload": payload, "received": time.time()}
    file.write(json.dumps(row).encode() + b"\n")
    file.flush()
    os.fsync(file.fileno())
