"""The sampler keeps its grid, counts what it missed, and hands out identified readings."""

import asyncio
import unittest

from fakes import FakeClock, FakeMeter, settle

from wattseal.app.sampler import MeterPoint, Sampler
from wattseal.core import gate
from wattseal.core.gate import Gate
from wattseal.core.reading import MeterFault

BEGIN_MS = 700  # the grid begins with the sampler


def play(scenario):
    """Run `scenario(clock, meter, point, sampler)` beside a running sampler."""

    async def main():
        clock = FakeClock()
        clock.ms = BEGIN_MS
        meter = FakeMeter(clock)
        point = MeterPoint(meter, Gate(10**9, lambda _: 0))
        sampler = Sampler([point], clock)
        task = asyncio.create_task(sampler.run())
        try:
            await scenario(clock, meter, point, sampler)
        finally:
            task.cancel()

    asyncio.run(main())


class TestSampler(unittest.TestCase):
    def test_samples_at_once_and_then_on_the_grid(self):
        async def scenario(clock, meter, point, sampler):
            await clock.advance(5500)
            self.assertEqual(meter.reads, [700, 1700, 2700, 3700, 4700, 5700])
            self.assertEqual((sampler.beats, sampler.missed, sampler.late_max_ms), (6, 0, 0))

        play(scenario)

    def test_keeps_the_grid_when_a_read_fails(self):
        async def scenario(clock, meter, point, sampler):
            await clock.advance(1500)
            first = point.latest
            meter.fault = "T"
            await clock.advance(2000)
            self.assertEqual(meter.reads, [700, 1700, 2700, 3700])
            self.assertTrue(point.latest is first)
            self.assertEqual((point.faults_in_row, point.fault), (2, "T"))
            meter.fault = ""
            await clock.advance(1000)
            self.assertEqual((point.faults_in_row, point.fault), (0, ""))

        play(scenario)

    def test_a_slow_meter_loses_grid_points_but_not_the_grid(self):
        async def scenario(clock, meter, point, sampler):
            meter.slow_ms = 2300
            await clock.advance(8500)
            self.assertEqual(meter.reads, [700, 3700, 6700])
            self.assertEqual(sampler.missed, 6)
            self.assertEqual(sampler.late_max_ms, 0)

        play(scenario)

    def test_an_identified_reading_is_taken_after_it_was_asked_for(self):
        async def scenario(clock, meter, point, sampler):
            await clock.advance(1500)
            task = asyncio.create_task(point.identified(3))
            meter.energy_mwh = 2000000
            await clock.advance(1000)
            reading, identity = await task
            self.assertEqual((reading.at_ms, reading.energy_wh), (2700, 2000))
            self.assertEqual(identity.serial, "S1")
            self.assertEqual(len(point.watchers), 0)

        play(scenario)

    def test_a_silent_meter_ends_the_wait_with_its_fault(self):
        async def scenario(clock, meter, point, sampler):
            meter.fault = "D"
            task = asyncio.create_task(point.identified(3))
            await clock.advance(3500)
            try:
                await task
                self.assertTrue(False, "no fault")
            except MeterFault as fault:
                self.assertEqual(fault.st, "D")

        play(scenario)

    def test_a_reading_that_was_under_way_is_none_that_was_asked_for(self):
        async def scenario(clock, meter, point, sampler):
            meter.slow_ms = 500
            await clock.advance(100)  # this read began before the question
            task = asyncio.create_task(point.identified(1))
            await clock.advance(2000)
            reading, _ = await task
            self.assertEqual((meter.reads[0], reading.at_ms), (700, 2200))

        play(scenario)

    def test_a_waiter_that_is_cancelled_leaves_nothing_and_answers_no_later_question(self):
        async def scenario(clock, meter, point, sampler):
            meter.slow_ms = 500
            for _ in range(20):
                task = asyncio.create_task(point.identified(3))
                await settle(2)
                task.cancel()
                await settle(2)
            self.assertEqual(point.watchers, [])
            task = asyncio.create_task(point.identified(3))
            await clock.advance(1100)  # its read is under way
            task.cancel()
            await settle(2)
            task = asyncio.create_task(point.identified(3))
            await clock.advance(2000)
            self.assertEqual((await task)[0].at_ms, 3200)

        play(scenario)

    def test_every_try_counts_whether_registers_or_identity_failed(self):
        async def scenario(clock, meter, point, sampler):
            await clock.advance(100)
            meter.identity_fault = "F"
            meter.energy_mwh = 5000000
            task = asyncio.create_task(point.identified(3))
            await clock.advance(2000)
            self.assertEqual(point.latest.energy_wh, 5000)  # a reading, but nobody's
            self.assertEqual((point.faults_in_row, point.fault, point.identity), (2, "F", None))
            self.assertFalse(task.done())
            await clock.advance(1000)
            with self.assertRaises(MeterFault):
                await task

        play(scenario)

    def test_after_a_fault_the_meter_has_to_say_again_who_it_is(self):
        async def scenario(clock, meter, point, sampler):
            await clock.advance(2500)
            self.assertEqual(point.identity.serial, "S1")
            meter.fault = "T"
            await clock.advance(1000)
            self.assertEqual(point.identity, None)
            meter.fault, meter.serial = "", "S2"
            await clock.advance(1000)
            self.assertEqual((point.identity.serial, point.faults_in_row), ("S2", 0))

        play(scenario)

    def test_another_meter_between_two_samples_is_told_once(self):
        async def scenario(clock, meter, point, sampler):
            await clock.advance(1500)
            for serial, energy_mwh, broken in (
                ("S2", 500000, gate.SWAP),
                ("S2", 400000, gate.RESET),
                ("S1", 300000, gate.SWAP),
            ):
                meter.serial, meter.energy_mwh = serial, energy_mwh
                await clock.advance(1000)
                self.assertEqual((point.broken, point.identity.serial), (broken, serial))
            self.assertEqual((point.breaks, point.doubted), (3, {gate.SWAP: 2, gate.RESET: 1}))

        play(scenario)

    def test_who_waits_for_a_sample_hears_of_it_once_all_meters_were_asked(self):
        async def main():
            clock = FakeClock()
            meters = FakeMeter(clock), FakeMeter(clock, "S2")
            meters[0].slow_ms = meters[1].slow_ms = 100
            points = [MeterPoint(meter, Gate(10**9, lambda _: 0)) for meter in meters]
            told = asyncio.Event()
            points[0].watchers.append(told)
            task = asyncio.create_task(Sampler(points, clock).run())
            await clock.advance(150)  # the second is being asked
            self.assertEqual((len(meters[1].reads), points[0].latest.at_ms), (1, 100))
            self.assertFalse(told.is_set())
            await clock.advance(100)
            self.assertTrue(told.is_set())
            self.assertEqual([point.samples for point in points], [1, 1])
            task.cancel()

        asyncio.run(main())
