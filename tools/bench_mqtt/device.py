"""Runs on MicroPython: delivers messages to a broker in one way, prints the times; judges nothing.

    device.py HOST PORT WAY MESSAGES FOLDER

WAY "published": umqtt.simple's publish(), one after the other. "one_write": the same, but each
packet leaves with one write. "drained": what the firmware ships, from a journal with a backlog in
FOLDER, which the broker acknowledges. Prints {"connect_first_ms": from the call of connect to the
first acknowledgement, "rest_ms": from there to the last}.
"""

import asyncio
import json
import os
import sys
import time

from umqtt.simple import MQTTClient

from wattseal import storage
from wattseal.app.acks import Acks
from wattseal.app.publisher import Publisher
from wattseal.core import bill
from wattseal.drivers.mqtt_session import MqttError, MqttSession
from wattseal.drivers.tcp_stream import open_stream

TOPIC, BYTES = b"wattseal/v1/w1/bill/1", 300


class OnePacketAWrite:
    """In place of umqtt's socket: what it writes leaves when it reads, in one piece."""

    def __init__(self, sock):
        self._sock = sock
        self._packet = bytearray()

    def write(self, data, length=-1):
        self._packet += data if length < 0 else data[:length]

    def read(self, count):
        if self._packet:
            self._sock.write(self._packet)
            self._packet = bytearray()
        return self._sock.read(count)

    def setblocking(self, flag):
        self._sock.setblocking(flag)


def umqtt(host, port, count, in_one):
    start = time.ticks_ms()
    client = MQTTClient(b"bench", host, port)
    client.connect()
    if in_one:
        client.sock = OnePacketAWrite(client.sock)
    payload = b"x" * BYTES
    client.publish(TOPIC, payload, qos=1)
    first = time.ticks_ms()
    for _ in range(count - 1):
        client.publish(TOPIC, payload, qos=1)
    return told(start, first, time.ticks_ms())


def told(start, first, last):
    diff = time.ticks_diff
    return {"connect_first_ms": diff(first, start), "rest_ms": diff(last, first)}


class Greeting:
    """What the device retains, as far as its length matters."""

    def key(self):
        return b"k" * 300

    def status(self):
        return b"s" * 400


class LinkUp:
    def is_up(self):
        return True

    async def up(self):
        return None


def backlog(folder, count):
    """A journal of `count` records that wait."""
    os.mkdir(folder)
    journal = storage.on_files(folder + "/journal", limit_bytes=1 << 24)
    journal.open()
    record = bill.payload(bill.SESSION, "00", "w1", 1, 1, "5e", "OCMF|{}|{}")
    record += b" " * (BYTES - len(record))
    for _ in range(count):
        journal.append(bill.SESSION, record)
    return journal


async def drained(host, port, count, folder):
    journal = backlog(folder, count)
    acknowledged = []

    def on_puback(pid, tag):
        if tag is not None:
            acknowledged.append(time.ticks_ms())
        publisher.on_puback(pid, tag)

    async def nothing():
        return None

    session = MqttSession(
        lambda: open_stream(host, port), b"bench", on_puback=on_puback,
        on_message=lambda topic, payload, retained: None,
    )  # fmt: skip
    acks = Acks(journal, nothing)
    publisher = Publisher(
        session, (MqttError,), LinkUp(), journal, acks, "w1", asyncio.Event(), Greeting(), True,
        lambda limit: 0, print,
    )  # fmt: skip
    start = time.ticks_ms()
    tasks = [asyncio.create_task(part.run()) for part in (publisher, acks)]
    while journal.oldest < journal.next:
        await asyncio.sleep_ms(5)
    for task in tasks:
        task.cancel()
    return told(start, acknowledged[0], acknowledged[-1])


def main(host, port, way, count, folder):
    if way == "drained":
        return asyncio.run(drained(host, port, count, folder))
    return umqtt(host, port, count, way == "one_write")


host, port, way, count, folder = sys.argv[1:]
print(json.dumps(main(host, int(port), way, int(count), folder)))
