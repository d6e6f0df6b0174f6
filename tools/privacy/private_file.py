"""Writes a file for its owner's eyes alone, as a whole or not at all."""

import os
from pathlib import Path

from tools.bills.command import CommandFault


def write(path: Path, content: bytes) -> None:
    """Whatever was there. CommandFault."""
    whole = path.with_name(path.name + ".new")
    try:
        whole.unlink(missing_ok=True)
        with open(os.open(whole, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        whole.replace(path)
    except OSError as fault:
        raise CommandFault(f"{path} cannot be written ({fault.strerror})") from fault
