"""Runs on MicroPython: makes records and delivers them as shipped, to be killed; signs nothing.

    device.py FOLDER HOST PORT DEVICE_ID ACK RECORD_BYTES

FOLDER/records holds the records it is to make, one after the other, each RECORD_BYTES long, and
FOLDER/spki the key that signed them. Prints "A n" once the record n is in the journal, "D" when
none is waiting any more and FOLDER/stop is there.
"""

import asyncio
import json
import os
import sys
import time

from wattseal import storage
from wattseal.app.acks import Acks, ReceiverWords
from wattseal.app.publisher import Publisher
from wattseal.drivers.mqtt_session import MqttError, MqttSession
from wattseal.drivers.tcp_stream import open_stream

EVERY_MS = 50
KIND = 1


class Greeting:
    def __init__(self, journal, spki):
        self._journal, self._spki = journal, spki

    def key(self):
        return json.dumps({"v": 1, "spki": self._spki, "history": [self._spki]}).encode()

    def discovery(self):
        return ()

    def status(self):
        journal = self._journal
        told = {"v": 1, "state": "online", "oldest": journal.oldest, "next": journal.next}
        return json.dumps(dict(told, lost=journal.lost)).encode()


class LinkUp:
    def is_up(self):
        return True

    async def up(self):
        return None


async def at_once():
    return None


def random_below(limit):
    return int.from_bytes(os.urandom(4), "big") % limit


def parts(journal, appended, host, port, device, spki, ack):
    """The tasks that carry the journal to the broker, wired as the assembly wires them."""

    def on_puback(pid, tag):
        publisher.on_puback(pid, tag)

    acks = Acks(journal, at_once)
    words = ReceiverWords(journal, acks, appended)
    session = MqttSession(
        lambda: open_stream(host, port), b"wattseal-" + device.encode(), on_message=words.take,
        on_puback=on_puback, user=device.encode(), password=b"-",
        will=(b"wattseal/v1/" + device.encode() + b"/status", b'{"v":1,"state":"offline"}'),
    )  # fmt: skip
    publisher = Publisher(
        session, (MqttError,), LinkUp(), journal, acks, words, device, appended,
        Greeting(journal, spki), at_once, ack == "broker", random_below, lambda text: None,
    )  # fmt: skip
    return publisher.run(), acks.run()


async def produce(journal, appended, folder, record_bytes):
    """A record each EVERY_MS until all are made or the stop is there; then, once, "D"."""
    with open(folder + "/records", "rb") as records:
        due = time.ticks_ms()
        while "stop" not in os.listdir(folder):
            records.seek((journal.next - 1) * record_bytes)
            record = records.read(record_bytes).rstrip()
            if not record:
                break
            print("A", journal.append(KIND, record))
            appended.set()
            due = time.ticks_add(due, EVERY_MS)
            await asyncio.sleep_ms(max(0, time.ticks_diff(due, time.ticks_ms())))
    while journal.oldest < journal.next or "stop" not in os.listdir(folder):
        await asyncio.sleep_ms(EVERY_MS)
    print("D")


async def main(folder, host, port, device, ack, record_bytes):
    journal = storage.on_files(folder + "/journal", limit_bytes=1 << 24)
    journal.open()
    with open(folder + "/spki") as file:
        spki = file.read()
    appended = asyncio.Event()
    tasks = [
        asyncio.create_task(part)
        for part in parts(journal, appended, host, int(port), device, spki, ack)
    ]
    await produce(journal, appended, folder, int(record_bytes))
    await asyncio.gather(*tasks)  # a killed device ends no other way


asyncio.run(main(*sys.argv[1:]))
