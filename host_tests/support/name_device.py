"""The device's side of the name look-up's tests, run by MicroPython; prints one JSON line.

Arguments: the name server's port, what to do, names. `find`: [addresses or why not, ms] of each;
`cancel`: each is given up after 100 ms; `open`: a stream is opened to "broker.example", at the
port that is the last argument, as often as there are names; `hear`: and waits there for an answer,
for 100 ms. A 100 Hz ticker runs beside it: `late_ms`.
"""

import asyncio
import json
import os
import sys
import time

from ticker import Ticker

from wattseal.drivers import tcp_stream
from wattseal.drivers.name_client import NameClient


async def outcome(waiting):
    start_ms = time.ticks_ms()
    try:
        told = await waiting
    except OSError as fault:
        told = "%s" % fault
    except asyncio.TimeoutError:
        told = "given up"
    return told, time.ticks_diff(time.ticks_ms(), start_ms)


async def opened(open_next):
    stream = await open_next()
    await stream.write(b"hello")
    stream.close()
    return "open"


async def heard(open_next):
    stream = await open_next()
    try:
        await stream.write(b"hello")
        count = await asyncio.wait_for_ms(stream.read_into(memoryview(bytearray(9))), 100)
        return "heard" if count else "closed"
    finally:
        stream.close()


async def main(port, what, names):
    client = NameClient(lambda: "127.0.0.1", os.urandom, port, ("127.0.0.1", port))
    ticker = Ticker()
    ticking = asyncio.create_task(ticker.run())
    before = len(os.listdir("/proc/self/fd"))
    open_next = None
    if what in ("open", "hear"):
        open_next = tcp_stream.opener("broker.example", int(names.pop()), None, client.find)
    told = []
    for name in names:
        if open_next:
            told.append(await outcome((heard if what == "hear" else opened)(open_next)))
        elif what == "cancel":
            told.append(await outcome(asyncio.wait_for_ms(client.find(name), 100)))
        else:
            told.append(await outcome(client.find(name)))
    ticking.cancel()
    leaked = len(os.listdir("/proc/self/fd")) - before
    report = {"told": told, "strays": client.strays, "leaked": leaked, "late_ms": ticker.late_ms}
    print(json.dumps(report))


asyncio.run(main(int(sys.argv[1]), sys.argv[2], sys.argv[3:]))
