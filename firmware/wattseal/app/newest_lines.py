"""Prints lines, as long as they are taken, and keeps the log's newest for `log` at the console.

An RP2040 whose USB cable is pulled beside an open terminal holds all up for a second with each
line: TinyUSB goes on taking somebody to be there. After one such line nothing is printed until a
line comes in; but one is tried now and then, for whoever only listens.
"""

import time

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

_KEPT_BYTES = const(512)
_LINE_BYTES = const(120)
_SLOW_MS = const(900)  # MicroPython's USB gives up each of a line's two pieces after 500
_TRY_AGAIN_MS = const(180000)

# It ends at `kept_at`.
kept = bytearray(_KEPT_BYTES)
kept_at = 0
now_ms: "Callable[[], int] | None" = None  # of the clock, once there is one
_slow_at_ms: "int | None" = None  # in ticks; when a line was not taken


def say(text: str) -> None:
    """Print a line, if it may be that somebody takes it."""
    global _slow_at_ms
    began_ms = time.ticks_ms()
    if _slow_at_ms is not None and 0 <= time.ticks_diff(began_ms, _slow_at_ms) < _TRY_AGAIN_MS:
        return
    print(text)
    ended_ms = time.ticks_ms()
    _slow_at_ms = ended_ms if time.ticks_diff(ended_ms, began_ms) >= _SLOW_MS else None


def heard() -> None:
    """Somebody is there: a line came in."""
    global _slow_at_ms
    _slow_at_ms = None


def log(text: str) -> None:
    """Print a line and keep it. What tells of a session, or what a connector did, is not kept:
    nobody is to read later who came when."""
    global kept_at
    say(text)
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
