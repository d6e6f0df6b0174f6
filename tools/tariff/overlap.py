"""Where elements of a tariff take the week from one another, in words."""

from typing import Any

from tools.tariff.local_time import WEEKDAYS, minute

DAY_MINUTES = 1440
WEEK = 7 * DAY_MINUTES
ALL = (1 << WEEK) - 1
_RANGES = "desipa"
_NAMES = {"E": "energy", "T": "charging time", "P": "parking time", "F": "the start"}


def doubts(elements: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """(place, what is legal and likely not meant)."""
    found: list[tuple[str, str]] = []
    for letter in "ETPF":
        rows = [
            (number, element.get("re", {}))
            for number, element in enumerate(elements)
            if any(component["d"] == letter for component in element["pc"])
        ]
        for at, (number, restrictions) in enumerate(rows):
            words = _taken(rows[:at], restrictions)
            if words:
                found.append((f"el[{number}]", f"{_NAMES[letter]}: {words}"))
    return found


def mask(restrictions: dict[str, Any]) -> int:
    """A bit for each minute of the week in which the element may hold, from Monday on."""
    begin, end = restrictions.get("t0", 0), restrictions.get("t1", DAY_MINUTES)
    if begin < end:
        day = ((1 << end - begin) - 1) << begin
    else:
        day = ((1 << DAY_MINUTES) - 1) ^ (((1 << begin - end) - 1) << end)
    days = restrictions.get("dow", 127)
    return sum(day << n * DAY_MINUTES for n in range(7) if days >> n & 1)


def spans(bits: int) -> str:
    """Mon 05:00-06:00, ...; days that are alike together."""
    of_day: dict[str, list[int]] = {}
    for day in range(7):
        today = bits >> day * DAY_MINUTES & ((1 << DAY_MINUTES) - 1)
        if today:
            of_day.setdefault(_windows(today), []).append(day)
    return ", ".join(f"{_days(days)} {words}" for words, days in of_day.items())


def _windows(today: int) -> str:
    words, at = [], 0
    while today >> at:
        begin = at + ((today >> at) & -(today >> at)).bit_length() - 1
        rest = ~(today >> begin)
        at = begin + (rest & -rest).bit_length() - 1
        words.append(f"{minute(begin)}-{minute(at)}")
    return " and ".join(words)


def _days(days: list[int]) -> str:
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{WEEKDAYS[days[0]]}-{WEEKDAYS[days[-1]]}"
    return "+".join(WEEKDAYS[day] for day in days)


def _taken(before: list[tuple[int, dict[str, Any]]], restrictions: dict[str, Any]) -> str:
    """What of an element those before it take: all, or a part of a window of its own."""
    own = left = mask(restrictions)
    words = ""
    for number, other in before:
        if not _wider(other, restrictions):
            continue
        common = own & mask(other)
        left &= ~common
        if not left:
            return f"it never holds, for el[{number}] and those before it price all of its time"
        window = "t0" in restrictions and "t0" in other
        if window and common and mask(other) & ~own and not words:
            words = f"el[{number}] comes first and takes {spans(common)} of its time"
    return words


def _wider(other: dict[str, Any], restrictions: dict[str, Any]) -> bool:
    """Apart from the time of the week, `other` holds wherever `restrictions` do."""
    if other.get("rsv", "") != restrictions.get("rsv", ""):
        return False
    return all(
        other.get(letter + "0", 0) <= restrictions.get(letter + "0", 0)
        and (
            letter + "1" not in other
            or restrictions.get(letter + "1", 1 << 40) <= other[letter + "1"]
        )
        and (letter + "0" not in other or letter + "0" in restrictions)
        for letter in _RANGES
    )
