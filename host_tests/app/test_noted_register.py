"""What is noted of the register counts for the session that it was noted in, and for no other."""

import unittest

from charge_point import ChargePoint, play

from wattseal.core import bill


class TestNotedRegister(unittest.TestCase):
    def ended(self, scenario, *kinds):
        """Which records there are behind `scenario`, a restart, and an end of all."""

        async def whole(point):
            await scenario(point)
            point.inputs.unplug(1)
            await point.restart()
            await point.seconds(5)

        point = ChargePoint()
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

    def test_a_note_of_a_number_that_was_never_given_out_hides_no_session(self):
        async def scenario(point):
            await point.begun()
            point.open_sessions.note(1, 99, 1000)

        self.ended(scenario, "begin", "session")
