"""Local time with summer time; knows no clock, no places, and not how a rule is written."""

from micropython import const

_DAY_S = const(86400)
_THURSDAY = const(4)  # 1970-01-01 was one; weekdays count from Sunday, as in POSIX
_DAYS_TO_1970 = const(719468)
_LAST_WEEK = const(5)
NO_CHANGE = (0, 0, 0, 0)  # month, week, weekday, local second


class Zone:
    """What zone_rule reads; the changes of one year are kept, for most questions are about it."""

    def __init__(
        self,
        standard_s: int,
        summer_s: int,
        begin: "tuple[int, int, int, int]",
        end: "tuple[int, int, int, int]",
    ) -> None:
        self._standard_s = standard_s
        self._summer_s = summer_s
        self._begin, self._end = begin, end  # of summer time
        self._year = (0, 0, 0, 0)  # first second of a year and of the next, its begin and end

    def offset_s(self, utc_s: int) -> int:
        """What to add to UTC for local time."""
        if self._begin is NO_CHANGE:
            return self._standard_s
        _, _, begin, end = self._changes(utc_s)
        if begin < end:
            summer = begin <= utc_s < end
        else:
            summer = not end <= utc_s < begin
        return self._summer_s if summer else self._standard_s

    def next_change(self, utc_s: int, before_s: int) -> int:
        """The first change of the clock after `utc_s`, or `before_s` if that comes first."""
        if self._begin is NO_CHANGE:
            return before_s
        _, year_end, begin, end = self._changes(utc_s)
        if before_s > year_end:
            before_s = min(before_s, min(self._changes(year_end)[2:]))
        for change in (begin, end):
            if utc_s < change < before_s:
                before_s = change
        return before_s

    def _changes(self, utc_s: int) -> "tuple[int, int, int, int]":
        if not self._year[0] <= utc_s < self._year[1]:
            days = utc_s // _DAY_S
            year = 1970 + days * 400 // 146097
            if days < days_before(year, 1):
                year -= 1
            elif days >= days_before(year + 1, 1):
                year += 1
            self._year = (
                days_before(year, 1) * _DAY_S,
                days_before(year + 1, 1) * _DAY_S,
                _local_s(year, self._begin) - self._standard_s,
                _local_s(year, self._end) - self._summer_s,
            )
        return self._year


def days_before(year: int, month: int) -> int:
    """Days from 1970-01-01 to the first of a month; years begin in March, behind the leap day."""
    if month <= 2:
        year -= 1
        month += 12
    years = year * 365 + year // 4 - year // 100 + year // 400
    return years + (month * 153 - 457) // 5 - _DAYS_TO_1970


def _local_s(year: int, change: "tuple[int, int, int, int]") -> int:
    month, week, weekday, second = change
    day = days_before(year, month)
    day += (weekday - day - _THURSDAY) % 7 + 7 * (week - 1)
    if week == _LAST_WEEK and day >= days_before(year + month // 12, month % 12 + 1):
        day -= 7
    return day * _DAY_S + second
