"""One entry of the audit chain: its line, its mac, and both as bytes to keep; keeps no chain.

    line     {"ev":...,"n":...,"new":...,"obj":...,"old":...,"q":...,"t":...,"who":...}
    mac      HMAC-SHA256(audit key, mac before || line); 32 zero bytes before the first
    frame    CRC-32 of what follows the blank, 8 hex digits; mac, 64 hex digits; line; LF

A line is canonical: keys in order, no white space, printable ASCII without a quote or an escape;
what an entry has not is left out. So a value is found without a parser, and a line has one form.
    ev       what happened             obj      to what: a record's id, a number, never a person
    n        1, 2, 3, ...              old, new a short hash, a number or a word, before and after
    t, q     UTC second, OCMF's time state         who      the role and its key, "device" itself
"""

import binascii

from micropython import const

from wattseal.core.hmac_sha256 import keyed

GENESIS = bytes(32)
LABEL = b"wattseal audit key v1"  # what the signer derives the audit key by
HEAD_DIGITS = const(16)  # of a mac, in `UA` of a record
MOST_BYTES = const(512)  # of a frame: eight values within _MOST_CHARS, and what is round them
_MOST_CHARS = const(64)
_MAC_AT, _LINE_AT = const(9), const(74)
_KEYS = ("ev", "n", "new", "obj", "old", "q", "t", "who")
_NUMBERS = ("n", "t")


def line(number: int, utc_s: int, state: str, values: "dict[str, str]") -> bytes:
    """The entry's line. `values`: of ev, new, obj, old, who; an empty one is left out."""
    parts: list[str] = []
    for key in _KEYS:
        if key in _NUMBERS:
            parts.append('"%s":%d' % (key, number if key == "n" else utc_s))
        elif key == "q":
            parts.append('"q":"%s"' % state)
        elif values.get(key):
            parts.append('"%s":"%s"' % (key, _plain(values[key])))
    return ("{%s}" % ",".join(parts)).encode()


def mac(blocks: "tuple[bytes, bytes]", before: bytes, line: bytes) -> bytes:
    """`blocks`: core.hmac_sha256.key_blocks of the audit key; `before`: the mac of the entry
    before."""
    return keyed(blocks, before + line)


def frame(line: bytes, mac: bytes) -> bytes:
    checked = binascii.hexlify(mac) + b" " + line
    return b"%08x %s\n" % (binascii.crc32(checked), checked)


def unframe(raw: bytes) -> "tuple[bytes, bytes] | None":
    """(line, mac) of one frame with its LF; None when it is none, or damaged."""
    if len(raw) > MOST_BYTES or raw[-1:] != b"\n" or raw[_LINE_AT - 1 : _LINE_AT] != b" ":
        return None
    checked = raw[_MAC_AT:-1]
    if raw[:_MAC_AT] != b"%08x " % binascii.crc32(checked):
        return None
    try:
        return checked[_LINE_AT - _MAC_AT :], binascii.unhexlify(raw[_MAC_AT : _LINE_AT - 1])
    except ValueError:
        return None


def head(number: int, mac: bytes) -> str:
    """Of the newest entry, as `UA` in a record: its number and its mac's first digits."""
    return "%d-%s" % (number, binascii.hexlify(mac).decode()[:HEAD_DIGITS])


def value(line: bytes, key: str) -> str:
    """The value of a canonical line's key as text, "" where it has none."""
    mark = b'"%s":' % key.encode()
    at = line.find(mark)
    if at < 0:
        return ""
    at += len(mark)
    if line[at : at + 1] == b'"':
        return line[at + 1 : line.find(b'"', at + 1)].decode()
    end = line.find(b",", at)
    return line[at : end if end >= 0 else -1].decode()


def number(line: bytes) -> int:
    """The entry's number; 0 for a line that has none."""
    digits = value(line, "n")
    return int(digits) if digits.isdigit() and len(digits) < 11 else 0


def _plain(text: str) -> str:
    """What may stand in a line; the rest of it is replaced, for an entry must not fail."""
    found = [c if 32 <= ord(c) < 127 and c not in '"\\' else "?" for c in text[:_MOST_CHARS]]
    return "".join(found)
