"""No search while a session runs, and no session while a search runs; the samplers live on."""

import asyncio
import unittest

from charge_point import play
from fakes import settle

from wattseal.app import detect_run
from wattseal.app.detect_run import Outcome
from wattseal.console import commissioning

LINE = (9600, "E", 1)


class Held:
    """A search that lasts until it is told to end."""

    def __init__(self, fault=None):
        self.begun = False
        self.ended = asyncio.Event()
        self.fault = fault

    async def run(self):
        self.begun = True
        await self.ended.wait()
        if self.fault:
            raise self.fault
        return Outcome(LINE, [])


def beside(point, search, back=lambda: None, rest_ms=0):
    return asyncio.create_task(
        detect_run.beside(
            point.samplers, lambda: commissioning.refusal(point.connectors), search, back, rest_ms
        )
    )


async def ended(task):
    await asyncio.sleep(0.05)
    await settle()
    return await task


class TestRefusal(unittest.TestCase):
    def test_only_while_nothing_is_open_and_nobody_asks(self):
        async def scenario(point):
            def why():
                return commissioning.refusal(point.connectors)

            await point.seconds(1)
            self.assertEqual(why(), "")
            await point.begun()
            self.assertEqual(why(), "refused: connector 1 is in use; draw its plug first")
            point.inputs.show(1, stop="L")
            await point.seconds(3)
            self.assertEqual(point.connectors[0].session, None)
            self.assertTrue(why())  # the car is still there
            point.inputs.unplug(1)
            await point.seconds(1)
            self.assertEqual(why(), "")
            point.journal.room = 0
            point.inputs.plug_in(1)
            await point.seconds(10)
            self.assertTrue(why())  # a start that is tried again and again

        play(scenario)

    def test_not_before_what_a_reset_left_open_is_closed(self):
        async def scenario(point):
            await point.begun()
            point.meters[0].fault = "T"
            await point.restart()
            await settle()
            self.assertTrue(commissioning.refusal(point.connectors))
            point.meters[0].fault = ""
            point.inputs.unplug(1)
            await point.seconds(30)
            self.assertEqual(commissioning.refusal(point.connectors), "")

        play(scenario)


class TestBeside(unittest.TestCase):
    def test_the_bus_is_left_alone_and_the_hearts_beat_on(self):
        async def scenario(point):
            await point.seconds(5)
            search = Held()
            task = beside(point, search)
            await settle()
            self.assertTrue(search.begun)
            samples, beats = point.points[0].samples, point.samplers[0].beats
            await point.seconds(100)
            self.assertEqual(point.points[0].samples, samples)
            self.assertEqual(point.samplers[0].beats, beats + 100)
            self.assertEqual(point.samplers[0].missed, 0)
            search.ended.set()
            self.assertEqual((await ended(task)).line, LINE)
            await point.seconds(5)
            self.assertEqual(point.points[0].samples, samples + 5)

        play(scenario)

    def test_a_start_that_is_asked_for_meanwhile_waits_for_its_end(self):
        async def scenario(point):
            await point.seconds(1)
            search = Held()
            task = beside(point, search)
            await settle()
            point.inputs.plug_in(1)
            await point.seconds(100)
            self.assertEqual((point.kinds(), point.contactor.closed), ([], []))
            search.ended.set()
            await ended(task)
            await point.seconds(2)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], [1]))
            self.assertEqual(point.contactor.violations, [])

        play(scenario)

    def test_who_leaves_meanwhile_gets_no_session(self):
        async def scenario(point):
            await point.seconds(1)
            search = Held()
            task = beside(point, search)
            await settle()
            point.inputs.plug_in(1)
            await point.seconds(10)
            point.inputs.unplug(1)
            search.ended.set()
            await ended(task)
            await point.seconds(5)
            self.assertEqual((point.kinds(), point.contactor.closed), ([], []))

        play(scenario)

    def test_a_start_that_the_sample_under_way_has_served_comes_first(self):
        async def scenario(point):
            await point.seconds(1)
            point.meters[0].slow_ms = 500
            point.inputs.plug_in(1)
            await point.clock.advance(1100)  # a sample with the start's reading is under way
            self.assertTrue(point.samplers[0].sampling)
            search = Held()
            task = beside(point, search)
            await settle()
            self.assertFalse(search.begun)
            await point.clock.advance(600)
            outcome = await ended(task)
            self.assertFalse(search.begun)
            self.assertTrue(outcome.sentences[0].startswith("refused: connector 1"))
            await point.seconds(3)
            self.assertEqual((point.kinds(), point.contactor.closed), (["begin"], [1]))
            self.assertFalse(point.samplers[0].held)

        play(scenario)

    def test_line_and_samplers_are_given_back_whatever_happens(self):
        async def scenario(point):
            await point.seconds(2)  # until then a connector looks for what a reset left open
            for fault in (OSError(5), MemoryError()):
                search, back = Held(fault), []
                task = beside(point, search, lambda back=back: back.append("back"))
                await settle()
                search.ended.set()
                try:
                    await ended(task)
                    self.fail("the fault is gone")
                except type(fault):
                    pass
                self.assertEqual((back, point.samplers[0].held), (["back"], False))
            search, back = Held(), []
            task = beside(point, search, lambda: back.append("back"))
            await settle()
            task.cancel()
            try:
                await ended(task)
            except asyncio.CancelledError:
                pass
            self.assertEqual((back, point.samplers[0].held), (["back"], False))

        play(scenario)

    def test_the_line_is_given_back_to_who_cancels_it_twice(self):
        async def scenario(point):
            await point.seconds(2)
            back = []
            task = beside(point, Held(), lambda: back.append("back"), rest_ms=10000)
            for _ in range(2):
                await settle()
                self.assertEqual(back, [])
                task.cancel()
            try:
                await ended(task)
            except asyncio.CancelledError:
                pass
            self.assertEqual((back, point.samplers[0].held), (["back"], False))

        play(scenario)
