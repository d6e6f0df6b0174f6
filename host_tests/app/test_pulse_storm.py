"""A million pulses with bounce, overflow and stalls of 400 ms: none lost, none invented."""

import sys
import unittest

import pulse_storm

PULSES = 1000000 if sys.implementation.name == "cpython" else 70000  # one overflow at least


class TestStorm(unittest.TestCase):
    def test_no_pulse_is_lost_and_none_is_invented(self):
        done = []
        told = pulse_storm.run(PULSES, done.append)
        self.assertEqual(told["pulses"], PULSES)
        self.assertEqual((told["lost"], told["invented"], told["wrong"]), (0, 0, 0))
        self.assertTrue(told["overflows"] >= 1 and told["stalls"] > PULSES // 100, told)
        self.assertEqual(done[-1], PULSES)
