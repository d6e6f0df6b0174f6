"""How every tool for bills ends: a sentence and a status for wrong input; starts nothing else.

Exit status: 0 good, 1 a record that does not count, 2 the command is not usable.
"""

import sys
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import typer
from typer.exceptions import TyperException

from tools.bills.tariffs import TariffFault
from tools.verify import facts
from tools.verify.source import SourceFault


class CommandFault(Exception):
    """One sentence: what is wrong, where, and what to do."""


def run(app: Callable[..., Any], name: str) -> None:
    """Ends the process."""
    for stream in (sys.stdout, sys.stderr):  # a terminal without a letter shows a "?"
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        status = app(standalone_mode=False)
    except (SourceFault, TariffFault, CommandFault) as fault:
        status = _refuse(name, str(fault))
    except TyperException as fault:
        status = _refuse(name, f"{fault.format_message().rstrip('.')}; see --help")
    except typer.Abort:
        status = 130
    sys.exit(status)


def remark(sentence: str) -> None:
    """To whoever watches; never among the output."""
    print(facts.clean(sentence), file=sys.stderr)


def write(content: str | bytes, out: Path | None) -> None:
    """To the file, or to standard output. CommandFault."""
    raw = content.encode() if isinstance(content, str) else content
    if out is None:
        sys.stdout.buffer.write(raw)
        sys.stdout.buffer.flush()
        return
    try:
        out.write_bytes(raw)
    except OSError as fault:
        raise CommandFault(
            f"{out} cannot be written ({fault.strerror}); name another file"
        ) from fault


def _refuse(name: str, sentence: str) -> int:
    remark(f"{name}: {sentence}")
    return 2
