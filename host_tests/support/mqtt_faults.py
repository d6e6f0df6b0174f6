"""Mutated streams from a broker, for tests and `make faults`; the same ones everywhere.

Each goes the whole way in: cut into packets, decoded by umqtt.simple, handed to who waits, the
messages to who takes a receiver's words. What may come out is MqttProtocolError or MqttError,
nothing else; no record may count as acknowledged that was never given out; and on MicroPython no
packet may make more than 8 KB of heap in all, so that its peak is below that too.
"""

import asyncio
import gc

from chance import Chance
from fakes import FakeJournal

from wattseal.app.acks import Acks, ReceiverWords
from wattseal.core import bill
from wattseal.drivers.mqtt_codec import MqttCodec
from wattseal.drivers.mqtt_delivery import Deliveries, Subscribing
from wattseal.drivers.mqtt_incoming import Incoming
from wattseal.drivers.mqtt_keepalive import Keepalive
from wattseal.drivers.mqtt_link import MqttError
from wattseal.drivers.mqtt_packets import MqttProtocolError, PacketReader
from wattseal.drivers.mqtt_window import SendWindow

BATCH = 5000
INCOMING_BYTES = 1024  # as MqttSession has it
MOST_BYTES = 8192
_RECORDS = 5
_COLLECTED = 10  # streams between two collections

DECLARED = (MqttProtocolError, MqttError)


def _message(name, payload, pid=0):
    topic = b"wattseal/v1/w1/" + name
    body = bytes((0, len(topic))) + topic
    body += bytes((pid >> 8, pid & 255)) if pid else b""
    body += payload
    size = bytes((len(body),)) if len(body) < 128 else bytes((len(body) & 127 | 128, 1))
    return bytes((0x32 if pid else 0x30,)) + size + body


GOOD = (
    b"\x20\x02\x00\x00", b"\x40\x02\x00\x01", b"\x40\x02\x00\x02", b"\x90\x03\x00\x07\x01",
    b"\xd0\x00",
    _message(b"ack", b'{"stream":"bill","upto":3}', 9),
    _message(b"ack", b'{"stream":"bill","upto":4}'),
    _message(b"resend", b'{"from":1,"to":3}', 10),
    _message(b"ack", b'{"stream":"bill","upto":' + b"[" * 26 + b"]" * 26 + b"}"),
    _message(b"resend", b"[" * 80),
    _message(b"ack", b'{"":' * 20),
    _message(b"cmd", b"x" * 60, 11),
)  # fmt: skip


class Link:
    """PacketLink as far as Incoming uses it: what is sent is thrown away."""

    def __init__(self, packets):
        self.packets = packets

    async def send(self, encode, *arguments):
        encode(*arguments)


class Heap:
    """`most`: what one packet made, in bytes; 0 where the interpreter does not tell."""

    def __init__(self):
        self._told = getattr(gc, "mem_alloc", lambda: 0)
        self._before = self.most = 0

    def begin(self):
        self._before = self._told()

    def end(self):
        self.most = max(self.most, self._told() - self._before)


class Inside:
    """All that stands behind a broker's stream, but for the stream."""

    def __init__(self):
        self.heap = Heap()
        self.journal = FakeJournal()
        for number in range(_RECORDS):
            payload = bill.payload(bill.SESSION, "00", "w1", 1, number + 1, "5e", "OCMF|{}|{}")
            self.journal.append(bill.SESSION, payload)
        self.acks = Acks(self.journal, None)
        self.words = ReceiverWords(self.journal, self.acks, asyncio.Event())
        self._packets = PacketReader(INCOMING_BYTES)
        self._link = Link(self._packets)
        window = SendWindow(8, 4096)
        window.take(100, 1)
        deliveries = Deliveries(window, None)
        subscribing = Subscribing(window, 1000)
        self._incoming = Incoming(
            self._link, MqttCodec(b"c"), deliveries, subscribing, Keepalive(),
            self.words.take,
        )  # fmt: skip

    def take(self, stream, piece):
        """Feed a stream in pieces of so many bytes; may raise DECLARED."""
        packets, heap = self._packets, self.heap
        packets.reset()
        heap.most = at = 0
        while at < len(stream):
            space = packets.space()
            count = min(piece, len(space), len(stream) - at)
            space[:count] = memoryview(stream)[at : at + count]
            at += count
            packets.received(count)
            heap.begin()
            try:
                kind = packets.next()
                while kind:
                    _finish(self._incoming.take(kind))
                    heap.end()
                    heap.begin()
                    kind = packets.next()
            finally:
                heap.end()


def _finish(coroutine):
    """Nothing in it has a reason to wait."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise AssertionError("taking a packet waited for something")


def mutated(drawn):
    """(stream, bytes a piece): up to four good packets, some bytes of which are others."""
    stream = bytearray()
    for i in range(1 + drawn[0] % 4):
        stream += GOOD[drawn[1 + i] % len(GOOD)]
    for i in range(drawn[5] % 4):
        at = (drawn[6 + 3 * i] << 8 | drawn[7 + 3 * i]) % len(stream)
        stream[at] = drawn[8 + 3 * i]
    cut = drawn[15]
    if cut < 32:
        stream = stream[: len(stream) * cut // 32]
    elif cut < 64:
        stream = bytearray(drawn[16 : 16 + cut % 17])  # nothing but chance
    elif cut < 96:
        at = drawn[16] * len(stream) >> 8
        stream = stream[:at] + drawn[17 : 17 + cut % 12] + stream[at:]
    return stream, 1 + drawn[31] % 200


def wrong_with(inside, stream, piece):
    """One sentence when it goes as it must not, else ""."""
    try:
        inside.take(stream, piece)
    except DECLARED:
        pass
    except Exception as fault:  # noqa: BLE001 - which one it is is what is looked for
        return "%s of %s in pieces of %d" % (type(fault).__name__, stream.hex(), piece)
    if inside.heap.most > MOST_BYTES:
        return "%d bytes made of %s" % (inside.heap.most, stream.hex())
    if inside.acks._upto >= inside.journal.next:
        return "%d acknowledged by %s" % (inside.acks._upto, stream.hex())
    return ""


def cases(count=1000000, seed=2):
    """(what, tried, [what was wrong]), a line for each BATCH."""
    chance = Chance(seed)
    for first in range(0, count, BATCH):
        tried = min(BATCH, count - first)
        inside, found = Inside(), []
        for number in range(tried):
            if number % _COLLECTED == 0:
                gc.enable()
                gc.collect()
                gc.disable()
            text = wrong_with(inside, *mutated(chance.draw()))
            if text:
                found.append(text)
        gc.enable()
        yield "mutated streams", tried, found
