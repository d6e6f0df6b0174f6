"""From which local day to which a statement goes, and the period before it; knows no bills."""

import datetime
from dataclasses import dataclass

from tools.bills.command import CommandFault

_DAY = datetime.timedelta(days=1)
_YEARS = range(1971, 9999)  # the year before and the day after are in the calendar, too


@dataclass(frozen=True)
class Period:
    """`first` and `last` belong to it; None is open."""

    name: str
    first: datetime.date | None = None
    last: datetime.date | None = None

    def holds(self, day: datetime.date) -> bool:
        return not (self.first and day < self.first or self.last and day > self.last)

    def before(self) -> "Period | None":
        """The month before a month, the year before a year, else as many days; None of no end."""
        if self.first is None or self.last is None:
            return None
        days = (self.last - self.first).days + 1
        if days >= self.first.toordinal():  # from 0001-01-01, or to 9999-12-31: nothing is before
            return None
        last = self.first - _DAY
        if len(self.name) == len("2026-03"):
            return _month(last.replace(day=1))
        if len(self.name) == len("2026"):
            return _year(last.year)
        return between(self.first - days * _DAY, last)


def month(text: str) -> Period:
    """CommandFault."""
    try:
        first = datetime.datetime.strptime(text, "%Y-%m").date()
        if first.year not in _YEARS:
            raise ValueError
    except ValueError as fault:
        raise CommandFault(f"--month {text} is no month; write it as 2026-03") from fault
    return _month(first)


def _month(first: datetime.date) -> Period:
    following = (first + 31 * _DAY).replace(day=1)
    return Period(first.strftime("%Y-%m"), first, following - _DAY)


def year(number: int) -> Period:
    """CommandFault."""
    if number not in _YEARS:
        raise CommandFault(f"--year {number} is no year; write it as 2026")
    return _year(number)


def _year(number: int) -> Period:
    return Period(str(number), datetime.date(number, 1, 1), datetime.date(number, 12, 31))


def between(first: datetime.date | None, last: datetime.date | None) -> Period:
    """CommandFault."""
    if first and last and last < first:
        raise CommandFault(f"--to {last} is before --from {first}; turn them round")
    if first is None and last is None:
        return Period("all records")
    return Period(f"{first or 'the first record'} to {last or 'the last record'}", first, last)


def day(option: str, text: str | None) -> datetime.date | None:
    """CommandFault."""
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError as fault:
        raise CommandFault(f"{option} {text} is no day; write it as 2026-03-31") from fault
