"""How every tool for bills ends: a sentence and a status for wrong input; starts nothing else.

Exit status: 0 good, 1 a record that does not count, 2 the command is not usable.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools import ending, whole_file
from tools.bills.tariffs import TariffFault
from tools.ending import remark
from tools.verify.source import SourceFault

__all__ = ["CommandFault", "apart", "remark", "run", "write"]


_KEY_BYTES = 4096  # of a PEM file, where a private key is told as one


class CommandFault(Exception):
    """One sentence: what is wrong, where, and what to do."""


def run(app: Callable[..., Any], name: str) -> None:
    """Ends the process."""
    ending.run(app, name, (SourceFault, TariffFault, CommandFault))


def apart(out: Path | None, *inputs: Path | None) -> None:
    """CommandFault where what is to be written is read as well."""
    if (
        out
        and out.exists()
        and any(each and each.exists() and each.samefile(out) for each in inputs)
    ):
        raise CommandFault(f"{out} is read here, and would be lost; name another file to write")


def _is_key(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return b"PRIVATE KEY" in file.read(_KEY_BYTES)
    except OSError:
        return False  # whether it can be written is asked next


def write(content: str | bytes, out: Path | None, mode: int | None = None) -> None:
    """To the file, with the mode of `whole_file.write`, or to standard output; never over a
    private key. CommandFault."""
    raw = content.encode() if isinstance(content, str) else content
    if out is None:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
        return
    if _is_key(out):
        raise CommandFault(f"{out} is a private key, and is never overwritten; name another file")
    try:
        whole_file.write(out, raw, mode)
    except OSError as fault:
        raise CommandFault(
            f"{out} cannot be written ({fault.strerror}); name another file"
        ) from fault
