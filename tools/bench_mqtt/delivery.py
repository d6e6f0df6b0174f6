"""The firmware's way from a journal to a broker, wired for a bench on MicroPython; no sessions."""

import os

from wattseal import storage
from wattseal.app.acks import Acks, ReceiverWords
from wattseal.app.publisher import Publisher
from wattseal.core import bill
from wattseal.drivers.mqtt_session import MqttError, MqttSession

BYTES = 300  # of a record


class Greeting:
    """What the device retains, as far as its length matters."""

    def key(self):
        return b"k" * 300

    def discovery(self):
        return ()

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
    for _ in range(count):
        append(journal)
    return journal


def append(journal):
    record = bill.payload(bill.SESSION, "00", "w1", 1, 1, "5e", "OCMF|{}|{}")
    journal.append(bill.SESSION, record + b" " * (BYTES - len(record)))


def delivery(open_next, journal, appended, told, connect_timeout_ms):
    """(session, tasks' coroutines) that carry the journal to the broker, whose PUBACK is enough.

    `open_next`: see mqtt_link.OpenStream. `told(pid, tag)` is called of each PUBACK.
    """

    def on_puback(pid, tag):
        told(pid, tag)
        publisher.on_puback(pid, tag)

    async def nothing():
        return None

    session = MqttSession(
        open_next, b"bench", connect_timeout_ms=connect_timeout_ms, on_puback=on_puback,
        on_message=lambda topic, payload, retained: None,
    )  # fmt: skip
    acks = Acks(journal, nothing)
    words = ReceiverWords(journal, acks, appended)
    publisher = Publisher(
        session, (MqttError,), LinkUp(), journal, acks, words, "w1", appended, Greeting(), nothing,
        True, lambda limit: 0, lambda text: None,
    )  # fmt: skip
    return session, [publisher.run(), acks.run()]
