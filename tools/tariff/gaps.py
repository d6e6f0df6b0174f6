"""Where a tariff leaves energy without a price, in words: of the week, of a session, of days."""

import datetime
import itertools
from collections.abc import Iterator
from typing import Any

from tools.tariff import local_time, overlap

_MOST_PLACES = 4096  # to look at; a tariff of more tiers of more kinds is not judged
_EPOCH = datetime.date(1970, 1, 1)
_WORDS = {
    "d": lambda day: f"from {_EPOCH + datetime.timedelta(days=day)}",
    "e": lambda mwh: f"after {mwh / 1000000:g} kWh",
    "s": lambda seconds: f"after {local_time.lasting(seconds)} of a session",
    "p": lambda watts: f"at {watts} W and more",
}


def of(elements: list[dict[str, Any]], today: int) -> str:
    """The first one; "" for none, and where energy never has a price. `today`: since 1970."""
    rows = [
        element.get("re", {})
        for element in elements
        if any(component["d"] == "E" for component in element["pc"])
    ]
    for at in _places(rows, today) if rows else ():
        priced = 0
        for restrictions in rows:
            if _holds(restrictions, at):
                priced |= overlap.mask(restrictions)
        if priced != overlap.ALL:
            when = _when(overlap.ALL & ~priced, at, today)
            return f"energy is free {when}, for no element prices it then"
    return ""


def _when(left: int, at: dict[str, int], today: int) -> str:
    words = [] if left == overlap.ALL else [overlap.spans(left)]
    for letter, value in at.items():
        if value > (today if letter == "d" else 0):
            words.append(_WORDS[letter](value))
    return " ".join(words) or "when a session begins today"


def _places(rows: list[dict[str, Any]], today: int) -> Iterator[dict[str, int]]:
    """The corners at which a price may end or begin, the beginning first."""
    axes = {}
    for letter in _WORDS:
        least = today if letter == "d" else 0
        bounds = {row[letter + end] for row in rows for end in "01" if letter + end in row}
        axes[letter] = [least, *sorted(value for value in bounds if value > least)]
    count = 1
    for values in axes.values():
        count *= len(values)
    if count <= _MOST_PLACES:
        for values in itertools.product(*axes.values()):
            yield dict(zip(axes, values))


def _holds(restrictions: dict[str, Any], at: dict[str, int]) -> bool:
    return all(
        restrictions.get(letter + "0", 0) <= value
        and value < restrictions.get(letter + "1", value + 1)
        for letter, value in at.items()
    )
