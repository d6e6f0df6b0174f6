"""Stays -> buckets of 15 minutes, for whoever plans a site's power; they name no session.

A bucket is Wh in hundreds, the largest kW, and minutes occupied and parked in fives; half is
rounded up. A stay's energy is spread over the quarters in which it charged, its first and its last
one with half a share, and its power is its largest in all of them: what of it fell into its first
quarter would tell when in there it began. For the same reason that quarter counts 10 minutes and
the last 5, which on average is what stays spend in both. Each bucket is rounded by itself: a
remainder that is carried on would tell a steady power to the watt.
"""

import struct

from micropython import const

from wattseal.core.stay import QUARTER_S

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.stay import Stay

    Run = tuple[int, int, int, int, int, int]  # quarter, count, wh, kw, occ_min, idle_min

_LAYOUT = ">BIHIHBB"
_FIRST_MIN, _LAST_MIN, _WHOLE_MIN = const(10), const(5), const(15)
_DAY_S = const(86400)


def runs(stay: "Stay") -> "list[Run]":
    """Its buckets in order: (quarter, how many equal ones, wh, kw, occupied, parked)."""
    count, charging = stay.last - stay.first + 1, stay.charging_quarters()
    ends = sorted({1, charging - 1, charging, count - 1, count})
    found: list[Run] = []
    begin = 0
    for end in ends:
        if begin < end <= count:
            quarter, length = stay.first + begin, end - begin
            found.append((quarter, length) + _bucket(stay, begin, count, charging))
            begin = end
    return found


def _bucket(stay: "Stay", i: int, count: int, charging: int) -> "tuple[int, int, int, int]":
    occ_min = _WHOLE_MIN
    if i == count - 1:
        occ_min = _LAST_MIN
    elif i == 0:
        occ_min = _FIRST_MIN
    if i >= charging:
        return 0, 0, occ_min, occ_min
    shares, mine = max(1, 2 * charging - 2), 1 if i in (0, charging - 1) else 2
    wh = (2 * stay.wh * mine + 100 * shares) // (200 * shares) * 100
    return wh, (stay.peak_w + 500) // 1000, occ_min, 0


def minutes(stay: "Stay") -> int:
    """Occupied, as its buckets have it."""
    count = stay.last - stay.first
    return _WHOLE_MIN * count if count else _LAST_MIN


class Buckets:
    """One connector's. Gives out nothing before the end of a quarter, for that would tell when a
    stay ended, and no bucket that another stay may still be in."""

    def __init__(self) -> None:
        self._due: list[Run] = []
        self._held: Run | None = None

    def kept(self) -> "list[Run]":
        """What has not been given out, in order: for who keeps it over a reset."""
        return self._due + [self._held] if self._held else self._due

    def restore(self, kept: "list[Run]") -> None:
        self._due, self._held = kept[:-1], kept[-1] if kept else None

    def forget(self, told: int) -> None:
        """What is of quarters up to `told`: that was given out before."""
        self.restore([run for each in self.kept() for run in _later(each, told)])

    def add(self, stay: "Stay", told: int = 0) -> None:
        """It has ended. Up to the quarter `told` a cut start has given out its buckets before."""
        found, held = runs(stay), self._held
        if held:
            found[:1] = _joined(held, found[0])
        found = [run for each in found for run in _later(each, told)]
        self._held = found.pop() if found else None
        self._due += found

    def passed(self, quarter: int, open_stay: "Stay | None") -> "list[Run]":
        """What is final because it is `quarter` now; to be asked when one begins."""
        due, held = self._due, self._held
        self._due = []
        if held and held[0] < quarter and not (open_stay and open_stay.first <= held[0]):
            due.append(held)
            self._held = None
        return due


def _later(run: "Run", told: int) -> "list[Run]":
    """What of it is of quarters after `told`."""
    gone = max(0, told + 1 - run[0])
    return [(run[0] + gone, run[1] - gone) + run[2:]] if gone < run[1] else []


def _joined(held: "Run", run: "Run") -> "list[Run]":
    """Both, or one where they are of the same quarter: a stay's first has no equal neighbour."""
    if held[0] != run[0]:
        return [held, run]
    occ_min = min(_WHOLE_MIN, held[4] + run[4])
    idle_min = min(occ_min, held[5] + run[5])
    return [(held[0], 1, held[2] + run[2], max(held[3], run[3]), occ_min, idle_min)]


def pack(connector: int, run: "Run") -> bytes:
    """15 bytes, for a journal."""
    return struct.pack(_LAYOUT, connector, *run)


def unpack(packed: bytes) -> "tuple[int, Run]":
    """(connector, run). ValueError for what `pack` did not give."""
    if len(packed) != struct.calcsize(_LAYOUT):
        raise ValueError("no run of buckets")
    fields = struct.unpack(_LAYOUT, packed)
    return fields[0], fields[1:]


def text(run: "Run", i: int) -> str:
    """The message of the `i`th bucket of a run."""
    told = (stamp((run[0] + i) * QUARTER_S), run[2], run[3], run[4], run[5])
    return '{"v":1,"q":"%s","wh":%d,"kw":%d,"occ_min":%d,"idle_min":%d}' % told


def stamp(utc_s: int) -> str:
    """Such as 2026-12-01T10:15Z."""
    minute = utc_s % _DAY_S // 60
    return "%04d-%02d-%02dT%02d:%02dZ" % (date(utc_s // _DAY_S) + (minute // 60, minute % 60))


def date(days: int) -> "tuple[int, int, int]":
    """Year, month and day of days since 1970; years begin in March, behind the leap day."""
    days += 719468
    era, of_era = days // 146097, days % 146097
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month += 3 if month < 10 else -9
    return year + era * 400 + (month <= 2), month, day
