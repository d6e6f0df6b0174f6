"""A strict reader of JSON, and its one canonical form; knows nothing of tariffs.

Taken are objects, lists, texts of printable ASCII without escapes, and whole numbers of up to 16
digits, with white space between them. All else is refused, for MicroPython's json lets through
much that is none, and a tariff that two readers read differently has two prices.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, TypeAlias

    Json: TypeAlias = "dict[str, Json] | list[Json] | str | int"

_MOST_DIGITS = const(16)
_DEEPEST = const(6)
_SPACE = b" \t\r\n"


class JsonError(Exception):
    """The argument says what is wrong, and at which byte."""


def read(text: bytes) -> "Any":
    """The value that the text stands for. JsonError."""
    value, at = _value(text, _skip(text, 0), _DEEPEST)
    if at < len(text):
        raise JsonError("byte %d: something after the end" % at)
    return value


def write(value: "Json", put: "Callable[[bytes], Any]") -> None:
    """The canonical form, piece by piece: keys in order, no white space."""
    if isinstance(value, dict):
        mark = b"{"
        for key in sorted(value):
            put(mark + b'"' + key.encode() + b'":')
            write(value[key], put)
            mark = b","
        put(b"}" if value else b"{}")
    elif isinstance(value, list):
        mark = b"["
        for item in value:
            put(mark)
            write(item, put)
            mark = b","
        put(b"]" if value else b"[]")
    else:
        put(b'"' + value.encode() + b'"' if isinstance(value, str) else b"%d" % value)


def _skip(text: bytes, at: int) -> int:
    """Behind white space."""
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _value(text: bytes, at: int, depth: int) -> "tuple[Any, int]":
    """A value, and where what follows it begins."""
    if depth == 0:
        raise JsonError("byte %d: more than %d levels deep" % (at, _DEEPEST))
    first = text[at : at + 1]
    if first == b"{":
        return _object(text, at + 1, depth - 1)
    if first == b"[":
        return _list(text, at + 1, depth - 1)
    value, at = _text(text, at) if first == b'"' else _number(text, at)
    return value, _skip(text, at)


def _object(text: bytes, at: int, depth: int) -> "tuple[dict[str, Any], int]":
    found: dict[str, Any] = {}
    at = _skip(text, at)
    while text[at : at + 1] != b"}":
        if found:
            at = _skip(text, _mark(text, at, b","))
        key, at = _text(text, at)
        if key in found:
            raise JsonError("byte %d: the key %s comes twice" % (at, key))
        at = _mark(text, _skip(text, at), b":")
        found[key], at = _value(text, _skip(text, at), depth)
    return found, _skip(text, at + 1)


def _list(text: bytes, at: int, depth: int) -> "tuple[list[Any], int]":
    found: list[Any] = []
    at = _skip(text, at)
    while text[at : at + 1] != b"]":
        if found:
            at = _skip(text, _mark(text, at, b","))
        item, at = _value(text, at, depth)
        found.append(item)
    return found, _skip(text, at + 1)


def _mark(text: bytes, at: int, mark: bytes) -> int:
    if text[at : at + 1] != mark:
        raise JsonError("byte %d: no %s" % (at, mark.decode()))
    return at + 1


def _text(text: bytes, at: int) -> "tuple[str, int]":
    end = text.find(b'"', at + 1)
    if text[at : at + 1] != b'"' or end < 0:
        raise JsonError("byte %d: no text where one must be" % at)
    inside = text[at + 1 : end]
    for byte in inside:
        if not 32 <= byte < 127 or byte == 92:
            raise JsonError("byte %d: a text with an escape, or not in ASCII" % at)
    return inside.decode(), end + 1


def _number(text: bytes, at: int) -> "tuple[int, int]":
    first = at + 1 if text[at : at + 1] == b"-" else at
    end = first
    while end < len(text) and 48 <= text[end] < 58:
        end += 1
    digits = text[first:end]
    if not 1 <= len(digits) <= _MOST_DIGITS or text[end : end + 1] in (b".", b"e", b"E"):
        raise JsonError("byte %d: no whole number of up to %d digits" % (at, _MOST_DIGITS))
    if digits[0] == 48 and end > at + 1:
        raise JsonError("byte %d: a number with a leading zero" % at)
    return int(text[at:end]), end
