"""Local time by a POSIX rule, such as CET-1CEST,M3.5.0,M10.5.0/3; knows no clock and no places.

Changes have the form M; a name is letters or <anything>; times may be from -167 to 167 h.
"""

from micropython import const

_DAY_S = const(86400)
_THURSDAY = const(4)  # 1970-01-01 was one; weekdays count from Sunday, as in POSIX
_DAYS_TO_1970 = const(719468)
_LAST_WEEK = const(5)
_MOST_BYTES = const(64)
_NO_CHANGE = (0, 0, 0, 0)  # month, week, weekday, local second


class ZoneError(Exception):
    """The rule is not understood; the argument says what of it."""


class Zone:
    """A rule, read once; the changes of one year are kept, for most questions are about it."""

    def __init__(self, rule: str) -> None:
        if len(rule) > _MOST_BYTES:
            raise ZoneError("longer than %d characters" % _MOST_BYTES)
        at = _name_end(rule, 0)
        self._standard_s, at = _offset_s(rule, at, 24)
        self._summer_s = self._standard_s
        self._begin = self._end = _NO_CHANGE  # of summer time
        self._year = (0, 0, 0, 0)  # first second of a year and of the next, its begin and end
        if at < len(rule):
            at = _name_end(rule, at)
            self._summer_s += 3600
            if rule[at : at + 1] != ",":
                self._summer_s, at = _offset_s(rule, at, 24)
            self._begin, at = _change(rule, at)
            self._end, at = _change(rule, at)
        if at != len(rule):
            raise ZoneError("characters after the end of the rule")

    def offset_s(self, utc_s: int) -> int:
        """What to add to UTC for local time."""
        if self._begin is _NO_CHANGE:
            return self._standard_s
        _, _, begin, end = self._changes(utc_s)
        if begin < end:
            summer = begin <= utc_s < end
        else:
            summer = not end <= utc_s < begin
        return self._summer_s if summer else self._standard_s

    def next_change(self, utc_s: int, before_s: int) -> int:
        """The first change of the clock after `utc_s`, or `before_s` if that comes first."""
        if self._begin is _NO_CHANGE:
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


def _name_end(rule: str, at: int) -> int:
    """Behind a name of three or more letters, or of anything in < >."""
    if rule[at : at + 1] == "<":
        end = rule.find(">", at) + 1
    else:
        end = at
        while rule[end : end + 1].isalpha():
            end += 1
    if end < at + 3:
        raise ZoneError("no name of a zone at %d" % at)
    return end


def _number(rule: str, at: int, most: int) -> "tuple[int, int]":
    end = at
    while end < at + 3 and rule[end : end + 1].isdigit():
        end += 1
    if end == at or int(rule[at:end]) > most:
        raise ZoneError("no number of up to %d at %d" % (most, at))
    return int(rule[at:end]), end


def _time_s(rule: str, at: int, most_h: int) -> "tuple[int, int]":
    """[+-]hours[:minutes] as seconds."""
    sign = rule[at : at + 1]
    hours, at = _number(rule, at + (sign in ("+", "-")), most_h)
    minutes = 0
    if rule[at : at + 1] == ":":
        minutes, at = _number(rule, at + 1, 59)
    seconds = hours * 3600 + minutes * 60
    return (-seconds if sign == "-" else seconds), at


def _offset_s(rule: str, at: int, most_h: int) -> "tuple[int, int]":
    """POSIX counts what to add to local time for UTC: the other way round."""
    seconds, at = _time_s(rule, at, most_h)
    return -seconds, at


def _change(rule: str, at: int) -> "tuple[tuple[int, int, int, int], int]":
    """,Mmonth.week.weekday[/time]"""
    if rule[at : at + 2] != ",M":
        raise ZoneError("no change of the form ,Mmonth.week.weekday at %d" % at)
    month, at = _number(rule, at + 2, 12)
    week, at = _part(rule, at, _LAST_WEEK)
    weekday, at = _part(rule, at, 6)
    if month < 1 or week < 1:
        raise ZoneError("month and week count from 1")
    second = 7200
    if rule[at : at + 1] == "/":
        second, at = _time_s(rule, at + 1, 167)
    return (month, week, weekday, second), at


def _part(rule: str, at: int, most: int) -> "tuple[int, int]":
    if rule[at : at + 1] != ".":
        raise ZoneError("no point at %d" % at)
    return _number(rule, at + 1, most)
