"""What buckets come to: curves, shares, peaks; gives None in the place of what fewer than k made.

None is also what nobody made: that there was nobody may be about a person too.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from tools.bills.command import CommandFault
from tools.report.streams import QUARTER_S, Bucket
from wattseal.core.histogram import K
from wattseal.core.pricing.zone import Zone

DAY_S, SLOTS, BINS = 86400, 96, 12
WEEK = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
KINDS = ("workday", "weekend")
_ENOUGH = 0.8  # of the occupied time, in days of the week that may be shown
_MONDAY = 3  # 1970 began with a Thursday


@dataclass(frozen=True)
class Placed:
    """A bucket in local time."""

    bucket: Bucket
    day: int  # since 1970
    slot: int  # of the day's quarter-hours

    @property
    def weekday(self) -> int:
        return (self.day + _MONDAY) % 7

    @property
    def kind(self) -> int:
        return int(self.weekday > 4)


@dataclass(frozen=True)
class Heat:
    """Occupied share of each cell, by row and two hours."""

    rows: tuple[str, ...]
    shares: list[list[float | None]]


@dataclass(frozen=True)
class Figures:
    """`curves`: mean kW of the site by quarter-hour, of workdays and of weekends."""

    first_day: int
    days: int
    connectors: int
    kwh: float
    occupied_h: float
    idle_h: float
    curves: list[list[float | None]]
    heat: Heat
    peak_slot: tuple[int, float] | None  # of the day, and its mean kW
    reached_kw: float  # by five stays or more

    @property
    def utilisation(self) -> float:
        return self.occupied_h / (24 * self.days * self.connectors)

    @property
    def idle_share(self) -> float:
        return self.idle_h / self.occupied_h if self.occupied_h else 0.0

    @property
    def charging_kw(self) -> float:
        """Mean power of who charges."""
        charging_h = self.occupied_h - self.idle_h
        return self.kwh / charging_h if charging_h else 0.0

    @property
    def refused(self) -> int:
        """Cells and points that are not shown."""
        shown = [*self.curves, *self.heat.shares]
        return sum(value is None for row in shown for value in row)


def placed(buckets: list[Bucket], zone: Zone) -> list[Placed]:
    found = []
    for bucket in buckets:
        utc_s = bucket.quarter * QUARTER_S
        day, second = divmod(utc_s + zone.offset_s(utc_s), DAY_S)
        found.append(Placed(bucket, day, second // QUARTER_S))
    return found


def make(rows: list[Placed]) -> Figures:
    """CommandFault where there are fewer than k stays."""
    if len({row.bucket.stay for row in rows}) < K:
        raise CommandFault(
            f"fewer than {K} stays in the `load` messages: a report on so few would be about "
            "persons; wait for more"
        )
    first, last = min(row.day for row in rows), max(row.day for row in rows)
    days, connectors = last - first + 1, len({row.bucket.connector for row in rows})
    weekdays = [(day + _MONDAY) % 7 for day in range(first, last + 1)]
    return Figures(
        first, days, connectors, sum(row.bucket.wh for row in rows) / 1000,
        sum(row.bucket.occ_min for row in rows) / 60,
        sum(row.bucket.idle_min for row in rows) / 60,
        [_curve([row for row in rows if row.kind == kind], _of_kind(weekdays, kind))
         for kind in (0, 1)],
        _heat(rows, weekdays, connectors), _peak(_curve(rows, days)), _reached(rows),
    )  # fmt: skip


def _of_kind(weekdays: list[int], kind: int) -> int:
    return sum((day > 4) == bool(kind) for day in weekdays)


def _grouped(rows: Iterable[Placed], key: Callable[[Placed], Any]) -> dict[Any, list[Placed]]:
    """Those cells alone that k stays or more made."""
    cells: dict[Any, list[Placed]] = defaultdict(list)
    for row in rows:
        cells[key(row)].append(row)
    return {k: c for k, c in cells.items() if len({row.bucket.stay for row in c}) >= K}


def _curve(rows: list[Placed], days: int) -> list[float | None]:
    cells = _grouped(rows, lambda row: row.slot)
    return [
        sum(row.bucket.wh for row in cells[slot]) / 250 / days if slot in cells else None
        for slot in range(SLOTS)
    ]


def _heat(rows: list[Placed], weekdays: list[int], connectors: int) -> Heat:
    """By weekday where that shows most of it, else by workday and weekend."""
    week = _grouped(rows, lambda row: (row.weekday, row.slot * BINS // SLOTS))
    shown = sum(row.bucket.occ_min for cell in week.values() for row in cell)
    if shown >= _ENOUGH * sum(row.bucket.occ_min for row in rows):
        counts = [weekdays.count(day) for day in range(7)]
        return Heat(WEEK, _shares(week, counts, connectors))
    kinds = _grouped(rows, lambda row: (row.kind, row.slot * BINS // SLOTS))
    counts = [_of_kind(weekdays, kind) for kind in (0, 1)]
    return Heat(KINDS, _shares(kinds, counts, connectors))


def _shares(
    cells: dict[tuple[int, int], list[Placed]], days: list[int], connectors: int
) -> list[list[float | None]]:
    return [
        [_share(cells.get((row, column)), count * 120 * connectors) for column in range(BINS)]
        for row, count in enumerate(days)
    ]


def _share(cell: list[Placed] | None, minutes: int) -> float | None:
    return None if cell is None else sum(row.bucket.occ_min for row in cell) / minutes


def _peak(curve: list[float | None]) -> tuple[int, float] | None:
    known = [(kw, -slot) for slot, kw in enumerate(curve) if kw is not None]
    return (-max(known)[1], max(known)[0]) if known else None


def _reached(rows: list[Placed]) -> float:
    """The site's highest load in a quarter-hour that five stays or more had a part in reaching:
    so many of the highest quarter-hours together that the lowest of them is nobody's own."""
    quarters: dict[int, list[Bucket]] = defaultdict(list)
    for row in rows:
        quarters[row.bucket.quarter].append(row.bucket)
    seen: set[int] = set()
    for wh, quarter in sorted(((sum(b.wh for b in q), n) for n, q in quarters.items()))[::-1]:
        seen |= {bucket.stay for bucket in quarters[quarter]}
        if len(seen) >= K:
            return wh / 250
    return 0.0
