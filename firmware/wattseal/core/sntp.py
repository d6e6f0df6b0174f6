"""One question to a time server and the judgement of what comes back (RFC 4330); sends nothing.

The originate field is no time but 64 random bits, which a reply must repeat: whoever does not see
the question cannot answer it, and nothing is told of our clock. How long the exchange took is for
the caller's ticks to say.
"""

import struct

from micropython import const

PACKET_BYTES = const(48)
_REQUEST = const(0x23)  # no leap warning, version 4, a client's
_SERVER = const(4)
_UNSYNCHRONISED = const(3)
_WORST_STRATUM = const(15)
_1900_UTC_S = const(-2208988800)
_ERA_S = const(4294967296)
_MOST_DELAY_MS = const(1000)
_MOST_ROOT_MS = const(1000)  # RFC 5905: MAXDIST, what the server may be off itself
_CUT_MS = const(2)  # each of two times is cut to whole ms


class NotOurs(Exception):
    """No reply to our question; the right one may still come."""


class SntpError(Exception):
    """No time from this exchange; the argument is the reason. `kiss`: a kiss-o'-death's code."""

    def __init__(self, reason: str, kiss: str = "") -> None:
        super().__init__(reason)
        self.kiss = kiss


class Answer:
    """It was `utc_ms` at `at_ms` of the monotonic clock, give or take half of `delay_ms`."""

    def __init__(self, utc_ms: int, at_ms: int, delay_ms: int) -> None:
        self.utc_ms = utc_ms
        self.at_ms = at_ms
        self.delay_ms = delay_ms


def request(nonce: bytes) -> bytes:
    """The question. `nonce`: 8 random bytes, new ones each time."""
    return bytes([_REQUEST]) + bytes(PACKET_BYTES - 1 - len(nonce)) + nonce


def answer(
    reply: "bytes | bytearray | memoryview", nonce: bytes, sent_ms: int, received_ms: int,
    pivot_utc_s: int,
) -> Answer:  # fmt: skip
    """The time in `reply`. NotOurs, SntpError.

    `sent_ms`, `received_ms`: when, on the monotonic clock. `pivot_utc_s`: some time that is past:
    NTP's seconds are counted anew from 2036 on, and every 136 years.
    """
    if len(reply) < PACKET_BYTES or bytes(reply[24:32]) != nonce:
        raise NotOurs
    if reply[0] & 7 != _SERVER or reply[0] >> 3 & 7 != _REQUEST >> 3:
        raise NotOurs
    _check_server(reply)
    received = _utc_ms(reply, 32, pivot_utc_s)
    transmitted = _utc_ms(reply, 40, pivot_utc_s)
    held_ms = transmitted - received
    if held_ms < 0:
        raise SntpError("the server sent its answer before the question came")
    delay_ms = received_ms - sent_ms - held_ms
    if not -_CUT_MS <= delay_ms <= _MOST_DELAY_MS:
        raise SntpError("the answer was on its way for %d ms" % delay_ms)
    delay_ms = max(0, delay_ms)
    return Answer(transmitted + delay_ms // 2, received_ms, delay_ms)


def _check_server(reply: "bytes | bytearray | memoryview") -> None:
    """Whether it has the time itself. SntpError."""
    stratum = reply[1]
    if stratum == 0:
        raise SntpError("the server wants no questions", _kiss(reply))
    if reply[0] >> 6 == _UNSYNCHRONISED or stratum > _WORST_STRATUM:
        raise SntpError("the server has no time itself")
    if not any(reply[32:40]) or not any(reply[40:48]):
        raise SntpError("the answer holds no time")
    delay, dispersion = struct.unpack(">II", reply[4:12])
    if (delay // 2 + dispersion) * 1000 >> 16 > _MOST_ROOT_MS:
        raise SntpError("the server's own time is too uncertain")


def _kiss(reply: "bytes | bytearray | memoryview") -> str:
    """The four letters; "?" stands for what is none."""
    code = [chr(byte) if 65 <= byte <= 90 else "?" for byte in reply[12:16]]
    return "".join(code)


def _utc_ms(reply: "bytes | bytearray | memoryview", at: int, pivot_utc_s: int) -> int:
    """A timestamp as the first time after the pivot that it can mean."""
    seconds, fraction = struct.unpack(">II", reply[at : at + 8])
    after_pivot_s = (seconds + _1900_UTC_S - pivot_utc_s) % _ERA_S
    return (pivot_utc_s + after_pivot_s) * 1000 + (fraction * 1000 >> 32)
