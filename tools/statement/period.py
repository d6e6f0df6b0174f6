"""From which local day to which a statement goes, and the period before it; knows no bills."""

import datetime
from dataclasses import dataclass

from tools.bills.command import CommandFault

_DAY = datetime.timedelta(days=1)


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
        last = self.first - _DAY
        if len(self.name) == len("2026-03"):
            return month(last.strftime("%Y-%m"))
        if len(self.name) == len("2026"):
            return year(last.year)
        return between(self.first - (self.last - self.first + _DAY), last)


def month(text: str) -> Period:
    """CommandFault."""
    try:
        first = datetime.datetime.strptime(text, "%Y-%m").date()
    except ValueError as fault:
        raise CommandFault(f"--month {text} is no month; write it as 2026-03") from fault
    following = (first + 31 * _DAY).replace(day=1)
    return Period(first.strftime("%Y-%m"), first, following - _DAY)


def year(number: int) -> Period:
    """CommandFault."""
    if not 1971 <= number <= 9998:
        raise CommandFault(f"--year {number} is no year; write it as 2026")
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
