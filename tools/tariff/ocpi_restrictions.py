"""OCPI's TariffRestrictions as ours; refuses what we have no word for, for it would widen a price.

Source: OCPI 2.2.1-d2, 11.4.6. Units there: kWh, A, kW, s, local time.
"""

import datetime
import re
from decimal import Decimal
from typing import Any, TypeVar

from tools.tariff.judge import TariffFault

Ours = TypeVar("Ours")
_DAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_RESERVATIONS = {"RESERVATION": "R", "RESERVATION_EXPIRES": "X"}
_MOST = 10**15
_EPOCH = datetime.date(1970, 1, 1)
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_TIMES = (("start_time", "t0"), ("end_time", "t1"))
_DATES = (("start_date", "d0"), ("end_date", "d1"))
# OCPI's, ours, the decimal places by which the unit moves: mWh, mA, W
_NUMBERS = (
    ("min_kwh", "e0", 6), ("max_kwh", "e1", 6), ("min_current", "a0", 3),
    ("max_current", "a1", 3), ("min_power", "p0", 3), ("max_power", "p1", 3),
    ("min_duration", "s0", 0), ("max_duration", "s1", 0),
)  # fmt: skip


def of(given: Any, place: str) -> dict[str, Any]:
    """{} for none. TariffFault, with the place."""
    if not isinstance(given, dict):
        raise TariffFault(f"{place} is no object; write it in braces")
    left = {key: value for key, value in given.items() if value is not None and value != []}
    found: dict[str, Any] = {}
    for theirs, ours in _TIMES:
        if theirs in left:
            found[ours] = _minute(left.pop(theirs), f"{place}.{theirs}")
    if "t0" in found or "t1" in found:
        found = {"t0": 0, "t1": 0, **found}  # the whole day's other end: midnight
    for theirs, ours in _DATES:
        if theirs in left:
            found[ours] = _day(left.pop(theirs), f"{place}.{theirs}")
    for theirs, ours, places in _NUMBERS:
        if theirs in left:
            found[ours] = whole(left.pop(theirs), places, f"{place}.{theirs}")
    if "day_of_week" in left:
        found["dow"] = _weekdays(left.pop("day_of_week"), f"{place}.day_of_week")
    if "reservation" in left:
        found["rsv"] = known(left.pop("reservation"), _RESERVATIONS, f"{place}.reservation")
    if left:
        raise TariffFault(
            f"{place}.{min(left)} is none of OCPI 2.2.1's restrictions; take it out, "
            "or the price would hold where it is not meant to"
        )
    return found


def whole(value: Any, places: int, place: str) -> int:
    """A number of OCPI's in our unit, `places` decimals smaller. TariffFault."""
    if value is None:
        raise TariffFault(f"{place} is missing; add it")
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        raise TariffFault(f"{place} is no number; write it without quotes")
    moved = Decimal(value).scaleb(places)
    if not abs(moved) < _MOST:
        raise TariffFault(f"{place} {value} is out of range; name a smaller one")
    if moved != moved.to_integral_value():
        most = f"more than {places} decimals" if places else "decimals"
        raise TariffFault(f"{place} {value} has {most}; round it")
    return int(moved)


def _minute(value: Any, place: str) -> int:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise TariffFault(f"{place} {value!r} is no time of day; write it as 08:30")
    return 60 * int(found[1]) + int(found[2])


def _day(value: Any, place: str) -> int:
    try:
        if not isinstance(value, str) or not _DATE.fullmatch(value):
            raise ValueError
        return (datetime.date.fromisoformat(value) - _EPOCH).days
    except ValueError:
        raise TariffFault(f"{place} {value!r} is no date; write it as 2026-12-24") from None


def _weekdays(value: Any, place: str) -> int:
    if not isinstance(value, list):
        raise TariffFault(f"{place} is no list; write it in brackets")
    bits = {day: 1 << bit for bit, day in enumerate(_DAYS)}
    return sum({known(day, bits, place) for day in value})


def known(value: Any, words: dict[str, Ours], place: str) -> Ours:
    if not isinstance(value, str) or value not in words:
        raise TariffFault(f"{place} has {value!r}; OCPI has {', '.join(words)}")
    return words[value]
