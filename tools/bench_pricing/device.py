"""Runs on MicroPython: prices a session of 97 segments; prints microseconds and bytes of heap.

The tariff's text is the one line of the standard input.
"""

import gc
import sys
import time

from wattseal.core.pricing.loading import load
from wattseal.core.pricing.session_price import Pricing, Segment

SEGMENTS, SEGMENT_S, ROUNDS = 97, 900, 50
BEGIN_S = 1795035600


def segments():
    for number in range(SEGMENTS):
        begin_s = BEGIN_S + number * SEGMENT_S
        segment = Segment(begin_s, begin_s + SEGMENT_S, "CCP"[number % 3], 2000000)
        segment.power_w = 8000
        yield segment


def price(tariff):
    pricing = Pricing(tariff, BEGIN_S)
    for segment in segments():
        pricing.add(segment)
    return pricing.cost()


def extra_bytes(tariff):
    """Of what is kept, the most after any segment and with the cost."""
    gc.collect()
    before, most = gc.mem_alloc(), 0
    pricing = Pricing(tariff, BEGIN_S)
    for segment in segments():
        pricing.add(segment)
        gc.collect()
        most = max(most, gc.mem_alloc() - before)
    cost = pricing.cost()
    gc.collect()
    most = max(most, gc.mem_alloc() - before)
    assert cost.lines
    return most


def main():
    tariff = load(sys.stdin.readline().encode())
    least_us = 1 << 29
    for _ in range(ROUNDS):
        gc.collect()
        begin = time.ticks_us()
        price(tariff)
        least_us = min(least_us, time.ticks_diff(time.ticks_us(), begin))
    print(least_us, extra_bytes(tariff))


main()
