"""Which version a checkout is, by git and pyproject.toml; builds nothing, knows no clock."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import tomllib


class ReleaseFault(Exception):
    """There is no release; the argument is one sentence."""


@dataclass(frozen=True)
class Commit:
    """`epoch_s`: of the commit, the only date that a release knows."""

    version: str
    hash: str
    epoch_s: int

    @property
    def date(self) -> str:
        """ISO 8601, UTC."""
        return datetime.fromtimestamp(self.epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def of(root: Path) -> Commit:
    """What is checked out, and nothing beside it. ReleaseFault."""
    told = _git(root, "log", "-1", "--format=%H %ct")
    changed = [line[3:] for line in _git(root, "status", "--porcelain").splitlines()]
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise ReleaseFault(
            f"{changed[0]}{more} is in no commit, and a release is of a commit; commit or stash it"
        )
    digest, epoch_s = told.split()
    return Commit(_version(root / "pyproject.toml"), digest, int(epoch_s))


def files(root: Path, commit: Commit) -> bytes:
    """A tar archive of the commit's files. ReleaseFault."""
    return _run(root, "archive", "--format=tar", commit.hash)


def _version(path: Path) -> str:
    try:
        return tomllib.loads(path.read_text())["project"]["version"]
    except (OSError, ValueError, KeyError) as fault:
        raise ReleaseFault(
            "pyproject.toml names no version; put one into its [project]"
        ) from fault


def _git(root: Path, *words: str) -> str:
    return _run(root, *words).decode().strip("\n")


def _run(root: Path, *words: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(root), *words], capture_output=True)
    except FileNotFoundError as fault:
        raise ReleaseFault("git is missing; install it with: sudo apt-get install git") from fault
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise ReleaseFault(f"git knows no commit here ({said}); release from a git checkout")
    return done.stdout
