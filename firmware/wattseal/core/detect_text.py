"""Changes single values in a JSON text and leaves every other byte of it alone; parses no more.

The text must be good JSON (RFC 8259): whoever calls has parsed it.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    Path = tuple[str | int, ...]

_SPACE = " \t\r\n"


class NoPlace(Exception):
    """The text has no such place; the argument is the step that leads nowhere."""


def change(text: str, path: "Path", value: str) -> str:
    """The text with `value` (JSON itself) at `path`, its keys and list indexes from the top.

    A key that is missing is added as the last of its object. NoPlace.
    """
    start, end = _skip(text, 0), 0
    for depth, step in enumerate(path):
        end, found = _find(text, start, step)
        if found:
            start = found
            continue
        if depth < len(path) - 1 or not isinstance(step, str):
            raise NoPlace(step)
        return _add(text, start, end, '"%s": %s' % (step, value))
    return text[:start] + value + text[_end(text, start) :]


def _add(text: str, start: int, end: int, member: str) -> str:
    """A new member behind what stands before the closing bracket at `end`."""
    last = end
    while text[last - 1] in _SPACE:
        last -= 1
    comma = "" if last == start + 1 else ", "
    return text[:last] + comma + member + text[last:]


def _find(text: str, start: int, step: "str | int") -> "tuple[int, int]":
    """(where the container's closing bracket is, where the step's value begins or 0).

    Of a key that is there twice the last one: so does every parser here.
    """
    bracket = text[start]
    if bracket != ("{" if isinstance(step, str) else "["):
        raise NoPlace(step)
    found = index = 0
    at = _skip(text, start + 1)
    while text[at] not in "}]":
        wanted = index == step
        if bracket == "{":
            end = _end(text, at)
            wanted = text[at + 1 : end - 1] == step
            at = _skip(text, _skip(text, end) + 1)
        if wanted:
            found = at
        at = _skip(text, _end(text, at))
        if text[at] == ",":
            at = _skip(text, at + 1)
        index += 1
    return at, found


def _end(text: str, at: int) -> int:
    """Behind the value that begins at `at`."""
    if text[at] == '"':
        return _string_end(text, at)
    if text[at] not in "{[":
        while at < len(text) and text[at] not in ",]}" + _SPACE:
            at += 1
        return at
    depth = 0
    while True:
        if text[at] == '"':
            at = _string_end(text, at)
            continue
        depth += (text[at] in "{[") - (text[at] in "}]")
        at += 1
        if not depth:
            return at


def _string_end(text: str, at: int) -> int:
    at += 1
    while text[at] != '"':
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _skip(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at
