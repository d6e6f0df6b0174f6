"""Numbers and times as OCPI and OCPP write them: exact decimals, UTC; adds no floats."""

import datetime
from decimal import ROUND_HALF_UP, Decimal

_PLACES = Decimal("0.0001")  # OCPI: four decimals, unless mentioned otherwise
_MOST_DIGITS = 15  # of a decimal that comes back the same from the nearest float


def utc(at_s: int) -> str:
    """Such as 2026-12-01T18:27:22Z."""
    return datetime.datetime.fromtimestamp(at_s, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def number(value: Decimal) -> int | float:
    """For JSON, in which it is written with the same digits."""
    if value == value.to_integral_value():
        return int(value)
    if len(value.normalize().as_tuple().digits) > _MOST_DIGITS:
        raise ValueError(f"{value} has more digits than JSON keeps")
    return float(value)


def money(e4: int) -> int | float:
    return number(Decimal(e4).scaleb(-4))


def kwh(wh: int) -> int | float:
    return number(Decimal(wh).scaleb(-3))


def rounded(value: Decimal) -> Decimal:
    return value.quantize(_PLACES, ROUND_HALF_UP)


def hours(seconds: int) -> Decimal:
    return rounded(Decimal(seconds) / 3600)


class HoursInParts:
    """Hours of one part after another, so that the parts add up to the hours of all."""

    def __init__(self) -> None:
        self._seconds = 0

    def next(self, seconds: int) -> int | float:
        before = hours(self._seconds)
        self._seconds += seconds
        return number(hours(self._seconds) - before)
