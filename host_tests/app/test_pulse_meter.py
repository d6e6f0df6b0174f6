"""The pulse meter's readings and faults, one at a time, in virtual time."""

import unittest

from pulse_bench import play
from pulse_storm import PULSE

BURST = " ".join([PULSE] * 100)


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
            await bench.clock.advance(1900)
            self.assertEqual(await bench.fault(), "")
            await bench.clock.advance(150)
            self.assertEqual(await bench.fault(), "F")
            self.assertEqual((bench.meter.take_break(), bench.meter.take_break()), ("stuck", ""))
            bench.counter.play("H100")
            await bench.clock.advance(100)
            self.assertEqual(await bench.fault(), "")
            self.assertEqual(bench.meter.counts, {"stuck": 1})

        play(scenario)

    def test_a_fault_that_lasts_breaks_again_and_is_counted_once(self):
        async def scenario(bench):
            for levels, cause, wait_ms in (("L100", "stuck", 2500), (BURST, "too_fast", 100)):
                bench.counter.play(levels)
                await bench.clock.advance(wait_ms)
                for _ in range(3):
                    self.assertEqual(bench.meter.take_break(), cause)
                    self.assertEqual(bench.meter.take_break(), "")
                    await bench.clock.advance(100)
                self.assertEqual(bench.meter.counts[cause], 1)
                bench.counter.play("H100")
                await bench.clock.advance(30000)

        play(scenario)

    def test_pulses_of_a_fast_meter_that_are_on_at_every_look_are_no_short_circuit(self):
        async def scenario(bench):
            for _ in range(100):
                bench.counter.play("H30 L70")
                await bench.clock.advance(100)
                self.assertEqual(await bench.fault(), "")
            self.assertEqual(bench.total.register.energy_mwh, 100 * 1000)

        play(scenario, p_max_w=36000)

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
