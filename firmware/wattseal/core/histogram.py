"""A month's stays by workday or weekend and hours of local time; tells of no fewer than five.

A stay belongs to the two hours in which it began and to the month in which it ended. A month is
closed once and for all: whoever could see it twice would see who came in between.
"""

import struct

from micropython import const

from wattseal.core.load_bucket import date
from wattseal.core.pricing.zone import days_before
from wattseal.core.stay import QUARTER_S

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.pricing.zone import Zone

    Sum = tuple[int, int, int]  # stays, wh, occupied minutes
    Cell = tuple[int, int, int, int, int, int]  # weekend, from hour, to hour, and a Sum

K = const(5)
_KEEP_MONTHS = const(13)
_DAY_S = const(86400)
_BIN_H, _BINS = const(2), const(12)
_CELLS = const(24)
_CELL = ">HII"
_CELL_BYTES = const(10)
_HEAD = ">HH"
_HEAD_BYTES = const(4)
_DAYS = ("workday", "weekend")


def month_of(utc_s: int, zone: "Zone") -> int:
    """Months since year 0, by local time."""
    year, month, _ = date((utc_s + zone.offset_s(utc_s)) // _DAY_S)
    return 12 * year + month - 1


def _cell_of(utc_s: int, zone: "Zone") -> int:
    local_s = utc_s + zone.offset_s(utc_s)
    weekend = (local_s // _DAY_S + 3) % 7 > 4  # 1970 began with a Thursday
    return weekend * _BINS + local_s % _DAY_S // 3600 // _BIN_H


class Histogram:
    """`month` is being filled, 0 before the first; `closed` is the newest that is closed."""

    def __init__(self) -> None:
        self.month = self.closed = 0
        self._cells = bytearray(_CELLS * _CELL_BYTES)

    def add(self, begin_s: int, end_s: int, zone: "Zone", wh: int, occ_min: int) -> bool:
        """False for a month that is not the open one: `close` comes first, and a closed one stays
        closed."""
        month = month_of(end_s, zone)
        if not self.month and month > self.closed:
            self.month = month
        if month != self.month:
            return False
        at = _cell_of(begin_s, zone) * _CELL_BYTES
        count, cell_wh, cell_min = struct.unpack_from(_CELL, self._cells, at)
        wh = (wh + 50) // 100 * 100
        if count < 0xFFFF:
            struct.pack_into(_CELL, self._cells, at, count + 1, cell_wh + wh, cell_min + occ_min)
        return True

    def close(self, month: int) -> "bytes | None":
        """It is `month` now. What is to be published of the one before, packed; None for nothing,
        and for a month that is over already."""
        if not self.month or month <= self.month:
            return None
        packed = struct.pack(">H", self.month) + bytes(self._cells)
        self.closed, self.month = self.month, 0
        self._cells = bytearray(_CELLS * _CELL_BYTES)
        return packed

    def drop(self) -> None:
        """Forget the open month, which is not yet: by a clock that was ahead stays ended in it."""
        self.month = 0
        self._cells = bytearray(_CELLS * _CELL_BYTES)

    def pack(self) -> bytes:
        """What `restore` takes."""
        return struct.pack(_HEAD, self.month, self.closed) + bytes(self._cells)

    def restore(self, packed: bytes) -> None:
        """ValueError for what `pack` did not give."""
        if len(packed) != PACKED_BYTES:
            raise ValueError("no histogram")
        self.month, self.closed = struct.unpack_from(_HEAD, packed)
        self._cells = bytearray(packed[_HEAD_BYTES:])


PACKED_BYTES = _HEAD_BYTES + _CELLS * _CELL_BYTES


def merged(cells: "list[Sum]") -> "tuple[list[Cell], Sum]":
    """(cells of five stays or more, the rest, which has as many or none) of 24 sums.

    Neighbours of a day are merged first, the smallest with the smaller one beside it: a wider
    cell still says when. Fewer than five stays in all: nothing."""
    kept: list[Cell] = []
    rest = (0, 0, 0)
    for weekend in (0, 1):
        day = _merged_day(weekend, cells[weekend * _BINS : (weekend + 1) * _BINS])
        if day[0][3] >= K:
            kept += day
        else:
            rest = _plus(rest, day[0][3:])
    while 0 < rest[0] < K and kept:
        smallest = min(kept, key=_count)
        kept.remove(smallest)
        rest = _plus(rest, smallest[3:])
    return kept, rest if rest[0] >= K else (0, 0, 0)


def _merged_day(weekend: int, sums: "list[Sum]") -> "list[Cell]":
    day = [(weekend, i * _BIN_H, (i + 1) * _BIN_H) + one for i, one in enumerate(sums)]
    while len(day) > 1:
        smallest = min(day, key=_count)
        if smallest[3] >= K:
            break
        i = day.index(smallest)
        if i == len(day) - 1 or (i and day[i - 1][3] < day[i + 1][3]):
            i -= 1
        left, right = day[i], day[i + 1]
        day[i : i + 2] = [(weekend, left[1], right[2]) + _plus(left[3:], right[3:])]
    return day


def _count(cell: "Cell") -> int:
    return cell[3]


def _plus(one: "Sum", other: "Sum") -> "Sum":
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


def expires(packed: bytes) -> int:
    """The quarter-hour from which on what `close` gave is older than 13 months. ValueError."""
    if len(packed) != 2 + _CELLS * _CELL_BYTES:
        raise ValueError("no month")
    month = struct.unpack_from(">H", packed)[0] + 1 + _KEEP_MONTHS
    return days_before(month // 12, month % 12 + 1) * (_DAY_S // QUARTER_S)


def text(packed: bytes) -> str:
    """The message of what `close` gave. ValueError for anything else."""
    if len(packed) != 2 + _CELLS * _CELL_BYTES:
        raise ValueError("no month")
    (month,) = struct.unpack_from(">H", packed)
    sums = [struct.unpack_from(_CELL, packed, 2 + i * _CELL_BYTES) for i in range(_CELLS)]
    kept, rest = merged(sums)
    head = '{"v":1,"month":"%04d-%02d","k":%d,' % (month // 12, month % 12 + 1, K)
    if not kept and not rest[0]:
        return head + '"few":true}'
    cells = [
        '{"day":"%s","from":%d,"to":%d,"n":%d,"wh":%d,"occ_min":%d}' % ((_DAYS[c[0]],) + c[1:])
        for c in kept
    ]
    told = '"cells":[%s],"rest":{"n":%d,"wh":%d,"occ_min":%d}}'
    return head + told % ((",".join(cells),) + rest)
