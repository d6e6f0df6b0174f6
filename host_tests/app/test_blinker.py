"""What a person sees of a number: so many long flashes, so many short ones, and then a rest."""

import asyncio
import sys
import unittest

import micropython

from wattseal.app import blinker
from wattseal.app.blinker import Blinker

ON_MICROPYTHON = sys.implementation.name == "micropython"
NUMBERS = [10 * kind + place for kind in (1, 2, 3) for place in range(1, 8)]


class Nap:
    """Returns at the next step, and makes no object."""

    def __init__(self):
        self.ms = 0
        self.due = False

    def sleep_ms(self, ms):
        self.ms = ms
        self.due = True
        return self

    def __iter__(self):
        return self

    __await__ = __iter__

    def __next__(self):
        if not self.due:
            raise StopIteration
        self.due = False


class Lamp:
    """contracts.Lamp."""

    lit = False
    shown = 0

    def show(self, lit):
        self.lit = lit
        self.shown += 1


class TestBlinker(unittest.TestCase):
    def setUp(self):
        self.nap, self.lamp = Nap(), Lamp()
        blinker.asyncio = self.nap
        self.blinker = Blinker()
        self.running = self.blinker.run(self.lamp)

    def tearDown(self):
        blinker.asyncio = asyncio
        self.running.close()

    def step(self):
        """(whether it is lit, for how many ms)"""
        self.running.send(None)
        return self.lamp.lit, self.nap.ms

    def seen(self, number):
        """[(ms of light, ms of dark)] of one round; dark pauses in a row are one."""
        self.blinker.number = number
        spans = [self.step()]
        while len(spans) < 2 or spans[-1][0] or spans[-1][1] < 2000:
            spans.append(self.step())
        flashes = []
        for lit, ms in spans:
            if lit:
                flashes.append([ms, 0])
            else:
                flashes[-1][1] += ms
        return flashes

    def test_all_well_is_a_glimpse_every_three_seconds(self):
        for _ in range(3):
            self.assertEqual(self.seen(0), [[50, 2950]])

    def test_a_person_can_count_each_number(self):
        for number in NUMBERS:
            flashes = self.seen(number)
            long, short = number // 10, number % 10
            lights = [ms for ms, _ in flashes]
            self.assertEqual(lights, [800] * long + [200] * short, number)
            darks = [ms for _, ms in flashes]
            self.assertEqual(
                darks, [300] * (long - 1) + [900] + [300] * (short - 1) + [2800], number
            )

    def test_a_round_is_shown_to_its_end_though_the_number_changes(self):
        self.blinker.number = 23
        self.assertEqual(self.step(), (True, 800))
        self.blinker.number = 11
        spans = [self.step() for _ in range(10)]
        self.assertEqual([ms for lit, ms in spans if lit], [800, 200, 200, 200])
        self.assertEqual(spans[-1], (False, 2500))
        self.assertEqual([flash[0] for flash in self.seen(11)], [800, 200])

    def test_it_is_dark_for_as_long_as_it_rests(self):
        for number in [0] + NUMBERS:
            self.seen(number)
            self.assertFalse(self.lamp.lit)

    def test_it_makes_no_object(self):
        if not ON_MICROPYTHON:
            self.skipTest("CPython has no heap lock")
        self.step()
        for number in (0, 11, 37):
            self.blinker.number = number
            before = self.lamp.shown
            micropython.heap_lock()
            try:
                for _ in range(200):
                    self.running.send(None)
            finally:
                micropython.heap_unlock()
            self.assertTrue(self.lamp.shown - before > 100)


if __name__ == "__main__":
    unittest.main()
