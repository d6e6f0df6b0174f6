"""What was typed at a device's console, for the next time; keeps nothing of how a level is won.

In the user's state folder, for nobody else's eyes; where that cannot be, nothing is kept.
"""

import contextlib
import os
from pathlib import Path

try:
    import readline
except ImportError:  # a Python without it: lines are edited by the terminal
    readline = None

_SECRET = ("answer", "unlock")
_MOST = 1000


def path() -> Path | None:
    """$XDG_STATE_HOME/wattseal/console_history, None for a user without a home."""
    try:
        named = Path(os.environ.get("XDG_STATE_HOME", ""))
        state = named if named.is_absolute() else Path.home() / ".local/state"
    except RuntimeError:
        return None
    return state / "wattseal/console_history"


def read(kept: Path | None) -> None:
    if readline:
        readline.set_history_length(_MOST)
        if kept:
            with contextlib.suppress(OSError):  # there is none yet
                readline.read_history_file(kept)


def forget_secret(line: str) -> None:
    """Of the line that was just typed."""
    if readline and line.lower().startswith(_SECRET):
        last = readline.get_current_history_length()
        if last and readline.get_history_item(last).strip() == line:
            readline.remove_history_item(last - 1)


def write(kept: Path | None) -> None:
    if readline and kept:
        with contextlib.suppress(OSError):  # no place for it
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(kept, os.O_WRONLY | os.O_CREAT, 0o600))
            kept.chmod(0o600)  # readline's own way of writing would ask the umask
            readline.write_history_file(kept)
