"""A session's segments, the finished ones in one block of memory; knows no state machine.

A segment is what the record's `XS` lists: [offset_s, wh, state]. Small objects kept for hours and
strewn over the heap would leave no room in one piece for a record or a TLS buffer.
"""

import struct

from micropython import const

CHARGING = "C"
PARKING = "P"  # the car asks for nothing while the charger offers
SUSPENDED = "S"  # the charger offers nothing: no price counts this time
STATES = (CHARGING, PARKING, SUSPENDED)
MOST = const(64)  # about 1.1 KB of a record that may have 6
_LAYOUT = ">IqB"
_ROW_BYTES = const(13)


class Segments:
    """From the session's begin on without a hole; the newest is open until `turn` or `close`.

    Beyond MOST, two neighbours become one: energy and time stay whole. Like ones keep their state.
    Of unlike ones no price may count the time as what it was not: they become SUSPENDED, and it
    is the pair that loses the least of what could be billed.
    """

    def __init__(self, register_wh: int) -> None:
        self._rows = bytearray(MOST * _ROW_BYTES)
        self._count = 0
        # The open one. Its state is "" before the first sample, and after it is closed.
        self.from_s, self.from_wh, self.state = 0, register_wh, ""

    def __len__(self) -> int:
        return self._count

    def rows(self) -> "list[list[int | str]]":
        """The finished ones."""
        return [list(self._row(i)) for i in range(self._count)]

    def opened(self) -> "list[int | str]":
        """The open one as `restored` takes it: where it begins, and its state."""
        return [self.from_s, self.from_wh, self.state]

    def turn(self, offset_s: int, register_wh: int, state: str) -> None:
        """From here on it is `state`. What lasted less than a second is a part of what follows."""
        if self.state and offset_s > self.from_s:
            self.append(self.from_s, register_wh - self.from_wh, self.state)
            self.from_s, self.from_wh = offset_s, register_wh
        self.state = state

    def close(self, register_wh: int) -> None:
        """The session ends. Without a sample nobody knows what it was: SUSPENDED costs nothing."""
        self.append(self.from_s, register_wh - self.from_wh, self.state or SUSPENDED)
        self.from_wh, self.state = register_wh, ""

    def append(self, offset_s: int, wh: int, state: str) -> None:
        """One more that is finished."""
        if self._count == MOST:
            self._join_cheapest(offset_s)
        self._put(self._count, offset_s, wh, state)
        self._count += 1

    def _row(self, i: int) -> "tuple[int, int, str]":
        offset_s, wh, state = struct.unpack_from(_LAYOUT, self._rows, i * _ROW_BYTES)
        return offset_s, wh, chr(state)

    def _put(self, i: int, offset_s: int, wh: int, state: str) -> None:
        struct.pack_into(_LAYOUT, self._rows, i * _ROW_BYTES, offset_s, wh, ord(state))

    def _join_cheapest(self, end_s: int) -> None:
        cheapest, least_s = 0, 0
        start_s, _, state = self._row(self._count - 1)
        for i in range(self._count - 1, 0, -1):
            before_s, _, before = self._row(i - 1)
            lost_s = 0
            if before != state:
                lost_s = _billed_s(state, end_s - start_s) + _billed_s(before, start_s - before_s)
            if not cheapest or lost_s < least_s:
                cheapest, least_s = i, lost_s
            end_s, start_s, state = start_s, before_s, before
        self._join(cheapest)

    def _join(self, i: int) -> None:
        """Segment `i` becomes a part of the one before it."""
        offset_s, wh, state = self._row(i - 1)
        _, more_wh, other = self._row(i)
        self._put(i - 1, offset_s, wh + more_wh, state if state == other else SUSPENDED)
        rest = self._rows[(i + 1) * _ROW_BYTES : self._count * _ROW_BYTES]
        self._rows[i * _ROW_BYTES : i * _ROW_BYTES + len(rest)] = rest
        self._count -= 1


def _billed_s(state: str, seconds: int) -> int:
    return 0 if state == SUSPENDED else seconds
