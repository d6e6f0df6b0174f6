"""A session's finished segments, in one block of memory of fixed size; knows no state machine.

A segment is what the record's `XS` lists: [offset_s, wh, state]. Small objects kept for hours and
strewn over the heap would leave no room in one piece for a record or a TLS buffer.
"""

import struct

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

MOST = const(64)  # about 1.1 KB of a record that may have 6
_LAYOUT = ">IqB"
_ROW_BYTES = const(13)


class Segments:
    """Beyond MOST, the shortest is added to its neighbour: energy and time stay whole."""

    def __init__(self) -> None:
        self._rows = bytearray(MOST * _ROW_BYTES)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def rows(self) -> "list[list[int | str]]":
        return [list(self._row(i)) for i in range(self._count)]

    def append(self, offset_s: int, wh: int, state: str) -> None:
        if self._count == MOST:
            self._merge_shortest(offset_s)
        self._put(self._count, offset_s, wh, state)
        self._count += 1

    def _row(self, i: int) -> "tuple[int, int, str]":
        offset_s, wh, state = struct.unpack_from(_LAYOUT, self._rows, i * _ROW_BYTES)
        return offset_s, wh, chr(state)

    def _put(self, i: int, offset_s: int, wh: int, state: str) -> None:
        struct.pack_into(_LAYOUT, self._rows, i * _ROW_BYTES, offset_s, wh, ord(state))

    def _merge_shortest(self, end_s: int) -> None:
        """Add the shortest segment but the first to the one before it, then to its like behind."""
        shortest, least_s = 0, 0
        for i in range(self._count - 1, 0, -1):
            start_s = self._row(i)[0]
            if not shortest or end_s - start_s < least_s:
                shortest, least_s = i, end_s - start_s
            end_s = start_s
        self._join(shortest)
        if shortest < self._count and self._row(shortest)[2] == self._row(shortest - 1)[2]:
            self._join(shortest)

    def _join(self, i: int) -> None:
        """Segment `i` becomes a part of the one before it."""
        offset_s, wh, state = self._row(i - 1)
        self._put(i - 1, offset_s, wh + self._row(i)[1], state)
        rest = self._rows[(i + 1) * _ROW_BYTES : self._count * _ROW_BYTES]
        self._rows[i * _ROW_BYTES : i * _ROW_BYTES + len(rest)] = rest
        self._count -= 1


def restored(rows: "list[Any]") -> Segments:
    """The segments that `rows` listed. TypeError, ValueError."""
    segments = Segments()
    for offset_s, wh, state in rows:
        segments.append(offset_s, wh, state)
    return segments
