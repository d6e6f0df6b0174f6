"""Where tools/firmware.sh has left the sources of MicroPython; fetches and changes none."""

import os
import subprocess
from pathlib import Path

from tools.release.commit import ReleaseFault

SUITE = os.environ.get("SUITE", "forky")
FOLDER = f"build/debian-{SUITE}"
_OTHERS_WRITE = 0o022


def of(checkout: Path) -> Path:
    """Debian's folder (`micropython`, `packages`): in the checkout, or where a checkout with a
    space in its path is built from a copy of itself. It may not be there. ReleaseFault for a copy
    that is another's: its code would be run."""
    own = checkout / FOLDER
    if own.is_dir() or not any(letter.isspace() for letter in str(checkout)):
        return own
    told = subprocess.run(
        ["cksum"], input=os.fsencode(f"{checkout}\n"), capture_output=True, check=True
    )
    number = told.stdout.split()[0].decode()
    temporary = Path(os.environ.get("TMPDIR") or "/tmp")
    copy = temporary / f"wattseal-{os.getuid()}-{number}"
    if os.path.lexists(copy):
        there = copy.lstat()
        if there.st_uid != os.getuid() or copy.is_symlink() or there.st_mode & _OTHERS_WRITE:
            raise ReleaseFault(
                f"{copy} is another user's, or others may write in it, and its code would be run; "
                "remove it, or set TMPDIR to a folder of your own"
            )
    return copy / FOLDER
