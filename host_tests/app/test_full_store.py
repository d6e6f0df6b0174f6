"""A full journal: no session without room to its end, nothing overwritten, free cars by choice."""

import json
import unittest

from charge_point import ChargePoint, play
from charge_world import CARD

from wattseal.app.greeting import Greeting
from wattseal.core.journal_frame import JournalFull


def status(point):
    greeting = Greeting(point.journal, point.signer, [], point.clock, "", point.reserve)
    return json.loads(greeting.status())


class TestReserve(unittest.TestCase):
    def test_two_sessions_that_begin_at_once_do_not_count_on_the_same_room(self):
        async def scenario(point):
            await point.seconds(2)
            point.journal.room = 3  # one session's two records, and one end record
            point.inputs.plug_in(1)
            point.inputs.plug_in(2)
            await point.seconds(5)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], [1]))
            for number in (1, 2):
                point.inputs.unplug(number)
            await point.seconds(5)
            self.assertEqual(point.kinds(), ["begin", "session"])

        play(scenario, ChargePoint(("S1", "S2")))

    def test_the_room_for_the_end_of_an_open_session_is_not_given_away(self):
        for room, kinds in ((2, ["begin"]), (3, ["begin", "begin"])):

            async def scenario(point, room=room, kinds=kinds):
                await point.begun(1)
                point.journal.room = room
                point.inputs.plug_in(2)
                await point.seconds(5)
                self.assertEqual(point.kinds(), kinds)

            play(scenario, ChargePoint(("S1", "S2")))

    def test_a_session_that_a_reset_left_open_keeps_its_room(self):
        async def scenario(point):
            await point.begun(1)
            point.meters[0].fault = "T"  # its end reading takes a while
            point.journal.room = 2
            point.inputs.plug_in(2)
            await point.restart()
            await point.seconds(5)
            self.assertEqual(point.kinds(), ["begin"])
            point.inputs.unplug(1)
            await point.seconds(50)
            self.assertEqual(point.kinds(), ["begin", "not_billable"])

        play(scenario, ChargePoint(("S1", "S2")))

    def test_a_session_that_has_ended_gives_its_room_back(self):
        async def scenario(point):
            await point.begun()
            point.inputs.unplug(1)
            await point.seconds(3)
            point.journal.room = 2
            self.assertEqual((point.kinds()[-1], status(point)["full"]), ("session", False))

        play(scenario)

    def test_a_refused_start_promises_nothing(self):
        async def scenario(point):
            await point.seconds(2)
            point.meters[0].fault = "T"
            point.inputs.plug_in(1)
            await point.seconds(15)
            point.journal.room = 2
            self.assertEqual(status(point)["full"], False)
            point.meters[0].fault = ""
            point.journal.error = OSError(5)
            await point.seconds(40)
            self.assertEqual((point.connectors[0].refused, status(point)["full"]), (2, False))

        play(scenario)

    def test_the_status_says_how_full_and_what_it_means(self):
        async def scenario(point):
            await point.seconds(2)
            point.journal.room = 2
            self.assertEqual((status(point)["room"], status(point)["full"]), (2, False))
            self.assertFalse("new_cars" in status(point))
            point.journal.room = 1
            told = status(point)
            self.assertEqual((told["room"], told["full"]), (1, True))
            self.assertTrue(told["new_cars"] == "refused")

        play(scenario)


class TestFree(unittest.TestCase):
    def full(self, scenario):
        async def whole(point):
            await point.seconds(2)
            point.journal.room = 1
            await scenario(point)
            self.assertEqual(point.contactor.violations, [])

        play(whole, ChargePoint(free=True))

    def test_the_car_is_charged_and_nothing_is_stored_signed_or_kept(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await point.seconds(20)
            connector = point.connectors[0]
            self.assertEqual((point.contactor.closed, connector.session.state), ([1], "C"))
            told_wh = connector.session.newest_wh - connector.session.begin_wh
            self.assertTrue(told_wh > 40, told_wh)
            point.inputs.show(1, offer=False)
            await point.seconds(1)
            self.assertEqual(connector.session.state, "S")
            point.inputs.unplug(1)
            await point.seconds(3)
            self.assertEqual((point.contactor.closed, connector.session), ([], None))
            self.assertEqual((point.kinds(), point.checkpoints.blobs), ([], {}))
            self.assertEqual(point.signer.most_at_once, 0)
            self.assertFalse(CARD[2] in repr(point.log))

        self.full(scenario)

    def test_it_is_counted_and_said(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await point.seconds(20)
            self.assertEqual((point.reserve.free_sessions, point.connectors[0].refused), (1, 0))
            self.assertTrue("charged free, without a record" in point.log[-1])
            self.assertTrue(status(point)["new_cars"] == "charged free, without a record")

        self.full(scenario)

    def test_it_stays_free_when_room_comes_back_and_the_next_is_billed(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await point.seconds(5)
            point.journal.room = 99
            await point.seconds(60)
            self.assertEqual(point.kinds(), [])
            point.inputs.unplug(1)
            await point.seconds(2)
            await point.begun()
            self.assertEqual(point.kinds(), ["begin"])

        self.full(scenario)

    def test_a_stop_ends_it_and_the_car_does_not_begin_anew_until_it_is_unplugged(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await point.seconds(5)
            point.inputs.show(1, stop="R")
            await point.seconds(2)
            self.assertEqual(point.contactor.closed, [])
            point.inputs.show(1, stop="")
            point.journal.room = 99
            await point.seconds(60)
            self.assertEqual((point.contactor.closed, point.kinds()), ([], []))

        self.full(scenario)

    def test_after_a_reset_nothing_is_open_and_the_car_begins_anew(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await point.seconds(5)
            await point.shut_down()
            self.assertEqual(point.contactor.closed, [])
            point.journal.room = 99
            await point.restart()
            await point.seconds(5)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], [1]))
            self.assertEqual(point.reserve.free_sessions, 0)

        self.full(scenario)

    def test_a_meter_that_is_silent_does_not_end_it(self):
        async def scenario(point):
            point.inputs.plug_in(1)
            await point.seconds(5)
            point.meters[0].fault = "T"
            await point.seconds(50)
            self.assertEqual((point.contactor.closed, point.kinds()), ([1], []))

        self.full(scenario)

    def test_a_medium_that_is_full_before_its_limit_makes_it_free_too(self):
        async def scenario(point):
            point.journal.room = 99
            point.journal.error = JournalFull()
            point.inputs.plug_in(1)
            await point.seconds(5)
            self.assertEqual((point.contactor.closed, point.kinds()), ([1], []))
            self.assertEqual(point.contactor.violations, [])
            point.inputs.unplug(1)
            await point.seconds(2)

        self.full(scenario)

    def test_a_plug_drawn_while_the_medium_refuses_closes_nothing(self):
        async def scenario(point):
            def refuse(kind, payload):
                point.inputs.unplug(1)
                raise JournalFull

            point.journal.room = 99
            point.journal.append = refuse
            point.inputs.plug_in(1)
            await point.seconds(5)
            self.assertFalse(("close", 1) in point.contactor.events)

        self.full(scenario)
