"""Ticks that wrap every 2^30 ms, as on the chips: a clock made of them does not, for years."""

import time
import unittest

from wattseal.hal import ticks

PERIOD = 1 << 30
DAY_MS = 86400000
LONGEST_MS = (PERIOD >> 1) - 1  # the most that two ticks can be apart


class WrappingTime:
    """Stands in for `time`: the interpreter's own difference where its ticks wrap as a chip's."""

    def __init__(self, start_ms):
        self.ms = start_ms

    def ticks_ms(self):
        return self.ms % PERIOD

    def ticks_diff(self, end, start):
        if hasattr(time, "ticks_add") and time.ticks_add(0, -1) == PERIOD - 1:
            return time.ticks_diff(end, start)
        half = PERIOD >> 1
        return (end - start + half) % PERIOD - half


class TestTicks(unittest.TestCase):
    def tearDown(self):
        ticks.time = time

    def started(self, start_ms):
        self.world = ticks.time = WrappingTime(start_ms)
        return ticks.Ticks()

    def passed(self, it, step_ms):
        self.world.ms += step_ms
        return it.now_ms()

    def test_counts_every_millisecond_over_the_wrap(self):
        for before_ms in (1, 2, 5000):
            it = self.started(PERIOD - before_ms)
            self.assertEqual(it.now_ms(), 0)
            for passed_ms in range(1, before_ms + 4):
                self.assertEqual(self.passed(it, 1), passed_ms)

    def test_a_year_and_29_wraps_asked_once_a_minute_in_the_hour_of_each_wrap(self):
        it = self.started(PERIOD - 1)
        total_ms, wraps = 0, 0
        while total_ms < 365 * DAY_MS:
            left_ms = PERIOD - self.world.ms % PERIOD
            step_ms = 60000 if left_ms < 3600000 else DAY_MS // 24
            wraps += left_ms <= step_ms
            total_ms += step_ms
            self.assertEqual(self.passed(it, step_ms), total_ms)
        self.assertTrue(wraps >= 29)
        self.assertTrue(total_ms > 1 << 32)

    def test_a_wrap_at_every_call_and_ten_years_of_them(self):
        it = self.started(PERIOD - 1)
        total_ms = 0
        while total_ms < 3650 * DAY_MS:
            total_ms += LONGEST_MS
            self.assertEqual(self.passed(it, LONGEST_MS), total_ms)

    def test_nobody_asking_for_longer_than_half_a_period_would_be_wrong(self):
        it = self.started(0)
        self.assertNotEqual(self.passed(it, LONGEST_MS + 1), LONGEST_MS + 1)
