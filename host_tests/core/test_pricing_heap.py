"""A session of 97 segments is priced in 8 KB of heap that are left; MicroPython only."""

import gc
import json
import sys
import unittest

import sample
import vectors
from priced_sessions import segments

from wattseal.core.pricing.loading import load
from wattseal.core.pricing.session_price import Pricing

ON_MICROPYTHON = sys.implementation.name == "micropython"
MOST_BYTES = 8192 * (1 if sys.maxsize < 1 << 32 else 2)  # a word has twice as many there
LARGEST_BYTES = 1 << 17
SMALLEST_BYTES = 32


def filled():
    """What takes all of the heap away but MOST_BYTES, in pieces that chain."""
    kept = None
    size = LARGEST_BYTES
    gc.collect()
    while gc.mem_free() > MOST_BYTES:
        while size > gc.mem_free() - MOST_BYTES and size > SMALLEST_BYTES:
            size //= 2
        try:
            kept = (kept, bytearray(size))
        except MemoryError:
            size //= 2  # what is free lies in smaller pieces
        gc.collect()
    return kept


class TestHeap(unittest.TestCase):
    @unittest.skipUnless(ON_MICROPYTHON, "CPython has no heap of a fixed size")
    def test_97_segments(self):
        case = [
            row for row in vectors.load("pricing_sessions.json")["cases"] if len(row[4]) == 97
        ][0]
        tariffs = vectors.load("pricing_tariffs.json")["tariffs"]
        for name in sample.of(("third", "block", "ocpi4"), 2):
            tariff = load(json.dumps(tariffs[name]).encode())
            pricing = Pricing(tariff, case[3])
            kept = filled()
            with self.assertRaises(MemoryError):
                bytearray(MOST_BYTES)
            for segment, _ in segments(case):
                pricing.add(segment)
            cost = pricing.cost()
            del kept
            self.assertTrue(cost.lines)
            if name == case[2]:
                self.assertEqual(cost.payable, case[10])


if __name__ == "__main__":
    unittest.main()
