"""The pulse meter's readings, faults and saves, one at a time, in virtual time."""

import asyncio
import unittest

from charge_world import Checkpoints, Power
from fakes import FakeClock
from pulse_storm import PULSE

from wattseal.core.reading import MeterFault
from wattseal.drivers.pulse_meter import PulseMeter
from wattseal.drivers.pulse_total import PulseTotal
from wattseal.hal.unix_pulses import SimCounter

NAME = "pulses1"


class Bench:
    """A pulse meter that runs; `restart` drops all of it but the medium."""

    def __init__(self, imp_per_kwh=1000, p_max_w=22000):
        self.imp_per_kwh, self.p_max_w = imp_per_kwh, p_max_w
        self.medium = Checkpoints(Power())
        self.waits = 0
        self.restart()

    def restart(self):
        self.clock = FakeClock()
        self.counter = SimCounter(10)
        self.total = PulseTotal(self.medium, NAME, self.imp_per_kwh)
        self.meter = PulseMeter(self.counter, self.total, self.p_max_w, self.clock, self.quiet)

    async def quiet(self):
        self.waits += 1

    async def pulses(self, count, every_ms=1000):
        for _ in range(count):
            self.counter.play(PULSE)
            await self.clock.advance(every_ms)

    async def fault(self, ask=None):
        try:
            await (ask or self.meter.read)()
        except MeterFault as fault:
            return fault.st
        return ""


def play(scenario, **settings):
    async def main():
        bench = Bench(**settings)
        task = asyncio.create_task(bench.meter.run())
        try:
            await scenario(bench)
        finally:
            task.cancel()

    asyncio.run(main())


