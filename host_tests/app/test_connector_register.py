"""A register that resets, falls back, rolls over, jumps or is another meter's, at every sample."""

import unittest

from charge_point import MODULUS_MWH, play

SAMPLES = 9  # of a session, after its begin
BEGIN_MWH = 5 * 10**9


def swap(meter):
    meter.serial, meter.energy_mwh = "S2", 77 * 10**9


def reset(meter):
    meter.energy_mwh = 0


def fall_back(meter):
    meter.energy_mwh -= 4000


def jump(meter):
    meter.energy_mwh += 10**7


def roll_over(meter):
    meter.energy_mwh -= MODULUS_MWH


# what happens, what it begins at, the reason, the status of the event
BREAKS = (
    (reset, BEGIN_MWH, "meter_reset", "E"),
    (fall_back, BEGIN_MWH, "meter_reset", "E"),
    (jump, BEGIN_MWH, "meter_jump", "E"),
    (swap, BEGIN_MWH, "meter_changed", "X"),
)


class TestRegister(unittest.TestCase):
    def assert_flagged(self, point, reason, status, last_wh):
        """One record, not billable, of what was metered before the break."""
        self.assertEqual(point.kinds(), ["begin", "not_billable"])
        self.assertEqual(point.records()[-1]["reason"], reason)
        event, end = point.readings()[-2:]
        self.assertEqual((event["TX"], event["ST"], "RV" in event), ("X", status, False))
        self.assertTrue("E" in event["EF"] and "E" in end["EF"])
        self.assertEqual((end["ST"], end["RV"]), (status, last_wh))
        self.assertEqual(point.contactor.closed, [])

    def broken_at(self, at, happens, begin_mwh, reason, status):
        async def scenario(point):
            meter = point.meters[0]
            meter.energy_mwh = begin_mwh
            await point.begun()
            await point.seconds(at)
            last_wh = meter.energy_mwh // 1000
            happens(meter)
            await point.seconds(SAMPLES)
            self.assert_flagged(point, reason, status, last_wh)

        return scenario

    def test_every_break_at_every_sample_ends_the_session_with_what_was_good(self):
        for happens, begin_mwh, reason, status in BREAKS:
            for at in range(1, SAMPLES):
                play(self.broken_at(at, happens, begin_mwh, reason, status))

    def test_a_rollover_at_every_sample_is_told_from_a_reset(self):
        for at in range(1, SAMPLES):

            async def scenario(point, at=at):
                meter = point.meters[0]
                meter.energy_mwh = MODULUS_MWH - 3000 * (at + 1)
                await point.begun()
                for _ in range(SAMPLES + 4):
                    last_wh = meter.energy_mwh // 1000
                    if meter.energy_mwh + 3000 >= MODULUS_MWH:
                        roll_over(meter)
                        break
                    await point.seconds(1)
                await point.seconds(3)
                self.assert_flagged(point, "meter_rollover", "O", last_wh)

            play(scenario)

    def test_one_wrong_answer_at_any_sample_costs_nothing(self):
        for wrong_mwh in (0, BEGIN_MWH - 1, BEGIN_MWH + 10**9):
            for at in range(SAMPLES):

                async def scenario(point, wrong_mwh=wrong_mwh, at=at):
                    meter = point.meters[0]
                    meter.energy_mwh = BEGIN_MWH
                    await point.begun()
                    await point.seconds(at)
                    meter.once_mwh = wrong_mwh
                    await point.seconds(3)
                    point.inputs.unplug(1)
                    await point.seconds(3)
                    self.assertEqual(point.kinds(), ["begin", "session"])
                    self.assertEqual(point.letters(), "BL")
                    begin, end = point.readings()
                    self.assertEqual(end["RV"] - begin["RV"], point.delivered_mwh // 1000)
                    self.assertEqual(point.points[0].doubted, {"glitch": 1})

                play(scenario)

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
