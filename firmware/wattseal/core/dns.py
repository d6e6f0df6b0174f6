"""One question for a name's IPv4 addresses and the judgement of what comes back; sends nothing.

RFC 1035, section 4. Of mDNS it is what RFC 6762, 5.1, calls a one-shot query.
"""

from micropython import const

ANSWER_BYTES = const(512)  # the most without EDNS
_HEADER_BYTES = const(12)
_RECORD_BYTES = const(10)  # of a record, between its name and its data
_MOST_NAME_BYTES = const(255)
_MOST_LABEL_BYTES = const(63)
_POINTER = const(0xC0)
_NO_SUCH_NAME = const(3)
_CUT = const(2)
_MOST_RECORDS = const(32)
_MOST_ADDRESSES = const(4)


class NotOurs(Exception):
    """No whole answer to our question; the right one may still come."""


class DnsError(Exception):
    """The server has answered, and there is no address; the argument is the reason."""


def question(number: int, host: str) -> bytes:
    """`number`: 16 random bits, other ones each time. DnsError: it cannot be a name."""
    name = b""
    for label in host.rstrip(".").split("."):
        part = label.encode()
        if not 0 < len(part) <= _MOST_LABEL_BYTES:
            raise DnsError("it cannot be a name")
        name += bytes([len(part)]) + part
    if len(name) >= _MOST_NAME_BYTES:
        raise DnsError("it cannot be a name")
    head = bytes([number >> 8, number & 255, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    return head + name + b"\0\0\1\0\1"  # its end; A; IN


def addresses(reply: "bytes | bytearray | memoryview", asked: bytes) -> "list[str]":
    """Of `reply` to `asked`, at least one and at most four. NotOurs, DnsError.

    Whose they are is not looked at: a server follows aliases for whoever asks.
    """
    reply = bytes(reply)
    at = len(asked)
    if (
        len(reply) < at
        or reply[:2] != asked[:2]
        or reply[2] & 0xF8 != 0x80  # a response to a plain query
        or reply[4:6] != b"\0\1"
        or reply[_HEADER_BYTES:at].lower() != asked[_HEADER_BYTES:].lower()
    ):
        raise NotOurs
    code = reply[3] & 15
    if code:
        told = "there is no such name" if code == _NO_SUCH_NAME else "it refuses, code %d" % code
        raise DnsError(told)
    found: list[str] = []
    for _ in range(min(reply[6] << 8 | reply[7], _MOST_RECORDS)):
        at = _after_name(reply, at)
        end = at + _RECORD_BYTES
        size = reply[end - 2] << 8 | reply[end - 1] if end <= len(reply) else 0
        if end + size > len(reply):
            if found:  # the rest did not fit
                break
            raise NotOurs
        # The class without its first bit, which mDNS has a use of its own for.
        if size == 4 and reply[at : at + 2] == b"\0\1" and reply[at + 3] == 1:
            found.append("%d.%d.%d.%d" % tuple(reply[end : end + 4]))
        at = end + size
    if not found:
        cut = reply[2] & _CUT
        raise DnsError("the answer is cut off" if cut else "the name has no IPv4 address")
    return found[:_MOST_ADDRESSES]


def _after_name(reply: bytes, at: int) -> int:
    """Where a name ends, of labels or with a pointer to the rest of it. NotOurs."""
    while at < len(reply):
        size = reply[at]
        if size >= _POINTER:
            return at + 2
        if size > _MOST_LABEL_BYTES:
            raise NotOurs
        at += 1 + size
        if not size:
            break
    return at
