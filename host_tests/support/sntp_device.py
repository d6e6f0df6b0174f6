"""The device's side of the SNTP tests, run by MicroPython; prints one JSON line.

Arguments: host, port, and how many exchanges. A 100 Hz ticker runs beside them; `late_ms` is the
worst it was late by its own doing.
"""

import asyncio
import json
import os
import sys
import time

from ticker import Ticker

from wattseal.core.clock_state import BUILT_UTC_S
from wattseal.core.sntp import SntpError
from wattseal.drivers.sntp_client import SntpClient
from wattseal.hal.unix import UnixClock


async def exchange(client, clock):
    start_ms = clock.now_ms()
    try:
        answer = await client.ask(BUILT_UTC_S)
        now_ms = answer.utc_ms + clock.now_ms() - answer.at_ms
        told = {"utc_ms": now_ms, "off_ms": now_ms - time.time_ns() // 1000000}
        told["delay_ms"] = answer.delay_ms
    except SntpError as fault:
        told = {"error": fault.args[0], "kiss": fault.kiss}
    told["took_ms"] = clock.now_ms() - start_ms
    return told


class Finder:
    """Knows "found.example" the first time that it is asked."""

    asked = 0

    async def find(self, host):
        self.asked += 1
        if host != "found.example" or self.asked > 1:
            raise OSError(2, "there is no such name")
        return ["127.0.0.1"]


async def main(host, port, count):
    clock, ticker, finder = UnixClock(), Ticker(), Finder()
    find = finder.find if host.endswith(".example") else None
    client = SntpClient(host, port, clock.now_ms, os.urandom, find)
    ticking = asyncio.create_task(ticker.run())
    before = len(os.listdir("/proc/self/fd"))
    exchanges = []
    for _ in range(count):
        exchanges.append(await exchange(client, clock))
    left = len(os.listdir("/proc/self/fd")) - before
    ticking.cancel()
    report = {"exchanges": exchanges, "leaked": left, "strays": client.strays}
    report["late_ms"], report["looked_up"] = ticker.late_ms, finder.asked
    print(json.dumps(report))


asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
