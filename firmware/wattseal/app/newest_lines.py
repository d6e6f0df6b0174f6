"""The newest lines of the log, for `log` at the console, in a small ring; prints each at once."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

_KEPT_BYTES = const(512)
_LINE_BYTES = const(120)

# It ends at `kept_at`.
kept = bytearray(_KEPT_BYTES)
kept_at = 0
now_ms: "Callable[[], int] | None" = None  # of the clock, once there is one


def log(text: str) -> None:
    """Print a line and keep it. What tells of a session, or what a connector did, is not kept:
    nobody is to read later who came when."""
    global kept_at
    print(text)
    if " session " in text or text.startswith("connector "):
        return
    at_ms = now_ms() if now_ms else 0
    try:
        line = b"%d s: %s\n" % (at_ms // 1000, text[:_LINE_BYTES].encode())
    except MemoryError:
        return  # it was printed
    for byte in line:
        kept[kept_at] = byte
        kept_at = (kept_at + 1) % len(kept)
