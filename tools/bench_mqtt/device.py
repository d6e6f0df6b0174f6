"""Runs on MicroPython: delivers messages to a broker in one way, prints the times; judges nothing.

    device.py HOST PORT WAY MESSAGES FOLDER

WAY "published": umqtt.simple's publish(), one after the other. "one_write": the same, but each
packet leaves with one write. "drained": what the firmware ships, from a journal with a backlog in
FOLDER, which the broker acknowledges. Prints {"connect_first_ms": from the call of connect to the
first acknowledgement, "rest_ms": from there to the last}.
"""

import asyncio
import json
import sys
import time

from delivery import BYTES, backlog, delivery
from umqtt.simple import MQTTClient

from wattseal.drivers.tcp_stream import opener

CONNECT_MS = 15000
TOPIC = b"wattseal/v1/w1/bill/1"


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
    return times(start, first, time.ticks_ms())


def times(start, first, last):
    diff = time.ticks_diff
    return {"connect_first_ms": diff(first, start), "rest_ms": diff(last, first)}


async def drained(host, port, count, folder):
    journal = backlog(folder, count)
    acknowledged = []

    def told(pid, tag):
        if tag is not None:
            acknowledged.append(time.ticks_ms())

    _, parts = delivery(opener(host, port, None), journal, asyncio.Event(), told, CONNECT_MS)
    start = time.ticks_ms()
    tasks = [asyncio.create_task(part) for part in parts]
    while journal.oldest < journal.next:
        await asyncio.sleep_ms(5)
    for task in tasks:
        task.cancel()
    return times(start, acknowledged[0], acknowledged[-1])


def main(host, port, way, count, folder):
    if way == "drained":
        return asyncio.run(drained(host, port, count, folder))
    return umqtt(host, port, count, way == "one_write")


host, port, way, count, folder = sys.argv[1:]
print(json.dumps(main(host, int(port), way, int(count), folder)))
