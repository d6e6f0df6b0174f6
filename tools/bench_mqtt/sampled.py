"""Runs on MicroPython: samples ten times a second while records go to a broker; judges nothing.

    sampled.py HOST PORT SECONDS BACKLOG CREDENTIALS FOLDER

A record is added every second. CREDENTIALS: a folder with ca.der, own.der and own.key, for mutual
TLS: then each connection is closed by us soon after it began, and a handshake may take no longer
than two seconds. "-": plain text. Prints {"missed", "late_max_ms", "beats", "connections",
"acknowledged", "left", "steps": how often a TLS stream was given the processor, "longest_ms": of
each that was opened, for how long at most}.

One such step holds the key exchange, two verifications and a signature: mbedTLS begins it when the
server's part is there, and no port of MicroPython lets go before its end. Here it takes some tens
of ms. An ESP32 or RP2040 takes far longer, up to seconds are reported, and during them samples no
meter: what is measured here is that nothing else waits.
"""

import asyncio
import json
import sys
import time

from delivery import append, backlog, delivery

from wattseal.app.sampler import Sampler
from wattseal.drivers import tcp_stream, tls_credentials
from wattseal.hal.unix import UnixClock

GRID_MS = 100
_LIFE_MS = 300
_CONNECT_MS, _CONNECT_PLAIN_MS = 2000, 15000


class TenthsClock(UnixClock):
    def __init__(self):
        super().__init__()
        self.grid_ms = GRID_MS


class Point:
    """A meter that answers at once."""

    faults_in_row = 0
    due = True

    async def sample(self):
        return None

    def tell(self):
        return None


class Broker:
    tls, ca, ca_next, cert, key = "required", "ca.der", "", "own.der", "own.key"


class Steps:
    """What a coroutine does; `note(took_ms)` is called after each of its steps."""

    def __init__(self, coroutine, note):
        self._coroutine = coroutine
        self._note = note

    def __iter__(self):
        return self

    def __next__(self):
        start_us = time.ticks_us()
        try:
            return self._coroutine.send(None)
        finally:
            self._note(time.ticks_diff(time.ticks_us(), start_us) // 1000)

    def throw(self, *fault):
        return self._coroutine.throw(*fault)


class TimedStream:
    """A stream, as mqtt_link has it, of which each step is noted."""

    def __init__(self, stream, note):
        self._stream = stream
        self._note = note
        self.close = stream.close

    async def write(self, data):
        await Steps(self._stream.write(data), self._note)

    async def read_into(self, view):
        return await Steps(self._stream.read_into(view), self._note)


def opener(host, port, credentials, told):
    """Streams are timed under TLS alone: what is sent fast must not wait for it."""
    if credentials == "-":
        return tcp_stream.opener(host, port, None)
    tls = tls_credentials.context(credentials, Broker)
    open_next = tcp_stream.opener(host, port, tls)
    longest_ms = told["longest_ms"]

    def note(took_ms):
        told["steps"] += 1
        longest_ms[-1] = max(longest_ms[-1], took_ms)

    async def open_timed():
        stream = await open_next()
        longest_ms.append(0)
        return TimedStream(stream, note)

    return open_timed


async def counted(session, told, brief):
    """How often there was a connection, into `told`; a `brief` one is ended."""
    while True:
        while not session.connected:
            await asyncio.sleep_ms(20)
        told["connections"] += 1
        if brief:
            await asyncio.sleep_ms(_LIFE_MS)
            session.close()
        while session.connected:
            await asyncio.sleep_ms(20)


async def main(host, port, seconds, count, credentials, folder):
    journal, appended = backlog(folder, count), asyncio.Event()
    told = {"connections": 0, "acknowledged": 0, "steps": 0, "longest_ms": []}

    def on_puback(pid, tag):
        told["acknowledged"] += tag is not None

    brief = credentials != "-"
    open_next = opener(host, port, credentials, told)
    session, parts = delivery(
        open_next, journal, appended, on_puback, _CONNECT_MS if brief else _CONNECT_PLAIN_MS
    )
    sampler = Sampler([Point()], TenthsClock())
    parts += [sampler.run(), counted(session, told, brief)]
    tasks = [asyncio.create_task(part) for part in parts]
    for _ in range(seconds):
        await asyncio.sleep(1)
        append(journal)
        appended.set()
    for task in tasks:
        task.cancel()
    told["left"] = journal.next - journal.oldest
    for name in ("missed", "late_max_ms", "beats"):
        told[name] = getattr(sampler, name)
    print(json.dumps(told))


host, port, seconds, count, credentials, folder = sys.argv[1:]
asyncio.run(main(host, int(port), int(seconds), int(count), credentials, folder))
