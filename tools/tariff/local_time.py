"""Local times of a tariff's zone: words for them, their UTC, and the changes of its clock."""

import datetime
from dataclasses import dataclass

from wattseal.core.pricing.zone import Zone

DAY_S = 86400
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LAST_S = 253402300799  # of the year 9999
_EPOCH = datetime.datetime(1970, 1, 1)
_YEAR_S = 400 * DAY_S


@dataclass(frozen=True)
class Change:
    """From `at_s` (UTC) on, local time is UTC + `after_s`; until then it was + `before_s`."""

    at_s: int
    before_s: int
    after_s: int

    @property
    def gap(self) -> tuple[int, int]:
        """First and behind the last local second that never is, or that comes twice."""
        edges = self.at_s + self.before_s, self.at_s + self.after_s
        return min(edges), max(edges)

    @property
    def skips(self) -> bool:
        return self.after_s > self.before_s


def changes(zone: Zone, utc_s: int, count: int) -> list[Change]:
    """The next ones after `utc_s`; fewer where the clock never changes."""
    found: list[Change] = []
    while len(found) < count:
        at_s = zone.next_change(utc_s, utc_s + _YEAR_S)
        if at_s == utc_s + _YEAR_S:
            break
        before_s, after_s = zone.offset_s(at_s - 1), zone.offset_s(at_s)
        if before_s != after_s:
            found.append(Change(at_s, before_s, after_s))
        utc_s = at_s
    return found


def moments(zone: Zone, local_s: int) -> list[int]:
    """Every UTC second at which clocks show it: none, one or two, in order."""
    offsets = {zone.offset_s(local_s + shift) for shift in (-2 * DAY_S, 0, 2 * DAY_S)}
    return sorted({local_s - o for o in offsets if zone.offset_s(local_s - o) == o})


def seconds(moment: datetime.datetime) -> int:
    """Of a naive local time, counted as if it were UTC."""
    return int((moment - _EPOCH).total_seconds())


def date(local_s: int) -> str:
    """Sun 2027-03-28"""
    moment = _EPOCH + datetime.timedelta(seconds=local_s)
    return f"{WEEKDAYS[moment.weekday()]} {moment:%Y-%m-%d}"


def utc(utc_s: int) -> str:
    """Fri 2027-01-01 00:00 UTC; a device takes times that no calendar here goes to."""
    if utc_s > LAST_S:
        return "a day after the year 9999"
    return f"{date(utc_s)} {clock(utc_s)} UTC"


def clock(local_s: int) -> str:
    """18:00, or 18:00:07."""
    moment = _EPOCH + datetime.timedelta(seconds=local_s)
    return f"{moment:%H:%M:%S}" if moment.second else f"{moment:%H:%M}"


def stamp(zone: Zone, utc_s: int) -> str:
    """2026-12-01 18:00 +01:00"""
    offset_s = zone.offset_s(utc_s)
    day = date(utc_s + offset_s).split()[1]
    return f"{day} {clock(utc_s + offset_s)} {offset(offset_s)}"


def offset(offset_s: int) -> str:
    sign = "-" if offset_s < 0 else "+"
    return f"{sign}{abs(offset_s) // 3600:02d}:{abs(offset_s) % 3600 // 60:02d}"


def minute(of_day: int) -> str:
    """24:00 is the end of a day."""
    return f"{of_day // 60:02d}:{of_day % 60:02d}"


def lasting(seconds_: int) -> str:
    """1 h 30 min, 45 s."""
    hours, rest = divmod(seconds_, 3600)
    parts = [(hours, "h"), (rest // 60, "min"), (rest % 60, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 min"
