"""Cuts a broker's byte stream into MQTT packets and checks each; must survive any bytes at all.

Nothing is allocated by what the stream says: one buffer. Of a PUBLISH beyond it only the head is
given out, for a broker sends what it retains after each login: to end the connection would keep
the device away for ever. Any other length is refused as soon as it is read. The checks are those
of MQTT 3.1.1 (OASIS, 29 October 2014) for a client that publishes with QoS 0 and 1, subscribes to
one filter at a time and never unsubscribes.
"""

from micropython import const

CONNACK = const(0x20)
PUBLISH = const(0x30)
PUBACK = const(0x40)
SUBACK = const(0x90)
PINGRESP = const(0xD0)
SKIPPED = const(0x01)  # no packet's first byte: some more of one that is too long

_HEADER_BYTES = const(5)  # type and at most four bytes of remaining length
_MAX_TOPIC_BYTES = const(256)  # ours are shorter; bounds the time of the UTF-8 check
_HEAD_BYTES = const(260)  # of a PUBLISH's body: topic length, topic, packet id
# A longer one ends the connection: a SUBACK may be behind it, and must come within 10 s, also by a
# gateway's line of 11 KB/s.
_SKIPPED_BYTES = const(65536)
_SIGN_BYTES = const(1024)  # so much of what is skipped is a sign of life; a dribble is none
_READ_BYTES = const(1024)  # most to be read at once, so that nobody waits long for its parsing
_SENT = "the broker sent %s"


class MqttProtocolError(Exception):
    """What the broker sent is not MQTT, or more than we take. The connection must be closed."""


class PacketReader:
    """Fill `space()`, say `received(n)`, then call `next()` until it returns 0."""

    def __init__(self, limit: int = 4096) -> None:
        """`limit`: the largest remaining length that is given out whole, in bytes."""
        self._buffer = bytearray(max(limit, _HEAD_BYTES) + _HEADER_BYTES)
        self._view = memoryview(self._buffer)
        self._limit = limit
        self.reset()

    def reset(self) -> None:
        """Forget everything, for a new connection."""
        self._start = 0  # of the packet now being looked at
        self._end = 0  # of the bytes received
        self._next = 0  # start of the packet after it
        self._body = 0
        self._skip = 0  # bytes still to come of a PUBLISH that is too long
        self.pid = 0
        self.code = 0

    def space(self) -> memoryview:
        """Where the next bytes from the broker belong; never empty, at most 1 KB."""
        if self._start:
            rest = self._end - self._start
            self._view[:rest] = self._view[self._start : self._end]
            self._start = self._next = 0
            self._end = rest
        return self._view[self._end : min(self._end + _READ_BYTES, len(self._buffer))]

    def received(self, count: int) -> None:
        """`count` bytes were put in `space()`."""
        self._end += count

    def next(self) -> int:
        """First byte of the next complete packet, 0 when more bytes are needed.

        A PUBLISH that is too long comes without its payload, then SKIPPED for each KB of that.
        Sets `pid` (PUBACK, SUBACK), `code` (return code of CONNACK and SUBACK).
        Raises MqttProtocolError, after which only `reset` is of use.
        """
        if self._skip:
            return self._skip_on()
        self._start = self._next
        if self._start == self._end:
            return 0
        kind = self._buffer[self._start]
        _check_kind(kind)
        length = self._remaining_length()
        if length < 0:
            return 0
        _check_length(kind, length)
        whole = self._body + length
        end = whole if length <= self._limit else self._head_end(kind)
        if end > self._end:
            return 0
        self._next = end
        self._read_body(kind, whole)
        self._skip = whole - end
        return kind

    def packet(self) -> memoryview:
        """All bytes of the packet that `next` found; valid until `space` is called."""
        return self._view[self._start : self._next]

    def _head_end(self, kind: int) -> int:
        """Where topic and packet id of a PUBLISH end, as far as is known."""
        topic = self._body + 2
        size = self._topic_bytes() if topic <= self._end else 0
        if not 0 < size <= _MAX_TOPIC_BYTES:
            return topic  # it is not there yet, or about to be refused
        return topic + size + (2 if kind & 6 else 0)

    def _skip_on(self) -> int:
        """Leave out what there is: SKIPPED with each full KB and at the end, else 0."""
        left = self._skip - min(self._skip, self._end - self._next)
        self._start = self._next = self._next + self._skip - left
        signs = left == 0 or left // _SIGN_BYTES != self._skip // _SIGN_BYTES
        self._skip = left
        return SKIPPED if signs else 0

    def _remaining_length(self) -> int:
        """MQTT 3.1.1 clause 2.2.3; -1 while it is incomplete. Sets where the body begins."""
        length = 0
        for i in range(4):
            at = self._start + 1 + i
            if at >= self._end:
                return -1
            byte = self._buffer[at]
            length |= (byte & 0x7F) << 7 * i
            if byte < 0x80:
                self._body = at + 1
                return length
        raise MqttProtocolError(_SENT % "a remaining length of more than four bytes")

    def _read_body(self, kind: int, end: int) -> None:
        if kind & 0xF0 == PUBLISH:
            self._check_publish(kind, end)
        elif kind == CONNACK:
            self._read_connack()
        elif kind != PINGRESP:
            self._read_pid(self._body)
            if kind == SUBACK:
                self._read_suback()

    def _read_connack(self) -> None:
        # Bit 0, session present, does not matter: we resend from the journal anyway.
        if self._buffer[self._body] > 1:
            raise MqttProtocolError(_SENT % "reserved flags in CONNACK")
        self.code = self._buffer[self._body + 1]

    def _read_suback(self) -> None:
        self.code = self._buffer[self._body + 2]
        if self.code > 2 and self.code != 0x80:
            raise MqttProtocolError(_SENT % "an unknown return code in SUBACK")

    def _read_pid(self, at: int) -> None:
        self.pid = self._buffer[at] << 8 | self._buffer[at + 1]
        if not self.pid:
            raise MqttProtocolError(_SENT % "packet id 0")

    def _topic_bytes(self) -> int:
        return self._buffer[self._body] << 8 | self._buffer[self._body + 1]

    def _check_publish(self, kind: int, end: int) -> None:
        topic = self._body + 2
        size = self._topic_bytes()
        if topic + size + (2 if kind & 6 else 0) > end:
            raise MqttProtocolError(_SENT % "a topic longer than its packet")
        if size > _MAX_TOPIC_BYTES:
            raise MqttProtocolError(_SENT % "a topic of more than 256 bytes")
        if not is_topic_name(self._buffer, topic, topic + size):
            raise MqttProtocolError(_SENT % "a topic that is not a topic name")
        if kind & 6:
            self._read_pid(topic + size)


