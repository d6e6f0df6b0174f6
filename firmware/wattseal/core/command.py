"""The form of a signed command to a device, and of its answer; verifies and does nothing.

    payload  = signature "." message              signature: r and s in hex, 128 lower-case digits
    message  = object [LF body]                   at most 1024 bytes in all
    signed   = SHA-256 of "wattseal cmd v1" LF message, ECDSA over P-256

The signature covers the bytes as they came. The object is read before it is verified, for the
cheap checks that keep a flood from the curve, by a reader that is strict and bounded (flat_json);
nothing acts on it before that. Its keys:

    device   the device's id: another one's command is of no use here
    counter  1 to 2^53, higher than that of every command before
    exp      UTC second at which it expires, 0 for never: only `time` may say so
    id       1 to 40 characters for the answer, and what `start` identifies; no driver's identity
    verb     and the verb's own keys (app.command_verbs); `body` is what the verb says it is
"""

import binascii
import hashlib

from micropython import const

from wattseal.core import flat_json

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    Row = tuple[str, str, int, int]

MOST_BYTES = const(1024)
LIFE_S = const(86400)  # the furthest that `exp` may be ahead
_SIGNATURE_DIGITS = const(128)
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
    """A payload whose form is right: its keys, `body`, and what to verify. CommandError."""

    def __init__(self, payload: bytes) -> None:
        if len(payload) > MOST_BYTES:
            raise CommandError("longer than %d bytes" % MOST_BYTES)
        digits = payload[:_SIGNATURE_DIGITS]
        if payload[_SIGNATURE_DIGITS : _SIGNATURE_DIGITS + 1] != b"." or not _is_hex(digits):
            raise CommandError("no signature of %d hex digits and a point" % _SIGNATURE_DIGITS)
        message = payload[_SIGNATURE_DIGITS + 1 :]
        text, feed, self.body = message.partition(b"\n")
        self.has_body = bool(feed)
        try:
            self._values: dict[str, Any] = flat_json.read(text)
        except flat_json.FlatJsonError as fault:
            raise CommandError("not the JSON of a command: %s" % fault)
        for row in _COMMON:
            _check(self._values, row)
        self.device: str = self._values["device"]
        self.counter: int = self._values["counter"]
        self.expires_s: int = self._values["exp"]
        self.id: str = self._values["id"]
        self.verb: str = self._values["verb"]
        self.signature = binascii.unhexlify(digits)
        self.digest = hashlib.sha256(_DOMAIN + message).digest()

    def arguments(self, rows: "tuple[Row, ...]") -> "list[Any]":
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
