"""What was typed at a device's console, for the next time; keeps no identity and no secret.

In the user's state folder, for nobody else's eyes; where that cannot be, nothing is kept.
"""

import contextlib
import os
from pathlib import Path

try:
    import readline
except ImportError:  # a Python without it: lines are edited by the terminal
    readline = None

# Words whose lines hold nobody's identity, and nothing of how a level is won; no other is kept.
KEPT = frozenset(
    (
        "help", "status", "show", "session", "journal", "time", "faults", "fault", "heap",
        "detect", "stop", "lock", "meter", "live", "mqtt", "log", "audit", "selftest",
    )
)  # fmt: skip
_MOST = 1000
_BEFORE = Path("build/console_history")  # where it was once, in the checkout, with every line


def path() -> Path | None:
    """$XDG_STATE_HOME/wattseal/console_history, None for a user without a home."""
    try:
        named = Path(os.environ.get("XDG_STATE_HOME", ""))
        state = named if named.is_absolute() else Path.home() / ".local/state"
    except RuntimeError:
        return None
    return state / "wattseal/console_history"


def read(kept: Path | None) -> None:
    """Of what an older version has kept, what this one would keep."""
    with contextlib.suppress(OSError):  # it is not ours to remove
        _BEFORE.unlink(missing_ok=True)
    if readline:
        readline.set_history_length(_MOST)
        if kept:
            with contextlib.suppress(OSError):  # there is none yet
                readline.read_history_file(kept)
        for at in range(readline.get_current_history_length(), 0, -1):
            if not _is_kept(readline.get_history_item(at) or ""):
                readline.remove_history_item(at - 1)


def judge(line: str) -> None:
    """The line that was just typed is forgotten, unless its word is one of KEPT."""
    if readline and line and not _is_kept(line):
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


def _is_kept(line: str) -> bool:
    return line.strip().partition(" ")[0].lower() in KEPT
