"""What each packet from the broker means to a session; opens, closes and retries nothing."""

from micropython import const

from .mqtt_packets import CONNACK, PUBACK, PUBLISH, SUBACK, MqttProtocolError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from .mqtt_codec import MqttCodec
    from .mqtt_delivery import Deliveries, Subscribing
    from .mqtt_keepalive import Keepalive
    from .mqtt_link import PacketLink

    OnMessage = Callable[[bytes, bytes, bool], None]


class Incoming:
    """Hands packets to whoever waits for them, and acknowledges messages.

    `on_message(topic, payload, retained)` must not wait; None where nobody listens. A message
    that is too long comes without its payload.
    """

    def __init__(
        self, link: "PacketLink", codec: "MqttCodec", deliveries: "Deliveries",
        subscribing: "Subscribing", keepalive: "Keepalive", on_message: "OnMessage | None",
    ) -> None:  # fmt: skip
        self._link = link
        self._codec = codec
        self._deliveries = deliveries
        self._subscribing = subscribing
        self._keepalive = keepalive
        self._on_message = on_message
        self.strays = 0  # acknowledgements of nothing that is in flight

    async def take(self, kind: int) -> None:
        """The packet of `kind` that the link has just received. MqttProtocolError, MqttError."""
        packets = self._link.packets
        known = True
        if kind & 0xF0 == PUBLISH:
            await self._take_message(kind)
        elif kind == PUBACK:
            known = self._deliveries.puback(packets.pid)
            self._keepalive.acknowledged()
        elif kind == SUBACK:
            known = self._subscribing.suback(packets.pid, packets.code)
        elif kind == CONNACK:
            raise MqttProtocolError("the broker sent a second CONNACK")
        if not known:
            self.strays += 1

    async def _take_message(self, kind: int) -> None:
        puback = self._codec.decode(self._link.packets.packet())
        if self._on_message is not None:
            self._on_message(self._codec.topic, self._codec.payload, bool(kind & 1))
        if puback:
            await self._link.send(_same, puback)


def _same(packet: memoryview) -> memoryview:
    return packet
