"""A session ends once, contactor first, with a record that waits for as long as it must."""

import unittest

from charge_point import ocmf_of, play
from charge_world import OTHER_CARD
from fakes import settle

from wattseal.core.ecdsa import KeyFault


class TestEnd(unittest.TestCase):
    def test_the_plug_ends_with_L_and_a_stop_with_its_own_letter(self):
        for stop, letter in (("", "L"), ("L", "L"), ("R", "R"), ("A", "A"), ("E", "E")):

            async def scenario(point, stop=stop, letter=letter):
                await point.begun()
                await point.seconds(5)
                if stop:
                    point.inputs.show(1, stop=stop)
                else:
                    point.inputs.unplug(1)
                await point.seconds(90)
                self.assertEqual(point.kinds(), ["begin", "session"])
                self.assertEqual(point.letters(), "B" + letter)
                self.assertEqual(point.contactor.violations, [])

            play(scenario)

    def test_a_stop_that_has_no_name_is_an_abort(self):
        for stop in ("P", "X", 7):

            async def scenario(point, stop=stop):
                await point.begun()
                point.inputs.show(1, stop=stop)
                await point.seconds(3)
                self.assertEqual((point.kinds()[1:], point.letters()), (["session"], "BA"))

            play(scenario)

    def test_the_contactor_is_open_before_the_end_reading_is_taken(self):
        async def scenario(point):
            await point.begun()
            await point.seconds(5)
            point.inputs.show(1, stop="R")
            await settle()  # no sample in between
            self.assertEqual(point.contactor.closed, [])
            point.meters[0].energy_mwh += 2000  # what flowed while it was opening
            await point.seconds(3)
            readings = point.readings()
            self.assertEqual(
                readings[-1]["RV"] - readings[0]["RV"], point.delivered_mwh // 1000 + 2
            )

        play(scenario)

    def test_a_full_journal_delays_the_end_record_and_loses_nothing(self):
        async def scenario(point):
            await point.begun()
            point.journal.room = 0
            point.inputs.unplug(1)
            await point.seconds(400)
            waiting = [line for line in point.log if "waits for room" in line]
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], []))
            self.assertTrue(10 <= len(waiting) <= 15, len(waiting))  # nor does it sign all day
            point.journal.room = 1
            await point.seconds(40)
            self.assertEqual((point.kinds(), point.letters()), (["begin", "session"], "BL"))

        play(scenario)

    def test_the_next_car_may_come_while_the_end_record_waits(self):
        async def scenario(point):
            await point.begun()
            point.journal.room = 0
            point.inputs.unplug(1)
            await point.seconds(5)
            point.inputs.plug_in(1, OTHER_CARD)
            await point.seconds(5)
            point.journal.room = 5
            await point.seconds(40)
            self.assertEqual(point.kinds(), ["begin", "session", "begin"])
            self.assertEqual(point.contactor.closed, [1])

        play(scenario)

    def test_a_medium_that_fails_delays_the_end_record(self):
        async def scenario(point):
            await point.begun()
            point.journal.error = OSError(5)
            point.inputs.unplug(1)
            await point.seconds(100)
            self.assertEqual(point.kinds(), ["begin"])
            point.journal.error = None
            await point.seconds(40)
            self.assertEqual((point.kinds(), point.letters()), (["begin", "session"], "BL"))
            self.assertEqual([ocmf_of(r)["PG"] for r in point.records()], ["T1", "T2"])

        play(scenario)

    def test_a_key_that_cannot_be_used_for_a_while_delays_the_end_record(self):
        async def scenario(point):
            await point.begun()
            point.signer.errors = [KeyFault("it does not belong"), KeyFault("nor now")]
            point.inputs.unplug(1)
            await point.seconds(55)
            self.assertEqual((point.kinds(), point.signer.errors), (["begin"], []))
            await point.seconds(35)
            self.assertEqual((point.kinds(), point.letters()), (["begin", "session"], "BL"))

        play(scenario)

    def test_checkpoints_that_fail_cost_no_session(self):
        async def scenario(point):
            point.checkpoints.error = OSError(28)
            await point.begun()
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin", "session"])
            # twice to keep, twice to note the end, once to forget
            self.assertEqual(point.open_sessions.unkept, 5)

        play(scenario)
