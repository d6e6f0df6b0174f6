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

__all__ = ["CommandFault", "remark", "run", "write"]


class CommandFault(Exception):
    """One sentence: what is wrong, where, and what to do."""


def run(app: Callable[..., Any], name: str) -> None:
    """Ends the process."""
    ending.run(app, name, (SourceFault, TariffFault, CommandFault))


def write(content: str | bytes, out: Path | None, mode: int | None = None) -> None:
    """To the file, with the mode of `whole_file.write`, or to standard output. CommandFault."""
    raw = content.encode() if isinstance(content, str) else content
    if out is None:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
        return
    try:
        whole_file.write(out, raw, mode)
    except OSError as fault:
        raise CommandFault(
            f"{out} cannot be written ({fault.strerror}); name another file"
        ) from fault
