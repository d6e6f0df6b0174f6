"""Which element of a tariff prices what, at one moment; knows no clock and adds nothing up.

A moment is (local minute of the day, local day, second of the session, second of the idle period,
mWh, W, mA, reservation): None for what is not known or not the case, and for the reservation "",
"R" or, when it expired, "X".
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.core.pricing.tariff import Tariff

    Moment = tuple[
        int, int, "int | None", "int | None", int, "int | None", "int | None", str
    ]  # fmt: skip
    Match = tuple[int, dict[str, Any]]

_THURSDAY = const(3)  # 1970-01-01 was one; bits of dow count from Monday
_RESERVATION = const(7)
# (from, below, which of a moment's)
_RANGES = (
    ("d0", "d1", 1), ("s0", "s1", 2), ("i0", "i1", 3), ("e0", "e1", 4), ("p0", "p1", 5),
    ("a0", "a1", 6),
)  # fmt: skip


def first(tariff: "Tariff", letter: str, moment: "Moment") -> "Match | None":
    """(number of the element, component) of the first that matches; None: it is free."""
    for number, element in enumerate(tariff.elements):
        for component in element["pc"]:
            if component["d"] == letter and matches(element.get("re"), moment):
                return number, component
    return None


def matches(restrictions: "dict[str, int] | None", moment: "Moment") -> bool:
    """All of the restrictions hold."""
    reservation = moment[_RESERVATION]
    if restrictions is None:
        return not reservation
    reserved = restrictions.get("rsv", "")
    if reserved != reservation and (reserved != "R" or reservation != "X"):
        return False
    minute, day = moment[0], moment[1]
    if not restrictions.get("dow", 127) >> (day + _THURSDAY) % 7 & 1:
        return False
    if "t0" in restrictions:
        begin, end = restrictions["t0"], restrictions["t1"]
        if not (begin <= minute < end if begin < end else minute >= begin or minute < end):
            return False
    for low, high, which in _RANGES:
        if low in restrictions or high in restrictions:
            value: Any = moment[which]
            if (
                value is None
                or (low in restrictions and value < restrictions[low])
                or (high in restrictions and value >= restrictions[high])
            ):
                return False
    return True
