"""A gateway, a broker and a receiver in memory, at the far end of contracts.Uplink.

The broker is always there for what speaks MQTT to it, unless it is taken away. The receiver stores
each record, then acknowledges all it has without a gap. It judges nothing but repeats.
"""

import asyncio
import json

_CONNECT, _PUBLISH, _SUBSCRIBE, _PINGREQ, _DISCONNECT = 1, 3, 8, 12, 14
_LONG_MS = 1000  # who waits for longer waits until something comes


class VirtualReceiver:
    """`stored`: pagination -> payload. `altered`: paginations that came with two payloads.

    `acks`: whether it acknowledges. `keep`: so many records below the newest, None for all.
    """

    def __init__(self, keep=None):
        self.stored = {}
        self.altered = []
        self.repeats = 0
        self.delivered = 0  # different records
        self.upto = 0
        self.acks = True
        self.status = {}
        self.answers = []  # to commands
        self.live = self.discovered = b"{}"  # the newest of one connector
        self.tariffs = {}  # hash -> what was retained for it
        self.audited = []  # payloads of `audit`
        self.statistics = []  # (topic's end, payload) of `load` and `stat`
        self.declared = set()  # paginations that some `status` called lost
        self.counted = {}  # kind -> records
        self._keep = keep

    def take(self, payload):
        """A payload of `bill`."""
        record = json.loads(payload)
        pagination = record["pg"]
        before = self.stored.get(pagination)
        if before is None and pagination > self.upto:
            self.stored[pagination] = payload
            self.delivered += 1
            self.counted[record["kind"]] = self.counted.get(record["kind"], 0) + 1
            if self._keep is not None:
                self.stored.pop(pagination - self._keep, None)
        else:
            self.repeats += 1
            if before is not None and before != payload:
                self.altered.append(pagination)

    def reach(self):
        """The newest pagination up to which all is here or declared lost."""
        while self.upto + 1 in self.stored or self.upto + 1 in self.declared:
            self.upto += 1
        return self.upto


class VirtualBroker:
    """contracts.Uplink. `reachable`: as `cut_off` and `restore` left it."""

    def __init__(self, receiver, reachable=True):
        self.receiver = receiver
        self.reachable = reachable
        self.connects = self.packets = 0
        self._incoming = b""  # to the device
        self._part = b""  # of a packet from the device
        self._connected = False
        self._base = None  # of the topics, once the device has subscribed
        self._heard = []  # last parts of the topics it has subscribed to
        self._spoke = asyncio.Event()

    async def send_break(self):
        """The device opens a connection."""
        self._incoming = self._part = b""
        self._connected, self._base, self._heard = self.reachable, None, []

    async def write(self, data):
        if not self._connected:
            return
        self._part += bytes(data)
        while self._connected:
            size = _size(self._part)
            if not size:
                return
            packet, self._part = self._part[:size], self._part[size:]
            self._take(packet)

    async def read_into(self, buffer, timeout_ms):
        if not self._incoming:
            if timeout_ms < _LONG_MS:
                await asyncio.sleep_ms(timeout_ms)
            else:
                self._spoke.clear()
                await self._spoke.wait()
        count = min(len(self._incoming), len(buffer))
        buffer[:count] = self._incoming[:count]
        self._incoming = self._incoming[count:]
        return count

    def cut_off(self):
        """The broker is gone; the gateway ends the connection with a break: a zero byte."""
        self.reachable = False
        if self._connected:
            self._connected = False
            self._say(b"\0")

    def restore(self):
        self.reachable = True

    def hears(self, name):
        """The device has subscribed to this."""
        return name in self._heard

    def acknowledge(self):
        """Tell the device how far the receiver has come."""
        if self._connected and self._base and self.receiver.upto:
            self.publish(b"ack", b'{"stream":"bill","upto":%d}' % self.receiver.upto)

    def publish(self, name, payload, retained=False):
        """A message of below 16 KB to a topic of the device."""
        topic = self._base + name
        body = bytes((0, len(topic))) + topic + payload
        size = len(body)
        length = bytes((size,) if size < 128 else (size & 0x7F | 0x80, size >> 7))
        self._say(bytes((0x31 if retained else 0x30,)) + length + body)

    def _take(self, packet):
        self.packets += 1
        kind = packet[0] >> 4
        if kind == _CONNECT:
            self.connects += 1
            self._say(b"\x20\x02\x00\x00")
        elif kind == _SUBSCRIBE:
            topic = packet[6 : 6 + packet[5]]
            self._heard.append(topic.split(b"/")[-1])
            self._say(b"\x90\x03" + packet[2:4] + b"\x01")
            if topic.endswith(b"/ack"):
                self._base = topic[:-3]
                self.acknowledge()
        elif kind == _PUBLISH:
            self._published(packet)
        elif kind == _PINGREQ:
            self._say(b"\xd0\x00")
        elif kind == _DISCONNECT:
            self._connected = False

    def _published(self, packet):
        at = 1
        while packet[at] & 0x80:
            at += 1
        at += 1
        topic_end = at + 2 + (packet[at] << 8 | packet[at + 1])
        topic = packet[at + 2 : topic_end]
        if packet[0] & 6:
            self._say(b"\x40\x02" + packet[topic_end : topic_end + 2])
            topic_end += 2
        payload = packet[topic_end:]
        receiver = self.receiver
        seen = receiver.upto, receiver.repeats
        if b"/bill/" in topic:
            receiver.take(payload)
        elif topic.endswith(b"/status"):
            receiver.status = json.loads(payload)
            receiver.declared.update(receiver.status["lost"])
        elif topic.endswith(b"/rsp"):
            receiver.answers.append(json.loads(payload))
            return
        else:
            if b"/tariff/" in topic and packet[0] & 1:
                receiver.tariffs[topic.split(b"/")[-1].decode()] = payload
            elif b"/load/" in topic or topic.endswith(b"/stat"):
                receiver.statistics.append((topic.decode().split("/", 3)[3], payload.decode()))
            elif topic.endswith(b"/audit"):
                receiver.audited.append(json.loads(payload))
            elif b"/live/" in topic:
                receiver.live = payload
            elif topic.startswith(b"homeassistant/"):
                receiver.discovered = payload
            return
        if (receiver.reach(), receiver.repeats) != seen and receiver.acks:
            self.acknowledge()

    def _say(self, data):
        self._incoming += data
        self._spoke.set()


def _size(data):
    """Bytes of the packet that `data` begins with, 0 while that is not whole."""
    length, shift, at = 0, 0, 1
    while at < len(data):
        length |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return at + length if len(data) >= at + length else 0
    return 0
