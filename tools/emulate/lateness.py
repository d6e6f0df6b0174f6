"""How late the sampler was, from outside: when its requests left and when the flash was erased.

The firmware reads its meters one after another at whole seconds of its own clock. That clock
began at an instant of the boot which nobody outside sees, so its phase is taken from the wire: the
first request of a life is about on time, for all that could delay it begins with its answer; the
earliest of those that follow is on time. A firmware that was late by the same time always would
seem to be on time. It cannot hide, though: it measures itself against its own clock (`late_max_ms`
of its status), and how far the two are apart is judged too. That figure alone would not do: it
stops where the sampler wakes, and a line that is in doubt makes the request wait for longer.
"""

from dataclasses import dataclass
from itertools import pairwise

from tools.emulate.lives import Life

_GRID_S = 1.0
_EARLIER_S = 0.1  # against the grid of the first request: more is late, not early
Span = tuple[float, float]


@dataclass(frozen=True)
class Sample:
    """`turn_s`: when it could begin: its grid point, or, of a later meter, the answer before it.

    `asked_s`: when its request left. `erase_s`: how long the flash was erased in between.
    """

    turn_s: float
    asked_s: float
    erase_s: float

    @property
    def late_s(self) -> float:
        return self.asked_s - self.turn_s


def erases(events: list[dict]) -> list[Span]:
    """When the flash chip erased; the processor stands still meanwhile."""
    return [
        (e["t_s"], e["t_s"] + e["ms"] / 1000)
        for e in events
        if e["event"] == "flash" and e["what"] == "erase"
    ]


def samples(life: Life, first_unit: int, erased: list[Span]) -> list[Sample]:
    """Every sample of the life, those that never came by its end or the next grid point too."""
    turns = [*_first_turns(life, first_unit), *_later_turns(life, first_unit)]
    return [Sample(*turn, sum(_overlap(turn, span) for span in erased)) for turn in turns]


def self_reported_off_s(life: Life, first_unit: int) -> float:
    """The most by which what the firmware says of its lateness differs from what was seen."""
    served = _served(life, first_unit)
    off_s = 0.0
    for t_s, status in life.statuses:
        seen = [asked_s - due_s for due_s, asked_s in served if asked_s < t_s]
        if seen:
            off_s = max(off_s, abs(status["late_max_ms"] / 1000 - max(seen)))
    return off_s


def _served(life: Life, first_unit: int) -> list[Span]:
    """(grid point, request) for each time the first meter was asked."""
    asked = [e.asked_s for e in _beginnings(life) if e.unit == first_unit]
    if not asked:
        return []
    start = min(asked, key=lambda at: (at - asked[0] + _EARLIER_S) % _GRID_S)
    return [(at - (at - start) % _GRID_S, at) for at in asked]


def _first_turns(life: Life, first_unit: int) -> list[Span]:
    """Also for grid points that were passed over, until the next request or the end."""
    served = _served(life, first_unit)
    turns = list(served)
    for (due_s, _), (next_s, asked_s) in pairwise([*served, (life.ended_s, life.ended_s)]):
        skipped_s = due_s + _GRID_S
        while skipped_s < next_s - _GRID_S / 2 or skipped_s < next_s == life.ended_s:
            turns.append((skipped_s, asked_s))
            skipped_s += _GRID_S
    return turns


def _later_turns(life: Life, first_unit: int) -> list[Span]:
    """Of the meters behind the first: their turn comes with the end of the answer before."""
    starts = {id(e) for e in _beginnings(life) if e.unit != first_unit}
    return [
        (before.answered_s, exchange.asked_s)
        for before, exchange in pairwise(life.exchanges)
        if id(exchange) in starts and before.answered_s is not None
    ]


def _beginnings(life: Life) -> list:
    """The first request of each sample: the line goes from one meter to another."""
    before = [None, *(e.unit for e in life.exchanges)]
    return [e for e, unit in zip(life.exchanges, before) if e.unit != unit]


def _overlap(one: Span, other: Span) -> float:
    return max(0.0, min(one[1], other[1]) - max(one[0], other[0]))