class TestReadings(unittest.TestCase):
    def test_every_pulse_up_to_now_is_in_the_reading(self):
        async def scenario(bench):
            for n in range(1, 8):
                bench.counter.play(PULSE)
                reading = await bench.meter.read()
                self.assertEqual(reading.energy_mwh, n * 1000000 // 3)
            self.assertEqual((reading.at_ms, reading.time_state), (0, "S"))

        play(scenario, imp_per_kwh=3, p_max_w=10**7)

    def test_power_follows_the_interval_and_fades(self):
        async def scenario(bench):
            await bench.pulses(10, 500)
            self.assertEqual((await bench.meter.read()).power_w, 7200)
            await bench.clock.advance(9550)
            self.assertTrue(300 < (await bench.meter.read()).power_w < 400)
            await bench.clock.advance(60000)
            self.assertEqual((await bench.meter.read()).power_w, 0)

        play(scenario)

    def test_an_s0_output_tells_no_identity(self):
        async def scenario(bench):
            identity = await bench.meter.identify()
            self.assertEqual((identity.serial, identity.firmware), ("", ""))

        play(scenario)


class TestFaults(unittest.TestCase):
    def test_an_input_that_is_held_is_a_read_error_and_a_break(self):
        async def scenario(bench):
            await bench.pulses(3)
            bench.counter.play("L100")
            await bench.clock.advance(59000)
            self.assertEqual(await bench.fault(), "")
            await bench.clock.advance(2000)
            self.assertEqual(await bench.fault(), "F")
            self.assertEqual((bench.meter.take_break(), bench.meter.take_break()), ("stuck", ""))
            bench.counter.play("H100")
            await bench.clock.advance(100)
            self.assertEqual(await bench.fault(), "")
            self.assertEqual(bench.meter.counts, {"stuck": 1})

        play(scenario)

    def test_pulses_that_no_connection_carries_are_out_of_range_a_break_and_not_booked(self):
        async def scenario(bench):
            await bench.pulses(600, 75)  # 48 kW on 22 kW, for 45 s
            self.assertEqual(await bench.fault(), "O")
            self.assertEqual(bench.meter.take_break(), "too_fast")
            self.assertEqual(bench.meter.take_break(), "")
            # No more than the limit carries: 45 s and the burst of ten, at 7.3 pulses a second.
            self.assertTrue(bench.total.register.energy_mwh <= (45 + 10) * 7334 + 3000)
            await bench.clock.advance(20000)
            self.assertEqual(await bench.fault(), "")
            before_mwh = bench.total.register.energy_mwh
            await bench.pulses(20)
            self.assertEqual(bench.total.register.energy_mwh, before_mwh + 20000)
            self.assertEqual(bench.meter.counts, {"too_fast": 1})

        play(scenario)

    def test_a_counter_that_goes_back_books_nothing(self):
        async def scenario(bench):
            await bench.pulses(5)
            bench.counter._count = 1
            self.assertEqual(await bench.fault(), "O")
            self.assertEqual(bench.total.register.energy_mwh, 5000)
            self.assertEqual(bench.meter.take_break(), "too_fast")

        play(scenario)


class TestSaves(unittest.TestCase):
    def saved_mwh(self, bench):
        return PulseTotal(bench.medium, NAME, bench.imp_per_kwh).register.energy_mwh

    def test_an_identity_comes_after_the_register_was_saved(self):
        async def scenario(bench):
            await bench.pulses(5)
            reading = await bench.meter.read()
            await bench.meter.identify()
            self.assertEqual(self.saved_mwh(bench), reading.energy_mwh)
            self.assertEqual((bench.medium.saves, bench.waits), (1, 1))
            await bench.meter.identify()  # nothing came: nothing to save
            self.assertEqual(bench.medium.saves, 1)

        play(scenario)

    def test_a_medium_that_refuses_gives_no_identity(self):
        async def scenario(bench):
            bench.medium.error = OSError(28)
            self.assertEqual(await bench.fault(bench.meter.identify), "E")
            self.assertEqual(bench.meter.counts, {"total_unsaved": 1})
            bench.medium.error = None
            self.assertEqual(await bench.fault(bench.meter.identify), "")

        play(scenario)

    def test_never_more_than_a_minute_is_at_stake_and_rest_costs_no_save(self):
        async def scenario(bench):
            bench.clock.grid_ms = 20000  # a look every second is enough here
            given = []
            for n in range(200):
                await bench.pulses(1)
                given.append((n + 1) * 1000)
                kept_mwh = self.saved_mwh(bench)
                self.assertTrue(kept_mwh >= (given[-60] if n >= 59 else 0), n)
            self.assertTrue(bench.medium.saves <= 4, bench.medium.saves)
            await bench.clock.advance(60000)
            saves = bench.medium.saves
            self.assertEqual(self.saved_mwh(bench), given[-1])
            await bench.clock.advance(3600000)
            self.assertEqual(bench.medium.saves, saves)

        play(scenario)

    def test_a_save_that_was_refused_is_tried_again(self):
        async def scenario(bench):
            await bench.pulses(1)
            bench.medium.error = OSError(5)
            await bench.clock.advance(65000)
            self.assertEqual(bench.meter.counts, {"total_unsaved": 2})
            bench.medium.error = None
            await bench.clock.advance(10000)
            self.assertEqual(self.saved_mwh(bench), 1000)

        play(scenario)


class TestRestart(unittest.TestCase):
    def test_a_new_device_begins_at_0_without_a_break(self):
        bench = Bench()
        self.assertEqual(bench.meter.take_break(), "")
        self.assertEqual((bench.total.register.energy_mwh, bench.meter.counts), (0, {}))

    def test_it_goes_on_from_the_saved_total_and_tells_of_the_gap(self):
        async def scenario(bench):
            await bench.pulses(4)
            await bench.meter.identify()
            await bench.pulses(3)
            bench.restart()
            self.assertEqual(bench.meter.take_break(), "gap")
            bench.counter.play(PULSE)
            self.assertEqual((await bench.meter.read()).energy_mwh, 5 * 1000000 // 7)

        play(scenario, imp_per_kwh=7, p_max_w=10**7)

    def test_a_lost_total_is_told_for_good_and_never_silently_0(self):
        async def scenario(bench):
            await bench.pulses(4)
            await bench.meter.identify()
            for broken in (None, b"no total"):
                bench.medium.blobs[NAME] = broken
                bench.medium.torn.add(NAME)
                bench.restart()
                self.assertEqual(bench.meter.take_break(), "total_lost")
                self.assertEqual(bench.meter.counts, {"total_lost": 1})
                await bench.meter.identify()
                bench.restart()
                self.assertEqual(bench.meter.counts, {"total_lost": 1, "gap": 1})

        play(scenario)

    def test_a_medium_that_cannot_be_read_is_no_new_device(self):
        bench = Bench()
        bench.medium.error = OSError(5)
        try:
            bench.restart()
            self.assertTrue(False, "began at 0")
        except OSError:
            pass
