"""After a session comes the next driver's, with the next driver's plug and card."""

import unittest

from charge_point import ChargePoint, ocmf_of, play
from charge_world import CARD, OTHER_CARD


class TestNextSession(unittest.TestCase):
    def test_a_car_that_stays_after_a_stop_starts_nothing_until_it_was_unplugged(self):
        for stop in ("R", "A", "L"):

            async def scenario(point, stop=stop):
                await point.begun()
                point.inputs.show(1, stop=stop)
                await point.seconds(5)
                point.inputs.show(1, stop="")  # a controller may take it back
                await point.seconds(100)
                point.inputs.show(1, id=CARD)
                await point.seconds(5)
                self.assertEqual(point.kinds(), ["begin", "session"])
                point.inputs.unplug(1)
                await point.begun()
                self.assertEqual(point.kinds(), ["begin", "session", "begin"])

            play(scenario)

    def test_a_car_that_replaces_another_while_the_session_ends_is_served(self):
        async def scenario(point):
            await point.begun()
            point.inputs.unplug(1)
            point.inputs.plug_in(1, None)
            await point.seconds(5)
            self.assertEqual(point.kinds(), ["begin", "session"])  # never the last driver's card
            self.assertEqual(point.letters(), "BL")
            point.inputs.show(1, id=OTHER_CARD)
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin", "session", "begin"])

        play(scenario)

    def test_a_car_that_stays_is_parked_from_its_end_record_until_it_leaves(self):
        for free in (False, True):

            async def scenario(point, free=free):
                await point.seconds(2)
                point.journal.room = 1 if free else 99
                heart = point.connectors[0].heart
                await point.begun()
                self.assertEqual(point.connectors[0].free, free)
                if not free:
                    point.journal.room = 0
                    point.inputs.show(1, stop="R")
                    await point.seconds(40)
                    self.assertFalse(heart.parked)  # its record waits for room
                    point.journal.room = 9
                point.inputs.show(1, stop="R")
                await point.seconds(40)
                self.assertTrue(heart.parked)
                self.assertFalse(point.connectors[0].idle)
                point.inputs.unplug(1)
                await point.begun()
                self.assertFalse(heart.parked)

            play(scenario, ChargePoint(free=free))

    def test_another_card_during_a_session_changes_nothing(self):
        async def scenario(point):
            await point.begun()
            for card in (OTHER_CARD, None):
                point.inputs.show(1, id=card)
                await point.seconds(5)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], [1]))
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual(*[ocmf_of(record)["ID"] for record in point.records()])

        play(scenario)

    def test_a_stop_that_outlives_a_restart_starts_nothing(self):
        async def scenario(point):
            await point.begun()
            point.inputs.show(1, stop="R")
            await point.seconds(5)
            await point.restart()
            await point.seconds(20)
            self.assertEqual(point.kinds(), ["begin", "session"])

        play(scenario)
