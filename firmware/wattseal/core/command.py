"""The form of a signed command to a device, and of its answer; verifies and does nothing.

    payload  = signature "." message              signature: r and s in hex, 128 lower-case digits
    message  = object [LF body]                   at most 1024 bytes in all
    signed   = SHA-256 of "wattseal cmd v1" LF message, ECDSA over P-256

The signature covers the bytes as they came. The object is read before it is verified, for the
cheap checks that keep a flood from the curve, by a reader that is strict where MicroPython's json
is not; nothing acts on it before that. It is flat, without white space; its values are texts of
printable ASCII without escapes, whole numbers of up to 16 digits, true and false. Its keys:

    device   the device's id: another one's command is of no use here
    counter  1 to 2^53, higher than that of every command before
    exp      UTC second at which it expires, 0 for never: only a `time_back` says so, always, and a
             `time` to a device that does not know the time. Who holds such a one back and gives it
             later sets the clock to the past, unless a higher counter came meanwhile, and what
             expired since then would be in date again. Nothing is done twice all the same.
    id       1 to 40 characters for the answer, and what `start` identifies; no driver's identity
    verb     and the verb's own keys (app.command_verbs); `body` is what the verb says it is
"""

import binascii
import hashlib

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    Value = bool | int | str
    Row = tuple[str, str, int, int]

MOST_BYTES = const(1024)
_SIGNATURE_DIGITS = const(128)
_MOST_DIGITS = const(16)  # of a number; 2^53 has as many
_DOMAIN = b"wattseal cmd v1\n"
# (key, kind, low, high): "int" is a range, "str" a length, as in core.config
_COMMON = (
    ("device", "str", 1, 16),
    ("counter", "int", 1, 1 << 53),
    ("exp", "int", 0, 4294967295),
    ("id", "str", 1, 40),
    ("verb", "str", 1, 16),
)


class CommandError(Exception):
    """The argument is one sentence; it repeats nothing of the command."""


class Command:
    """A payload whose form is right: its keys, its body or None, and what to verify.

    Few names, and those of other modules where they fit: each stays in a small board's heap.
    CommandError.
    """

    def __init__(self, payload: bytes) -> None:
        if len(payload) > MOST_BYTES:
            raise CommandError("longer than %d bytes" % MOST_BYTES)
        digits = payload[:_SIGNATURE_DIGITS]
        if payload[_SIGNATURE_DIGITS : _SIGNATURE_DIGITS + 1] != b"." or not _is_hex(digits):
            raise CommandError("no signature of %d hex digits and a point" % _SIGNATURE_DIGITS)
        message = payload[_SIGNATURE_DIGITS + 1 :]
        text, feed, body = message.partition(b"\n")
        self.body = body if feed else None
        self._values: dict[str, Any] = read_flat(text)
        for row in _COMMON:
            _check(self._values, row)
        self.device_id: str = self._values["device"]
        self.counter: int = self._values["counter"]
        self.expires_s: int = self._values["exp"]
        self.id: str = self._values["id"]
        self.verb: str = self._values["verb"]
        self.signature = binascii.unhexlify(digits)
        self.digest = hashlib.sha256(_DOMAIN + message).digest()

    def values(self, rows: "tuple[Row, ...]") -> "list[Any]":
        """The verb's own values in the order of `rows`; CommandError for others, and missing."""
        for row in rows:
            _check(self._values, row)
        if len(self._values) != len(rows) + len(_COMMON):
            raise CommandError("the verb knows no such key")
        return [self._values[row[0]] for row in rows]


def _check(values: "dict[str, Any]", row: "Row") -> None:
    """CommandError unless the key is there and as its row says."""
    key, kind, low, high = row
    if key not in values:
        raise CommandError("%s is missing" % key)
    value = values[key]
    if kind == "int":
        # bool is an int to Python, no number to us
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise CommandError("%s is no whole number from %d to %d" % (key, low, high))
    elif not isinstance(value, str) or not low <= len(value) <= high:
        raise CommandError("%s is no text of %d to %d characters" % (key, low, high))


def _is_hex(digits: bytes) -> bool:
    return all(48 <= byte < 58 or 97 <= byte < 103 for byte in digits)


def read_flat(text: bytes) -> "dict[str, Value]":
    """One flat JSON object. CommandError."""
    if text[:1] != b"{":
        raise CommandError("no flat JSON object")
    found: dict[str, Value] = {}
    at = 0
    while text[at : at + 1] == (b"," if at else b"{"):
        key, at = _text(text, at + 1)
        if key in found:
            raise CommandError("a key comes twice")
        if text[at : at + 1] != b":":
            raise CommandError("a key without a value")
        found[key], at = _value(text, at + 1)
    if text[at:] != b"}":
        raise CommandError("no end, or bytes after it")
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
        raise CommandError("no text where one must be")
    inside = text[at + 1 : end]
    for byte in inside:
        if not 32 <= byte < 127 or byte == 92:
            raise CommandError("a text with an escape, or not in ASCII")
    return inside.decode(), end + 1


def _number(text: bytes, at: int) -> "tuple[int, int]":
    first = at + 1 if text[at : at + 1] == b"-" else at
    end = first
    while end <= first + _MOST_DIGITS and 48 <= (text[end] if end < len(text) else 0) < 58:
        end += 1
    digits = text[first:end]
    if not 1 <= len(digits) <= _MOST_DIGITS:
        raise CommandError("no whole number of up to 16 digits")
    if digits[0] == 48 and end > at + 1:
        raise CommandError("a number with a leading zero")
    return int(text[at:end]), end
