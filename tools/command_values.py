"""Checks what is given for a command before it is sent; sends nothing."""

import json
import re
from pathlib import Path

from tools.command_send import CommandFault

_REASON = re.compile(r"[ !#-\[\]-{}~]{1,60}")  # of core.command's texts, without |
_SESSION = re.compile(r"[0-9a-f]{1,16}")


def told(reason: str) -> None:
    """A reason that may be signed. CommandFault."""
    if not _REASON.fullmatch(reason):
        raise CommandFault(
            "the reason is 1 to 60 ASCII characters without quotes, backslashes and |; shorten it"
        )


def named(session: str) -> None:
    """A session's id. CommandFault."""
    if not _SESSION.fullmatch(session):
        raise CommandFault("--session is the id in a begin record; take it from there")


def compact(file: Path) -> bytes:
    """The JSON of a file without white space. CommandFault."""
    try:
        return json.dumps(json.loads(file.read_bytes()), separators=(",", ":")).encode()
    except OSError as fault:
        raise CommandFault(f"{file} cannot be read ({fault.strerror}); name another") from fault
    except (ValueError, RecursionError):
        raise CommandFault(f"{file} is not JSON; check its brackets and quotes") from None
