"""Runs on MicroPython: reads meters on a serial line, prints what that took; judges nothing.

The path of the line, then: "at_once" and how often, "one_by_one" and how often, or "sampled" and
for how many seconds.
"""

import asyncio
import json
import sys
import time

from wattseal.app.sampler import MeterPoint, Sampler
from wattseal.core.gate import Gate
from wattseal.core.models import MODELS
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_fault import BusFault
from wattseal.drivers.modbus_meter import ModbusMeter
from wattseal.drivers.modbus_request import read
from wattseal.hal.unix import UnixClock
from wattseal.hal.unix_serial import PtySerial

UNITS = (7, 8, 9)
FUNCTION, FIRST, REGISTERS = 4, 0, 80  # all that an SDM630 gives in one request
VALUE_REGISTERS = 2
LATENCY_MS = 500
GAP_MS = 5  # 3.5 characters at 9600 baud
PAUSE_MS = 37  # to another place between two ticks
P_MAX_W = 22000


async def at_once(bus):
    await read(bus, UNITS[0], FUNCTION, FIRST, REGISTERS, LATENCY_MS)


async def one_by_one(bus):
    for address in range(FIRST, FIRST + REGISTERS, VALUE_REGISTERS):
        await read(bus, UNITS[0], FUNCTION, address, VALUE_REGISTERS, LATENCY_MS)


async def timed(bus, ask, count):
    """Microseconds of each; None of one without an answer: a busy machine tears a reply apart."""
    took_us = []
    for _ in range(count):
        await asyncio.sleep_ms(PAUSE_MS)
        start = time.ticks_us()
        try:
            await ask(bus)
            took_us.append(time.ticks_diff(time.ticks_us(), start))
        except BusFault:
            took_us.append(None)
    return took_us


async def sampled(bus, seconds):
    """What the sampler says of itself, and how many samples of each meter were good."""
    clock = UnixClock()
    points = []
    good = [0] * len(UNITS)
    for unit in UNITS:
        model = MODELS["sdm630"]
        gate = Gate(P_MAX_W, model.step_mwh, model.rollover_mwh)
        points.append(MeterPoint(ModbusMeter(bus, unit, model, clock), gate))
    sampler = Sampler(points, clock)
    task = asyncio.create_task(sampler.run())
    while sampler.beats < seconds:
        beats = sampler.beats
        while sampler.beats == beats:
            await asyncio.sleep_ms(5)
        for number, point in enumerate(points):
            good[number] += point.faults_in_row == 0
    task.cancel()
    return {
        "late_max_ms": sampler.late_max_ms, "missed": sampler.missed, "beats": sampler.beats,
        "good": good,
    }  # fmt: skip


async def main(path, what, count):
    bus = ModbusBus(PtySerial(path), gap_ms=GAP_MS)
    if what == "sampled":
        print(json.dumps(await sampled(bus, count)))
    else:
        print(json.dumps(await timed(bus, globals()[what], count)))


asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
