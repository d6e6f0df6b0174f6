"""MQTT 3.1.1 packets by umqtt.simple through an in-memory wire; opens no socket, keeps no state.

umqtt.simple (micropython-lib) is a blocking client whose protocol faults are well known: packet
ids that never wrap, replies awaited for ever, five writes a packet. Its encoding is sound, so that
is what is used of it, unmodified: it writes into a buffer and "reads" the reply prepared for it.
Held byte for byte for PyPI's 1.3.4 and for micropython-lib's present one (with `timeout=`).
"""

from micropython import const
from umqtt import simple

from wattseal.drivers.mqtt_wire import Wire

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, TypedDict

    class Login(TypedDict, total=False):
        """What MqttSession hands on to MqttCodec."""

        user: bytes | None
        password: bytes | None
        keepalive_s: int
        will: tuple[bytes, bytes] | None
        packet_bytes: int


_MAX_STRING = 65535  # MQTT 3.1.1 clause 1.5.3
# umqtt.simple writes the remaining length of SUBSCRIBE as one byte: 127, less 5 beside the topic
MAX_FILTER_BYTES = 122
_DUP = 0x08
_LARGEST_HEADER = 4 + 2 + 2  # type and remaining length, topic length, packet id


class MqttCodec:
    """Encodes what is sent, decodes PUBLISH. Each result is valid until the next call of its kind.

    Everything is bytes: umqtt.simple counts the characters of a str but sends its UTF-8 bytes.
    `will` is (topic, payload), sent retained with QoS 1; `packet_bytes` bounds what is sent.
    ValueError for what MQTT cannot carry.
    """

    def __init__(
        self, client_id: bytes, *, user: "bytes | None" = None, password: "bytes | None" = None,
        keepalive_s: int = 60, will: "tuple[bytes, bytes] | None" = None, packet_bytes: int = 8192,
    ) -> None:  # fmt: skip
        if not 1 <= keepalive_s <= 65535:
            raise ValueError("MQTT keepalive of %d s is not within 1 to 65535" % keepalive_s)
        user, password = _credentials(user, password)
        self._wire = Wire(packet_bytes)
        # Any: they take our Wire for their socket.
        self._encoder: Any = simple.MQTTClient(
            _string(client_id, "client id"), "", 0, user, password, keepalive_s
        )
        self._encoder.sock = self._wire
        self._encoder.set_callback(self._receive)  # umqtt's subscribe() insists on one
        if will:
            topic, payload = will
            self._encoder.set_last_will(_topic(topic), _string(payload, "will"), True, 1)
        self._puback_wire = Wire(4)  # of its own: a PUBACK may arise while a packet is being sent
        self._decoder: Any = simple.MQTTClient(b"", "")
        self._decoder.sock = self._puback_wire
        self._decoder.set_callback(self._receive)
        self._reply = bytearray(5)
        self.keepalive_s = keepalive_s
        self.topic = b""
        self.payload = b""

    def connect(self) -> memoryview:
        """CONNECT with a clean session: the journal is our session."""
        self._wire.begin(b"\x20\x02\x00\x00")
        real, simple.socket = simple.socket, self._wire
        try:
            self._encoder.connect()
        finally:
            simple.socket = real
        return self._wire.written()

    def publish(
        self,
        topic: bytes,
        payload: bytes,
        pid: int = 0,
        retain: bool = False,
        dup: bool = False,
    ) -> memoryview:
        """PUBLISH with QoS 1 and this packet id, with QoS 0 when it is 0."""
        size = publish_bytes(topic, payload)
        if size > self._wire.capacity:
            raise ValueError("MQTT payload of %d bytes is too long" % len(payload))
        self._wire.make_room(size)
        self._prime(0x40, 2, pid)
        self._encoder.publish(_topic(topic), payload, bool(retain), 1 if pid else 0)
        packet = self._wire.written()
        if dup and pid:
            packet[0] |= _DUP
        return packet

    def subscribe(self, topic: bytes, pid: int, qos: int = 1) -> memoryview:
        """SUBSCRIBE to one topic filter of at most `MAX_FILTER_BYTES`."""
        if not 1 <= len(topic) <= MAX_FILTER_BYTES:
            raise ValueError("MQTT topic filter of %d bytes, not 1 to 122" % len(topic))
        self._prime(0x90, 3, pid)
        self._encoder.subscribe(_string(topic, "topic filter"), qos)
        return self._wire.written()

    def ping(self) -> memoryview:
        self._wire.begin()
        self._encoder.ping()
        return self._wire.written()

    def disconnect(self) -> memoryview:
        self._wire.begin()
        self._encoder.disconnect()
        return self._wire.written()

    def decode(self, packet: memoryview) -> memoryview:
        """Decode a PUBLISH that mqtt_packets accepted into `topic` and `payload`.

        Returns the PUBACK to send, empty for QoS 0.
        """
        self._puback_wire.begin(packet)
        self._decoder.wait_msg()
        return self._puback_wire.written()

    def _receive(self, topic: bytes, payload: bytes) -> None:
        self.topic = topic
        self.payload = payload

    def _prime(self, kind: int, length: int, pid: int) -> None:
        """The reply umqtt.simple waits for; it counts `pid` up by one before it sends it."""
        reply = self._reply
        reply[0] = kind
        reply[1] = length
        reply[2] = pid >> 8
        reply[3] = pid & 0xFF
        self._encoder.pid = pid - 1
        self._wire.begin(reply)


def publish_bytes(topic: bytes, payload: bytes) -> int:
    """An upper bound of the PUBLISH packet's length, at most 3 bytes above it."""
    return _LARGEST_HEADER + len(topic) + len(payload)


def _credentials(
    user: "bytes | None", password: "bytes | None"
) -> "tuple[bytes | None, bytes | None]":
    """umqtt.simple sends both or neither; its present version takes an empty user for none."""
    if user:
        return _string(user, "user"), _string(password or b"", "password")
    if password is not None:
        raise ValueError("MQTT password without a user name")
    return None, None


def _string(value: bytes, name: str) -> bytes:
    if not isinstance(value, (bytes, bytearray)):
        raise TypeError("MQTT %s must be bytes" % name)
    if len(value) > _MAX_STRING:
        raise ValueError("MQTT %s of %d bytes is too long" % (name, len(value)))
    return value


def _topic(value: bytes) -> bytes:
    if not value or b"#" in value or b"+" in value or b"\x00" in value:
        raise ValueError("MQTT topic is empty or has a wildcard: %r" % value)
    return _string(value, "topic")
