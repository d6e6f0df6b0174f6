"""Runs on MicroPython: samples ten times a second while records go to a broker; judges nothing.

    sampled.py HOST PORT SECONDS BACKLOG CA FOLDER

A record is added every second. CA: a file (DER) to verify the broker by, after which each
connection is closed by us a second after it began; "-" for plain text. Prints {"missed",
"late_max_ms", "beats", "connections", "acknowledged", "left"}.
"""

import asyncio
import json
import sys

from delivery import append, backlog, delivery

from wattseal.app.sampler import Sampler
from wattseal.hal.unix import UnixClock

GRID_MS = 100
_LIFE_MS = 1000


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


def context(path):
    import tls

    made = tls.SSLContext(tls.PROTOCOL_TLS_CLIENT)
    made.verify_mode = tls.CERT_REQUIRED
    with open(path, "rb") as file:
        made.load_verify_locations(file.read())
    return made


async def counted(session, told):
    """How often there was a connection, into `told`; under TLS it ends after a second."""
    while True:
        while not session.connected:
            await asyncio.sleep_ms(20)
        told["connections"] += 1
        if told["tls"]:
            await asyncio.sleep_ms(_LIFE_MS)
            session.close()
        while session.connected:
            await asyncio.sleep_ms(20)


async def main(host, port, seconds, count, ca, folder):
    journal, appended = backlog(folder, count), asyncio.Event()
    told = {"connections": 0, "acknowledged": 0, "tls": ca != "-"}

    def on_puback(pid, tag):
        told["acknowledged"] += tag is not None

    tls = context(ca) if told["tls"] else None
    session, parts = delivery(host, port, journal, appended, on_puback, tls)
    sampler = Sampler([Point()], TenthsClock())
    parts += [sampler.run(), counted(session, told)]
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


host, port, seconds, count, ca, folder = sys.argv[1:]
asyncio.run(main(host, int(port), int(seconds), int(count), ca, folder))
