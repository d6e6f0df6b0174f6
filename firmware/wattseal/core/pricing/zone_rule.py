"""Reads a POSIX rule for local time, such as CET-1CEST,M3.5.0,M10.5.0/3; can be dropped then.

Changes have the form M; a name is letters or <anything>; times may be from -167 to 167 h.
"""

from micropython import const

from wattseal.core.pricing.zone import NO_CHANGE, Zone

_MOST_BYTES = const(64)
_LAST_WEEK = const(5)


class ZoneError(Exception):
    """The rule is not understood; the argument says what of it."""


def read(rule: str) -> Zone:
    """The rule's zone. ZoneError."""
    if len(rule) > _MOST_BYTES:
        raise ZoneError("longer than %d characters" % _MOST_BYTES)
    standard_s, at = _offset_s(rule, _name_end(rule, 0), 24)
    summer_s = standard_s
    begin = end = NO_CHANGE
    if at < len(rule):
        at = _name_end(rule, at)
        summer_s += 3600
        if rule[at : at + 1] != ",":
            summer_s, at = _offset_s(rule, at, 24)
        begin, at = _change(rule, at)
        end, at = _change(rule, at)
    if at != len(rule):
        raise ZoneError("characters after the end of the rule")
    return Zone(standard_s, summer_s, begin, end)


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
