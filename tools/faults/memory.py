"""What the jobs of a run that was cut short have found; it tells nothing of other bytes.

`make faults FULL=1` takes hours, and no machine owes it two of them in a row.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

from tools.faults.play import Job
from tools.faults.section import Row


class Memory:
    """`folder`: a file for each job. `digest`: of all that a job runs, as `digest_of` tells it."""

    def __init__(self, folder: Path, digest: str) -> None:
        self._folder = folder
        self._digest = digest

    def recall(self, job: Job) -> list[Row] | None:
        """What the job found; None when it has not come to its end with these very bytes."""
        try:
            rows = json.loads(self._path(job).read_text())
        except (FileNotFoundError, ValueError):
            return None
        return [Row(**row) for row in rows]

    def keep(self, job: Job, rows: list[Row]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        path = self._path(job)
        whole = path.with_suffix(".new")  # half a file is never taken for a whole one
        whole.write_text(json.dumps([asdict(row) for row in rows]))
        whole.replace(path)

    def forget(self) -> None:
        """The run has come to its end: the next one begins anew."""
        for path in self._folder.glob("*.*"):
            path.unlink()

    def _path(self, job: Job) -> Path:
        """The folder of a marked firmware has another name each time, and the same bytes."""
        asked = json.dumps([self._digest, job.on, job.command, job.arguments, bool(job.firmware)])
        return self._folder / (hashlib.sha256(asked.encode()).hexdigest() + ".json")


def digest_of(places: Iterable[Path]) -> str:
    """SHA-256 of the files, and of those in the folders, with their names."""
    found = hashlib.sha256()
    for place in places:
        paths = [place] if place.is_file() else sorted(place.rglob("*"))
        for path in paths:
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path}\0{path.stat().st_size}\0".encode())
                found.update(path.read_bytes())
    return found.hexdigest()