def is_topic_name(data: "bytes | bytearray", at: int, end: int) -> bool:
    """Strict UTF-8 without U+0000 and wildcards, not empty (clauses 1.5.3 and 3.3.2.1).

    Own code, for MicroPython's decoder lets overlong forms and surrogates pass.
    """
    if at >= end:
        return False
    while at < end:
        first = data[at]
        if first < 0x80:
            if first in b"\x00#+":
                return False
            at += 1
        else:
            size = _sequence_bytes(first, data[at + 1] if at + 1 < end else 0)
            if not size or at + size > end:
                return False
            for i in range(at + 2, at + size):
                if data[i] & 0xC0 != 0x80:
                    return False
            at += size
    return True


def _sequence_bytes(first: int, second: int) -> int:
    """Length of a multi-byte sequence, 0 when it cannot begin so (Unicode, table 3-7)."""
    low = 0xA0 if first == 0xE0 else 0x90 if first == 0xF0 else 0x80
    high = 0x9F if first == 0xED else 0x8F if first == 0xF4 else 0xBF
    if not 0xC2 <= first <= 0xF4 or not low <= second <= high:
        return 0
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4


def _check_kind(kind: int) -> None:
    """Type and flags a broker may send us (tables 2.1 and 2.2); QoS 2 we never asked for."""
    if kind & 0xF0 == PUBLISH:
        if kind & 0x04:
            raise MqttProtocolError(_SENT % "a PUBLISH with QoS 2 or 3")
        if kind & 0x0A == 0x08:
            raise MqttProtocolError(_SENT % "a repeated PUBLISH with QoS 0")
    elif kind not in (CONNACK, PUBACK, SUBACK, PINGRESP):
        raise MqttProtocolError(_SENT % ("a packet that begins with 0x%02X" % kind))


def _check_length(kind: int, length: int) -> None:
    if kind & 0xF0 == PUBLISH:
        if not 3 <= length <= _SKIPPED_BYTES:
            raise MqttProtocolError(_SENT % ("a PUBLISH of %d bytes" % length))
        return
    if length != (0 if kind == PINGRESP else 3 if kind == SUBACK else 2):
        raise MqttProtocolError(_SENT % ("a length of %d in packet 0x%02X" % (length, kind)))
