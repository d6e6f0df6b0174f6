"""When acknowledged records go by themselves; knows no record and never one that is waited for.

The journal has no time of an acknowledgement. So a checkpoint keeps rows: up to which number all
was acknowledged at some time, one for each eighteenth of the time that records are kept. A segment
goes when a row that covers all of it is old enough, at the latest a quarter of that time later;
the newest one stays, for it carries the numbering, until another record comes. Loaded for a
review, and dropped.
"""

import struct

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Iterable, Protocol

    from wattseal.contracts import Checkpoints, Journal

    class Aging(Protocol):
        """drivers.journal_aging.Aging."""

        @property
        def newest_base(self) -> int: ...
        def remove_steps(self, upto: int) -> "Iterable[None]": ...
        def begin_anew(self) -> None: ...

    Row = tuple[int, int]  # all up to this number was acknowledged; seen then, UTC s

_NAME = "acked"
_LAYOUT = ">II"
_DAY_S = const(86400)
_ROWS = const(18)  # in the time that records are kept
_ANEW = const(6)  # such a part of it a segment takes records, when all in it is acknowledged
_MOST_ROWS = const(24)


async def review(
    journal: "Journal", aging: "Aging", checkpoints: "Checkpoints", keep_days: int, now_s: int,
    quiet: "Callable[[], Awaitable[None]]",
) -> None:  # fmt: skip
    """`now_s`: a time that may be believed; `quiet()`: the recorder's. OSError."""
    keep_s = keep_days * _DAY_S
    kept = _load(checkpoints)
    # What was seen in a time that was not yet, was seen by a clock that was wrong.
    # What is above all numbers is of a journal that is gone.
    rows = [(upto, min(seen_s, now_s)) for upto, seen_s in kept if upto < journal.next]
    acked = journal.oldest - 1
    if acked and (not rows or (acked > rows[-1][0] and now_s - rows[-1][1] >= keep_s // _ROWS)):
        rows.append((acked, now_s))
    due = [row for row in rows if now_s - row[1] >= keep_s]
    rows = due[-1:] + rows[len(due) :]  # the last due one: what it covers may not be gone yet
    if rows != kept:
        await quiet()
        checkpoints.save(
            _NAME, b"".join([struct.pack(_LAYOUT, *row) for row in rows[-_MOST_ROWS:]])
        )
    if due:
        await quiet()
        for _ in aging.remove_steps(due[-1][0]):
            await quiet()
    if acked == journal.next - 1 and _holds_older(
        rows, aging.newest_base, now_s - keep_s // _ANEW
    ):
        aging.begin_anew()


def _holds_older(rows: "list[Row]", base: int, before_s: int) -> bool:
    """The segment from `base` on has a record that was acknowledged before then."""
    return any(upto >= base and seen_s <= before_s for upto, seen_s in rows)


def _load(checkpoints: "Checkpoints") -> "list[Row]":
    """A blob that is missing or odd costs time, never a record."""
    blob = checkpoints.load(_NAME) or b""
    rows: list[Row] = []
    for at in range(0, len(blob) - struct.calcsize(_LAYOUT) + 1, struct.calcsize(_LAYOUT)):
        upto, seen_s = struct.unpack_from(_LAYOUT, blob, at)
        if rows and (upto <= rows[-1][0] or seen_s < rows[-1][1]):
            return []
        rows.append((upto, seen_s))
    return rows
