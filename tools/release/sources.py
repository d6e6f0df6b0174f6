"""Where tools/firmware.sh has left the sources of MicroPython; fetches and changes none."""

import os
import subprocess
from pathlib import Path

SUITE = os.environ.get("SUITE", "forky")
FOLDER = f"build/debian-{SUITE}"


def of(checkout: Path) -> Path:
    """Debian's folder (`micropython`, `packages`): in the checkout, or where a checkout with a
    space in its path is built from a copy of itself. It may not be there."""
    own = checkout / FOLDER
    if own.is_dir() or not any(letter.isspace() for letter in str(checkout)):
        return own
    told = subprocess.run(
        ["cksum"], input=os.fsencode(f"{checkout}\n"), capture_output=True, check=True
    )
    number = told.stdout.split()[0].decode()
    temporary = Path(os.environ.get("TMPDIR") or "/tmp")
    return temporary / f"wattseal-{os.getuid()}-{number}" / FOLDER
