"""When the pulse meter saves its total, and what it goes on from after a restart."""

import unittest

import scratch_folder
from pulse_bench import NAME, Bench, play
from pulse_storm import PULSE

from wattseal.drivers.checkpoint import Checkpoints
from wattseal.drivers.pulse_total import OLDER, RESTORED, PulseTotal


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
                bench.medium.torn.discard(NAME)  # of two copies one is good now
                bench.restart()
                self.assertEqual(bench.meter.counts, {"total_lost": 1, "gap": 1})

        play(scenario)

    def test_a_total_beside_a_damaged_copy_is_told_apart_from_a_gap(self):
        async def scenario(bench):
            await bench.pulses(4)
            await bench.meter.identify()
            bench.medium.torn.add(NAME)
            bench.restart()
            self.assertEqual(bench.meter.take_break(), "total_older")
            self.assertEqual(bench.meter.counts, {"total_older": 1})
            self.assertEqual((await bench.meter.read()).energy_mwh, 4000)
            saves = bench.medium.saves
            await bench.meter.identify()  # mends the damaged copy, though no pulse came
            self.assertEqual(bench.medium.saves, saves + 1)

        play(scenario)

    def test_of_two_copies_of_which_the_newer_is_damaged_it_goes_on_from_the_older(self):
        folder = scratch_folder.on_host()
        try:
            total = PulseTotal(Checkpoints(folder), NAME, 1000)
            for _ in range(2):
                total.register.add(5)
                total.save()
            again = PulseTotal(Checkpoints(folder), NAME, 1000)
            self.assertEqual((again.found, again.register.energy_mwh), (RESTORED, 10000))
            with open("%s/%s.1" % (folder, NAME), "r+b") as file:
                file.write(b"?")
            again = PulseTotal(Checkpoints(folder), NAME, 1000)
            self.assertEqual((again.found, again.register.energy_mwh), (OLDER, 5000))
            self.assertFalse(again.lost)
        finally:
            scratch_folder.remove(folder)

    def test_a_medium_that_cannot_be_read_is_no_new_device(self):
        bench = Bench()
        bench.medium.error = OSError(5)
        try:
            bench.restart()
            self.assertTrue(False, "began at 0")
        except OSError:
            pass
