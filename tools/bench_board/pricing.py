"""Runs on the emulated board, through its raw REPL: what a tariff costs; meters and signs nothing.

The host puts TARIFF, its bytes, before it. Prints as device.py does; names that end with _bytes
are of the heap.
"""

import asyncio
import gc
import os
import time

from wattseal import late
from wattseal.app import recorder  # noqa: F401 - is there without a tariff too
from wattseal.core.reading import Reading
from wattseal.core.session import Session

gc.threshold(-1)  # as in device.py
SEGMENTS = 64  # the most that a record has
SAMPLES = 200
BEGIN_MS = 1795035600000
STEP_MS = 300000


def used_bytes():
    gc.collect()
    return gc.mem_alloc()


def loaded():
    """As the assembly loads it; what stays of it, and how long that takes."""
    with open("/t.json", "wb") as file:
        file.write(TARIFF)  # noqa: F821
    before = used_bytes()
    begin = time.ticks_us()
    from wattseal.tariffs import wiring

    prices = wiring._prices("", "t.json", {}, print)
    print("tariff_load", time.ticks_diff(time.ticks_us(), begin))
    late.drop("wattseal.tariffs.wiring")
    del wiring
    print("tariff_resident_bytes", used_bytes() - before)
    os.remove("/t.json")
    os.remove("/t.json.accepted")
    return prices


def reading(number, state="S"):
    at_ms = number * STEP_MS
    return Reading(10**9 + 2000000 * number, 9000, at_ms, BEGIN_MS + at_ms, state)


def session(prices, state="S"):
    """One with as many segments as there are; charging and parking by turns."""
    made = prices.begin("5e55", 1, reading(0, state))
    for number in range(SEGMENTS):
        made.observe(reading(number, state), "CP"[number % 2])
    made.end(reading(SEGMENTS, state), "L")
    return made


def time_price(name, prices, made):
    """As the record has it, and of its steps the longest, and the heap that they take at most."""
    gc.collect()
    begin = time.ticks_us()
    cost = asyncio.run(prices.cost(made))
    print(name, time.ticks_diff(time.ticks_us(), begin))
    from wattseal.core.pricing import record_cost

    before = used_bytes()
    longest = most = 0
    steps = record_cost.steps(prices._tariff, made.entries, made.segments)
    while True:
        begin = time.ticks_us()
        try:
            next(steps)
        except StopIteration as done:
            assert done.value == cost
            break
        longest = max(longest, time.ticks_diff(time.ticks_us(), begin))
        most = max(most, used_bytes() - before)
    print(name + "_longest_step", longest)
    print(name + "_bytes", most)


def time_samples(name, made):
    made.observe(reading(0), "C")
    made.observe(reading(1), "C")
    sample = reading(1)
    gc.collect()
    begin = time.ticks_us()
    for _ in range(SAMPLES):
        made.observe(sample, "C")
    print(name, time.ticks_diff(time.ticks_us(), begin) // SAMPLES)


def main():
    prices = loaded()
    time_price("price_64_segments", prices, session(prices))
    time_price("price_64_segments_no_clock", prices, session(prices, "U"))
    gc.collect()
    begin = time.ticks_us()
    list(prices.retained("w0123456789abcde"))
    print("tariff_retained", time.ticks_diff(time.ticks_us(), begin))
    time_samples("sample_session", Session("5e55", 1, reading(0)))
    time_samples("sample_session_priced", prices.begin("5e55", 1, reading(0)))


main()
