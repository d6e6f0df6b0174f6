"""Runs on MicroPython: reads a meter so many times, prints what came of each reading as JSON."""

import asyncio
import json
import sys
import time

from wattseal.core.models import MODELS
from wattseal.core.reading import MeterFault
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_meter import ModbusMeter
from wattseal.drivers.modbus_request import identify
from wattseal.hal.unix import UnixClock
from wattseal.hal.unix_serial import PtySerial


async def main(path, model, count):
    bus = ModbusBus(PtySerial(path), timeout_ms=300, gap_ms=5)
    meter = ModbusMeter(bus, 7, MODELS[model], UnixClock())
    got = []
    longest_ms = 0
    for _ in range(count):
        start = time.ticks_ms()
        try:
            got.append((await meter.read()).energy_mwh)
        except MeterFault as fault:
            got.append(fault.st)
        longest_ms = max(longest_ms, time.ticks_diff(time.ticks_ms(), start))
    names = await identify(bus, 7, 500)
    names = sorted([[number, text.decode()] for number, text in names.items()])
    print(
        json.dumps({"got": got, "counters": bus.counters, "longest": longest_ms, "names": names})
    )


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
