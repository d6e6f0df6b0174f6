"""What is noted of the register counts for the session that it was noted in, and for no other."""

import unittest

from charge_point import P_MAX_W, ChargePoint, play

from wattseal.core import bill


class TestNotedRegister(unittest.TestCase):
    def ended(self, scenario, *kinds, p_max_w=P_MAX_W):
        """Which records there are behind `scenario`, a restart, and an end of all."""

        async def whole(point):
            await scenario(point)
            point.inputs.unplug(1)
            state = point.clock.time_state
            await point.restart()
            point.clock.time_state = state
            await point.seconds(5)

        point = ChargePoint(p_max_w=p_max_w)
        play(whole, point)
        self.assertEqual([bill.NAMES[kind] for kind, _ in point.journal.frames], list(kinds))
        return point

    def test_a_register_below_the_note_is_not_billed_nor_where_the_end_was_cut_off(self):
        for ending in (False, True):

            async def scenario(point, ending=ending):
                await point.begun()
                await point.seconds(65)  # noted twice, at the least
                point.journal.error = OSError(5)  # the end record is noted, and not stored
                if ending:
                    point.inputs.unplug(1)
                await point.seconds(5)
                point.journal.error = None
                point.meters[0].energy_mwh -= 90000  # of 200 Wh

            point = self.ended(scenario, "begin", "not_billable")
            self.assertEqual(point.records()[-1]["reason"], "meter_reset")

    def test_a_note_of_the_session_before_tells_nothing_of_an_exchanged_meter(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(35)
            point.inputs.unplug(1)
            await point.seconds(5)
            point.meters[0].serial, point.meters[0].energy_mwh = "S2", 5000
            await point.seconds(3)
            await point.begun()

        self.ended(scenario, "begin", "session", "begin", "session")

    def test_a_slow_bus_notes_as_often_as_any_and_its_energy_is_billed(self):
        async def scenario(point):
            point.meters[0].slow_ms = 2900  # a sample every three seconds
            point.inputs.plug_in(1)
            await point.seconds(48)
            for _ in range(30):
                await point.seconds(10)
                behind_wh = point.meters[0].energy_mwh // 1000 - point.open_sessions.noted(1)[1]
                self.assertTrue(behind_wh <= 3 * 37, behind_wh)
            point.meters[0].slow_ms = 0

        self.ended(scenario, "begin", "session", p_max_w=11000)

    def jumped(self, silent_s, good_s):
        """A meter that was silent, or is so still as the power fails."""

        async def scenario(point):
            await point.begun()
            await point.seconds(65)
            point.meters[0].fault = "T"
            await point.seconds(silent_s)
            if good_s:
                point.meters[0].fault = ""
                await point.seconds(good_s)
                point.meters[0].energy_mwh += 10000000
            point.meters[0].fault = ""

        point = self.ended(scenario, "begin", "not_billable", p_max_w=11000)
        self.assertEqual(point.letters()[:2], "BX")
        return point.records()[-1].get("reason")

    def test_what_a_silent_meter_gained_before_a_cut_is_not_told_from_a_jump(self):
        self.assertEqual(self.jumped(600, 0), "meter_jump")

    def test_a_silence_that_is_over_hides_no_jump_in_the_time_without_power(self):
        self.assertEqual(self.jumped(40, 600), "meter_jump")

    def test_a_meter_exchanged_while_it_was_silent_is_found(self):
        async def scenario(point):
            await point.begun()
            point.meters[0].fault = "T"
            await point.seconds(120)
            point.meters[0].fault, point.meters[0].serial = "", "S2"

        point = self.ended(scenario, "begin", "not_billable")
        self.assertEqual(point.records()[-1]["reason"], "meter_changed")

    def test_a_note_of_a_number_that_was_never_given_out_hides_no_session(self):
        async def scenario(point):
            await point.begun()
            point.open_sessions.note(1, 99, 1000)

        self.ended(scenario, "begin", "session")
