"""Which version a checkout is, by git and the firmware's own word; builds nothing, knows no clock.

A checkout without history (an unpacked archive, some CI) is released as it lies there: its date is
SOURCE_DATE_EPOCH, else the firmware's build date, and no commit is told.
"""

import io
import os
import re
import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_VERSION, _VERSION_FORM = "firmware/wattseal/__init__.py", r'^VERSION = "(\d+\.\d+\.\d+)"$'
_DATE, _DATE_FORM = "firmware/wattseal/core/clock_state.py", r"^BUILT_UTC_S = const\((\d+)\)$"
_MADE_HERE = re.compile(
    r"\./(build|out)(/|$)|(^|/)(\.git|__pycache__|\.\w+_cache)(/|$)|\.(mpy|key|wsp)$"
)
_DIGITS, _LAST_S = 10, 4354819200  # 2108-01-01
_SETTINGS = ("-c", "core.autocrlf=false", "-c", "core.eol=lf")  # whatever the user's are
_KEY_BYTES = 64  # of a PEM file, where its first line is


class ReleaseFault(Exception):
    """There is no release; the argument is one sentence."""


@dataclass(frozen=True)
class Commit:
    """`hash`: "" without history. `epoch_s`: of the commit, the only date that a release knows."""

    version: str
    hash: str
    epoch_s: int

    @property
    def date(self) -> str:
        """ISO 8601, UTC."""
        return datetime.fromtimestamp(self.epoch_s, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def of(root: Path, uncommitted: bool = False, beside: Sequence[Path] = ()) -> Commit:
    """What is checked out, and nothing but the files `beside` it; with `uncommitted` what lies
    there, as without history. ReleaseFault."""
    version = _told(root, _VERSION, _VERSION_FORM, 'VERSION = "1.2.3"')
    if uncommitted or not (root / ".git").exists():
        return Commit(version, "", _date_without_history(root))
    digest, epoch_s = _git(root, "log", "-1", "--no-show-signature", "--format=%H %ct").split()
    status = _git(root, "status", "--porcelain", "--untracked-files=all", "--no-renames", "-z")
    passed = {path.resolve() for path in beside}
    changed = [
        row[3:]
        for row in status.split("\0")
        if row and not (row.startswith("??") and (root / row[3:]).resolve() in passed)
    ]
    if changed:
        raise ReleaseFault(_uncommitted(root, changed))
    return Commit(version, digest, int(epoch_s))


def _uncommitted(root: Path, changed: Sequence[str]) -> str:
    """Of whatever is a private key it never says to commit it."""
    for name in changed:
        if _is_private(root / name):
            return f"{name} is a private key and no part of a release; move it out of the checkout"
    more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
    return f"{changed[0]}{more} is in no commit, and a release is of a commit; commit or stash it"


def _is_private(path: Path) -> bool:
    try:
        with open(path, "rb") as file:
            return b"PRIVATE KEY" in file.read(_KEY_BYTES)
    except OSError:
        return False  # it was removed, or is a folder


def files(root: Path, commit: Commit) -> bytes:
    """A tar archive of the commit's files; of a trial those that git does not ignore; without
    history of all but what was made here. ReleaseFault."""
    if commit.hash:
        return _run(root, "archive", "--format=tar", commit.hash)
    out = io.BytesIO()
    try:
        with tarfile.open(fileobj=out, mode="w") as tar:
            if (root / ".git").exists():
                words = ("ls-files", "--cached", "--others", "--exclude-standard", "-z")
                for name in sorted(set(_git(root, *words).split("\0")) - {""}):
                    if os.path.lexists(root / name):
                        tar.add(root / name, name)
            else:
                tar.add(root, ".", filter=_ours)
    except OSError as fault:
        raise ReleaseFault(
            f"{fault.filename} cannot be read ({fault.strerror}); it lies in the checkout"
        ) from fault
    return out.getvalue()


def _ours(one: tarfile.TarInfo) -> tarfile.TarInfo | None:
    """Neither what was made here, nor a key, nor a folder that an editor or a Python put here."""
    hidden = one.isdir() and one.name.rpartition("/")[2].startswith(".")
    strange = hidden and one.name not in (".", "./.ci")
    return None if strange or _MADE_HERE.search(one.name) else one


def _date_without_history(root: Path) -> int:
    text = os.environ.get("SOURCE_DATE_EPOCH", "")
    if text and not (text.isascii() and text.isdecimal() and len(text) <= _DIGITS):
        raise ReleaseFault(f"SOURCE_DATE_EPOCH={text} is no time; write seconds since 1970, UTC")
    epoch_s = int(text or _told(root, _DATE, _DATE_FORM, "BUILT_UTC_S = const(seconds)"))
    if epoch_s >= _LAST_S:
        raise ReleaseFault(f"{epoch_s} s is a date after 2107, and a zip has none; set the clock")
    return epoch_s


def _told(root: Path, path: str, form: str, line: str) -> str:
    try:
        found = re.search(form, (root / path).read_text(), re.M)
    except OSError:
        found = None
    if not found:
        raise ReleaseFault(f"{path} has no line as {line}; write it anew")
    return found[1]


def _git(root: Path, *words: str) -> str:
    return os.fsdecode(_run(root, *words)).strip("\n")


def _run(root: Path, *words: str) -> bytes:
    try:
        command = ["git", "-C", str(root), *_SETTINGS, *words]
        done = subprocess.run(command, capture_output=True)
    except FileNotFoundError as fault:
        raise ReleaseFault("git is missing; install it with: sudo apt-get install git") from fault
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise ReleaseFault(f"git knows no commit here ({said}); release from a git checkout")
    return done.stdout
