"""Of what times a log is silent though it goes on behind them; calls none of them wrong.

A log that was off for a while looks like a whole one: the numbers of its entries go on.
"""

from bisect import bisect
from itertools import groupby, pairwise

from tools.audit.following import Follower
from tools.audit.heads import Heads

_BOOT = "boot"
_MOST_NAMED = 5


def sentences(log: Follower, signed: Heads) -> list[str]:
    said = []
    starts = [_span(first, last, "") for first, last in _starts(log)]
    if starts:
        said.append(
            f"Of starts {_named(starts)} the log says nothing: they ended within seconds, or none"
            " was kept then (`audit: off`)."
        )
    records = [_span(first, last, "T") for first, last in _records(signed)]
    if records:
        said.append(
            f"Records {_named(records)} have no head, others before and behind them have one: what"
            " was changed while no log was kept (`audit: off`) is not told."
        )
    return said


def _starts(log: Follower) -> list[tuple[int, int]]:
    """First and last number of starts that are missing, where no entry is."""
    boots = [
        each for _, each in sorted(log.entries.items())
        if each.what == _BOOT and each.obj.isdecimal()
    ]  # fmt: skip
    return [
        (int(one.obj) + 1, int(other.obj) - 1)
        for one, other in pairwise(boots)
        if int(other.obj) > int(one.obj) + 1
        and all(number in log.entries for number in range(one.number, other.number))
    ]


def _records(signed: Heads) -> list[tuple[int, int]]:
    """First and last pagination of records without a head between two that have one."""
    headed = sorted({head.order for head in signed.found if head.order})
    found = []
    for at, rows in groupby(sorted(signed.without), key=lambda number: bisect(headed, number)):
        run = list(rows)
        if 0 < at < len(headed):
            found.append((run[0], run[-1]))
    return found


def _span(first: int, last: int, letter: str) -> str:
    one = f"{letter}{first}"
    return one if first == last else f"{one} to {letter}{last}"


def _named(spans: list[str]) -> str:
    more = len(spans) - _MOST_NAMED
    return ", ".join(spans[:_MOST_NAMED]) + (f" and {more} times more" if more > 0 else "")
