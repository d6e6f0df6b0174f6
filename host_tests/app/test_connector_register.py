"""A register that resets, falls back, rolls over, jumps or is another meter's, at every sample."""

import unittest

from charge_point import P_MAX_W, play
from register_faults import BEGIN_MWH, cases

STEPS_MWH = [3000, 2500, 0, 1, 3000, 999, 3000, 3000, 3000]  # of a session, after its begin


def reset(meter):
    meter.energy_mwh = 0


def jump(meter):
    meter.energy_mwh += 10**7


class TestRegister(unittest.TestCase):
    def test_every_break_at_every_sample_ends_the_session_with_what_was_good(self):
        """And one wrong answer at any sample costs nothing."""
        for what, _, wrong in cases(STEPS_MWH, P_MAX_W):
            self.assertEqual(wrong, [], what)

    def test_a_register_that_went_back_while_the_power_was_away(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(5)
            kept_wh = point.readings()[0]["RV"]
            point.meters[0].energy_mwh = 7000
            point.inputs.unplug(1)
            await point.restart()
            await point.seconds(5)
            self.assertEqual(point.kinds(), ["begin", "not_billable"])
            self.assertEqual(point.records()[-1]["reason"], "meter_reset")
            self.assertEqual(point.readings()[-1]["RV"], kept_wh)

        play(scenario)

    def test_the_next_session_begins_with_the_register_as_it_is_now(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(5)
            reset(point.meters[0])
            await point.seconds(5)
            point.inputs.unplug(1)
            await point.seconds(3)
            point.inputs.plug_in(1)
            await point.seconds(8)
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin", "not_billable", "begin", "session"])
            begin, end = point.readings()
            self.assertTrue(0 <= begin["RV"] < end["RV"] < 100)

        play(scenario)

    def test_a_break_while_the_begin_record_is_signed_ends_the_session_at_once(self):
        async def scenario(point):
            point.meters[0].energy_mwh = BEGIN_MWH
            point.signer.turns = 60  # longer than a second of the grid
            point.inputs.plug_in(1)
            await point.seconds(2)
            jump(point.meters[0])
            await point.seconds(6)
            self.assertEqual(point.kinds(), ["begin", "not_billable"])
            self.assertEqual(point.records()[-1]["reason"], "meter_jump")
            begin, end = point.readings()[0], point.readings()[-1]
            self.assertEqual(begin["RV"], end["RV"])

        play(scenario)
