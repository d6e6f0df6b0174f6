"""A gateway with a broker behind it, for one device on a serial line; keeps and judges nothing.

As much of MQTT 3.1.1 as the firmware speaks. It answers at once and from its input alone, so that
a simulation stays the same from run to run; real brokers are `make run`'s part.
"""

from collections.abc import Callable

_CONNECT, _PUBLISH, _PUBACK, _SUBSCRIBE, _PINGREQ, _DISCONNECT = 0x10, 0x30, 0x40, 0x80, 0xC0, 0xE0
_CONNACK = b"\x20\x02\x00\x00"
_PINGRESP = b"\xd0\x00"
_MOST_BYTES = 1 << 16


class Peer:
    """`take(topic, payload)` is called for each message; what it publishes goes out with it."""

    def __init__(self, take: Callable[[str, bytes], None]) -> None:
        self._take = take
        self._arrived = bytearray()
        self._out = bytearray()
        self.connected = False
        self.away = False  # it has lost its own network, and says nothing
        self.connections = 0
        self.nonsense = 0  # bytes that began no packet: the line was cut in the middle of one

    def hang_up(self) -> None:
        """A break on the line, or a device without power: what was under way is forgotten."""
        self._arrived.clear()
        self._out.clear()
        self.connected = False

    def leave(self) -> bytes:
        """Lose the network, until `away` is False again: what it sends is a break, which ends the
        connection and arrives as a zero byte."""
        self.hang_up()
        self.away = True
        return b"\0"

    def data(self, data: bytes) -> bytes:
        """Bytes from the device; returns what to send it."""
        if self.away:
            return b""
        self._arrived += data
        while (packet := self._next()) is not None:
            self._handle(*packet)
        answer = bytes(self._out)
        self._out.clear()
        return answer

    def publish(self, topic: str, payload: str) -> None:
        """To the device, QoS 0, with the next answer."""
        if self.connected:
            self._out += message(topic.encode(), payload.encode())

    def _next(self) -> tuple[int, bytes] | None:
        """The first whole packet, as its first byte and its body."""
        length, at = 0, 1
        while True:
            if at >= len(self._arrived):
                return None
            length |= (self._arrived[at] & 0x7F) << 7 * (at - 1)
            at += 1
            if self._arrived[at - 1] < 0x80 or at == 5:
                break
        if length > _MOST_BYTES:
            self.nonsense += len(self._arrived)
            self._arrived.clear()
            return None
        if len(self._arrived) < at + length:
            return None
        kind, body = self._arrived[0], bytes(self._arrived[at : at + length])
        del self._arrived[: at + length]
        return kind, body

    def _handle(self, kind: int, body: bytes) -> None:
        if kind & 0xF0 == _CONNECT:
            self.connected = True
            self.connections += 1
            self._out += _CONNACK
        elif kind & 0xF0 == _PUBLISH:
            self._handle_publish(kind, body)
        elif kind & 0xF0 == _SUBSCRIBE:
            self._out += b"\x90\x03" + body[:2] + b"\x01"
        elif kind == _PINGREQ:
            self._out += _PINGRESP
        elif kind == _DISCONNECT:
            self.connected = False
        elif kind != _PUBACK:
            self.nonsense += 1

    def _handle_publish(self, kind: int, body: bytes) -> None:
        size = int.from_bytes(body[:2], "big")
        topic, rest = body[2 : 2 + size], body[2 + size :]
        if kind & 0x06:
            self._out += b"\x40\x02" + rest[:2]
            rest = rest[2:]
        self._take(topic.decode(), rest)


def message(topic: bytes, payload: bytes) -> bytes:
    """A PUBLISH packet, QoS 0."""
    body = len(topic).to_bytes(2, "big") + topic + payload
    length, left = bytearray(), len(body)
    while True:
        left, digit = left >> 7, left & 0x7F
        length.append(digit | (0x80 if left else 0))
        if not left:
            return bytes([_PUBLISH]) + bytes(length) + body
