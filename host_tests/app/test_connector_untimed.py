"""A start waits while its begin would have no time, but soon; whoever leaves begins nothing."""

import unittest

from charge_point import ChargePoint, play
from charge_world import CARD


class TestUntimed(unittest.TestCase):
    def setUp(self):
        self.untimed = True

    def play(self, scenario):
        point = ChargePoint()

        async def all_of_it(point):
            point.connectors[0].heart.untimed = lambda: self.untimed
            await scenario(point)

        play(all_of_it, point)
        return point

    def test_a_session_begins_once_the_time_is_known(self):
        async def scenario(point):
            point.inputs.plug_in(1, CARD)
            await point.seconds(20)
            self.assertEqual((point.records(), point.contactor.closed), ([], []))
            self.assertTrue(point.connectors[0].idle)
            self.untimed = False
            await point.seconds(3)
            self.assertEqual(point.kinds(), ["begin"])
            point.inputs.unplug(1)
            await point.seconds(5)

        self.assertEqual(self.play(scenario).kinds(), ["begin", "session"])

    def test_who_has_left_by_then_has_no_session(self):
        async def scenario(point):
            point.inputs.plug_in(1, CARD)
            await point.seconds(5)
            point.inputs.unplug(1)
            await point.seconds(5)
            self.untimed = False
            await point.seconds(5)

        self.assertEqual(self.play(scenario).records(), [])

    def test_a_session_that_runs_goes_on_and_ends(self):
        async def scenario(point):
            self.untimed = False
            point.inputs.plug_in(1, CARD)
            await point.seconds(5)
            self.untimed = True
            await point.seconds(5)
            point.inputs.unplug(1)
            await point.seconds(5)

        self.assertEqual(self.play(scenario).kinds(), ["begin", "session"])
