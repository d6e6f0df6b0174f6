"""What the console said of the heap, and in which state the firmware was; judges nothing."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_FREE = re.compile(r"free: (\d+)$")
_LARGEST = re.compile(r"max free sz: (\d+)$")
_NAMES = re.compile(r"^qstr pool: n_pool=\d+, n_qstr=(\d+)")
_BLOCK_BYTES = 16


@dataclass(frozen=True)
class Heap:
    """After a collection, in bytes. `open_sessions`: contactors that were closed then.

    `backlog`: records that nobody had acknowledged.
    """

    t_s: float
    free: int
    largest: int
    open_sessions: int
    backlog: int


def most_names(events: list[dict]) -> int | None:
    """That were in RAM at once."""
    found = [_NAMES.match(event.get("text", "")) for event in events]
    return max((int(one[1]) for one in found if one), default=None)


def heaps(events: list[dict]) -> Iterator[Heap]:
    """Each time it was asked for; the status was asked for just before."""
    closed: set[int] = set()
    backlog = free = 0
    for event in events:
        if event["event"] == "contactor":
            (closed.add if event["closed"] else closed.discard)(event["pin"])
        text = event.get("text", "")
        if text.startswith("{"):
            status = json.loads(text)
            backlog = status["next"] - status["oldest"]
        elif found := _FREE.search(text):
            free = int(found[1])
        elif found := _LARGEST.search(text):
            largest = _BLOCK_BYTES * int(found[1])
            yield Heap(event["t_s"], free, largest, len(closed), backlog)
