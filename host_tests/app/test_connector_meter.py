"""A meter that is silent or another one costs the bill and says why, never a wrong value."""

import unittest

from charge_point import ocmf_of, play


class TestMeter(unittest.TestCase):
    def assert_not_billable(self, point, reason, letter, status):
        last = point.records()[-1]
        self.assertEqual((last["kind"], last["reason"]), ("not_billable", reason))
        end = point.readings()[-1]
        self.assertEqual((end["TX"], end["ST"], end["EF"]), (letter, status, "Et"))
        self.assertEqual(point.contactor.closed, [])

    def test_a_meter_that_is_silent_at_the_end_gives_its_last_value_and_no_bill(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(5)
            last_wh = point.meters[0].energy_mwh // 1000
            point.meters[0].fault = "T"
            point.inputs.unplug(1)
            await point.seconds(12)
            self.assert_not_billable(point, "meter_fault_T", "L", "T")
            self.assertEqual(point.readings()[-1]["RV"], last_wh)

        play(scenario)

    def test_a_meter_that_comes_back_within_the_wait_is_billed(self):
        async def scenario(point):
            await point.begun()
            point.meters[0].fault = "T"
            point.inputs.unplug(1)
            await point.seconds(8)
            point.meters[0].fault = ""
            await point.seconds(3)
            self.assertEqual((point.kinds()[1:], point.letters()), (["session"], "BL"))

        play(scenario)

    def test_a_meter_changed_behind_a_lost_link_aborts_with_the_old_meters_value(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(5)
            last_wh = point.meters[0].energy_mwh // 1000
            point.meters[0].fault = "D"
            await point.seconds(2)
            point.meters[0].fault, point.meters[0].serial = "", "S2"
            point.meters[0].energy_mwh = 90000000
            await point.seconds(5)
            self.assert_not_billable(point, "meter_changed", "A", "X")
            self.assertEqual((point.readings()[-1]["RV"], len(point.kinds())), (last_wh, 2))
            self.assertEqual(ocmf_of(point.records()[-1])["MS"], "S1")

        play(scenario)

    def test_a_meter_changed_without_a_lost_sample_is_seen_at_the_end(self):
        async def scenario(point):
            await point.begun()
            point.meters[0].serial = "S2"
            await point.seconds(5)
            point.inputs.show(1, stop="R")
            await point.seconds(3)
            self.assert_not_billable(point, "meter_changed", "R", "X")

        play(scenario)

    def test_a_meter_lost_for_half_a_minute_leaves_an_X_whose_flag_is_carried(self):
        async def scenario(point):
            await point.begun()
            point.meters[0].fault = "T"
            await point.seconds(29)
            point.meters[0].fault = ""
            await point.seconds(2)
            self.assertEqual(point.connectors[0].session.ef, "")
            point.meters[0].fault = "T"
            await point.seconds(60)
            point.meters[0].fault = ""
            await point.seconds(5)
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual((point.kinds()[1:], point.letters()), (["session"], "BXL"))
            marks = [(r["EF"], r["ST"], "RV" in r) for r in point.readings()]
            self.assertEqual(marks, [("", "G", True), ("t", "T", False), ("t", "G", True)])

        play(scenario)
