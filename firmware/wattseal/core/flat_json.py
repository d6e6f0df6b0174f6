"""One flat JSON object of known forms -> a dict; strict where MicroPython's json is not, no I/O.

Taken are texts of printable ASCII without escapes, whole numbers of up to 16 digits, true and
false, without any white space between them: a part of JSON that every writer can produce. A key
that comes twice, a float, a leading zero, null and nesting are refused.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    Value = bool | int | str

_MOST_DIGITS = const(16)  # 2^53 has as many


class FlatJsonError(Exception):
    """The argument says what is wrong, without a byte of the text."""


def read(text: bytes) -> "dict[str, Value]":
    """FlatJsonError."""
    if text[:1] != b"{":
        raise FlatJsonError("no object")
    found: dict[str, Value] = {}
    at = 0
    while text[at : at + 1] == (b"," if at else b"{"):
        key, at = _text(text, at + 1)
        if key in found:
            raise FlatJsonError("a key comes twice")
        if text[at : at + 1] != b":":
            raise FlatJsonError("a key without a value")
        found[key], at = _value(text, at + 1)
    if text[at:] != b"}":
        raise FlatJsonError("no end, or bytes after it")
    return found


def _value(text: bytes, at: int) -> "tuple[Value, int]":
    if text[at : at + 4] == b"true":
        return True, at + 4
    if text[at : at + 5] == b"false":
        return False, at + 5
    return _text(text, at) if text[at : at + 1] == b'"' else _number(text, at)


def _text(text: bytes, at: int) -> "tuple[str, int]":
    end = text.find(b'"', at + 1)
    if text[at : at + 1] != b'"' or end < 0:
        raise FlatJsonError("no text")
    inside = text[at + 1 : end]
    for byte in inside:
        if not 32 <= byte < 127 or byte == 92:
            raise FlatJsonError("a text with an escape, or not in ASCII")
    return inside.decode(), end + 1


def _number(text: bytes, at: int) -> "tuple[int, int]":
    first = at + 1 if text[at : at + 1] == b"-" else at
    end = first
    while end <= first + _MOST_DIGITS and 48 <= (text[end] if end < len(text) else 0) < 58:
        end += 1
    digits = text[first:end]
    if not 1 <= len(digits) <= _MOST_DIGITS:
        raise FlatJsonError("no whole number of up to 16 digits")
    if digits[0] == 48 and end > at + 1:
        raise FlatJsonError("a number with a leading zero")
    return int(text[at:end]), end
