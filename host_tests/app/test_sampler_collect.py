"""The heap is gone over shortly before a grid point: neither at it, nor while meters are asked."""

import asyncio
import unittest

from fakes import FakeClock, FakeMeter

from wattseal.app.sampler import MeterPoint, Sampler
from wattseal.core.gate import Gate

COLLECT_MS = 45  # of a Pico with MicroPython's own image
AT_MS = 80  # before each grid point


def played(ms, slow_ms=0, wakes_late_ms=0):
    """When the heap was gone over, when the meter was read, in so many ms; and the sampler."""
    collected = []

    async def main():
        clock = FakeClock()
        meter = FakeMeter(clock)
        meter.slow_ms = slow_ms
        sampler = Sampler([MeterPoint(meter, Gate(10**9, lambda _: 0))], clock)
        sleep_until = clock.sleep_until

        async def sleep_long(deadline_ms):
            await sleep_until(deadline_ms)
            if deadline_ms > 0 and deadline_ms % clock.grid_ms:
                clock.ms += wakes_late_ms  # somebody else computes

        def collect():
            collected.append(clock.ms)
            clock.ms += COLLECT_MS

        clock.sleep_until, sampler.collect = sleep_long, collect
        task = asyncio.create_task(sampler.run())
        await clock.advance(ms)
        task.cancel()
        return collected, meter.reads, sampler

    return asyncio.run(main())


class TestCollecting(unittest.TestCase):
    def test_it_is_over_before_each_grid_point(self):
        collected, reads, sampler = played(3000)
        self.assertEqual(collected, [1000 - AT_MS, 2000 - AT_MS, 3000 - AT_MS])
        self.assertEqual(reads, [0, 1000, 2000, 3000])
        self.assertEqual((sampler.late_max_ms, sampler.missed), (0, 0))

    def test_who_wakes_too_late_for_it_leaves_it(self):
        collected, reads, sampler = played(3000, wakes_late_ms=31)
        self.assertEqual(collected, [])
        self.assertEqual((reads, sampler.late_max_ms), ([0, 1000, 2000, 3000], 0))

    def test_meters_that_take_until_then_leave_no_time_for_it(self):
        collected, reads, _ = played(3000, slow_ms=960)
        self.assertEqual((collected, reads), ([], [0, 1000, 2000, 3000]))

    def test_meters_that_take_over_a_grid_point_leave_it_to_the_next(self):
        collected, reads, sampler = played(4500, slow_ms=1500)
        self.assertEqual((collected, reads), ([2000 - AT_MS, 4000 - AT_MS], [0, 2000, 4000]))
        self.assertEqual(sampler.late_max_ms, 0)
