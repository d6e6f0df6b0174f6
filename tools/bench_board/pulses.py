"""Runs on the emulated board, through its raw REPL: what an S0 meter costs; counts no pulse.

Prints as device.py does; names that end with _bytes are of the heap.
"""

import asyncio
import gc
import time

from machine import RTC

gc.threshold(-1)  # as in device.py
READS = 12
PIN, WIDTH_MS, IMP_PER_KWH, P_MAX_W = 12, 10, 1000, 22000


async def quiet():
    pass


def used_bytes():
    gc.collect()
    return gc.mem_alloc()


def pulse_meter():
    """As metering makes it; and the heap that it takes, its code apart."""
    from wattseal.drivers.checkpoint import Checkpoints
    from wattseal.drivers.pulse_meter import PulseMeter
    from wattseal.drivers.pulse_total import PulseTotal
    from wattseal.hal import rp2
    from wattseal.hal.clock import RtcClock

    checkpoints, clock = Checkpoints("/"), RtcClock(RTC())
    before = used_bytes()
    counter = rp2.pulse_counter(0, PIN, WIDTH_MS)
    total = PulseTotal(checkpoints, "pulses1", IMP_PER_KWH)
    made = PulseMeter(counter, total, P_MAX_W, clock, quiet)
    print("pulse_meter_bytes", used_bytes() - before)
    return made


def median_us(times_us):
    return sorted(times_us)[len(times_us) // 2]


async def main():
    meter = pulse_meter()
    saves_us, reads_us = [], []
    for _ in range(READS):
        gc.collect()
        start = time.ticks_us()
        assert meter._save()
        saves_us.append(time.ticks_diff(time.ticks_us(), start))
        start = time.ticks_us()
        await meter.read()
        reads_us.append(time.ticks_diff(time.ticks_us(), start))
    print("pulse_read", median_us(reads_us))
    print("pulse_save", median_us(saves_us))
    print("pulse_save_worst", max(saves_us))


asyncio.run(main())
