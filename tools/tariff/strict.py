"""JSON that the firmware's strict reader refuses and others take: what in it, and where."""

import json
from typing import Any

_MOST = 10**16  # the firmware reads 16 digits
_DEEPEST = 6


class _Decimal:
    def __init__(self, text: str) -> None:
        self.text = text


def loose(text: bytes) -> tuple[Any, list[str]]:
    """The value with what is strange made plain, and a reason for each, in the text's order.

    (None, []) for what no reader takes.
    """
    found: list[str] = []
    try:
        values = json.loads(text, parse_float=_Decimal)
    except (ValueError, RecursionError):
        return None, []
    return _plain(values, "", found, 1), found


def _plain_letter(letter: str) -> str:
    return letter if letter.isascii() and letter.isprintable() and letter not in '\\"' else "X"


def _plain(value: Any, place: str, found: list[str], depth: int) -> Any:
    if depth > _DEEPEST:
        return 0
    if isinstance(value, dict):
        dot = place + "." if place else ""
        return {key: _plain(row, dot + key, found, depth + 1) for key, row in value.items()}
    if isinstance(value, list):
        return [_plain(row, f"{place}[{n}]", found, depth + 1) for n, row in enumerate(value)]
    if isinstance(value, str):
        if not value.isascii() or not value.isprintable() or "\\" in value or '"' in value:
            found.append(f"{place}: a text with an escape, or not in ASCII")
            return "".join(map(_plain_letter, value))  # as long, for its length is judged too
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < _MOST:
        return value
    said = value.text if isinstance(value, _Decimal) else json.dumps(value)
    found.append(f"{place}: {said} is no whole number of up to 16 digits")
    return 0
