"""Whether a time may be believed by what destroys something for good; keeps no state, loads late.

Only a synchronised clock counts, and only one that has gone on since the review before as the
ticks have: a time that jumped is believed when it still stands an hour later.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.contracts import Clock

    Seen = tuple[int, int]  # the clock and the ticks in ms, below zero for no synchronised time

UNSEEN = (-1, -1)
_OFF_MS = const(60000)  # of the clock against the ticks, from one review to the next


def judged(clock: "Clock", before: "Seen") -> "tuple[bool, Seen]":
    """(it may be believed, what is `before` at the next review)."""
    if clock.state() != "S":
        return False, UNSEEN
    seen = clock.utc_ms(), clock.now_ms()
    off = (seen[0] - before[0]) - (seen[1] - before[1])
    return before[1] >= 0 and abs(off) <= _OFF_MS, seen
