"""No search while a session runs, and no session while a search runs; the samplers live on."""

import asyncio
import unittest

from charge_point import play
from fakes import settle

from wattseal.app import detect_run
from wattseal.app.detect_run import Detection, Outcome
from wattseal.core.detect_models import Found

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


def beside(point, search, back=lambda: None):
    return asyncio.create_task(
        detect_run.beside(point.samplers, point.connectors, search, back, rest_ms=0)
    )


async def ended(task):
    await asyncio.sleep(0.05)
    await settle()
    return await task


class TestRefusal(unittest.TestCase):
    def test_only_while_nothing_is_open_and_nobody_asks(self):
        async def scenario(point):
            def why():
                return detect_run.refusal(point.connectors)

            await point.seconds(1)
            self.assertEqual(why(), "")
            await point.begun()
            self.assertEqual(why(), "refused: connector 1 has a session; end it, draw the plug")
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
            self.assertTrue(detect_run.refusal(point.connectors))
            point.meters[0].fault = ""
            point.inputs.unplug(1)
            await point.seconds(30)
            self.assertEqual(detect_run.refusal(point.connectors), "")

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


class Search:
    """Stands in for search, probe and check."""

    def __init__(self, *meters):
        self.meters = meters
        self.line = LINE
        self.noises = ["unit 1 at 9600 8N1: what comes is no good reply (bad_crc)"]
        self.written = []

    async def run(self):
        return [meter.unit for meter in self.meters]

    async def look(self, unit):
        return [meter for meter in self.meters if meter.unit == unit][0]

    def write(self, line, pairs):
        self.written.append((line, pairs))
        return len(self.written) == 1


class Place:
    id, bus, meter, unit = 1, 0, "sdm630", 1


def meter(unit, *models, problems=()):
    found = Found(unit)
    found.models, found.sure, found.problems = list(models), len(models) == 1, list(problems)
    return found


class TestDetection(unittest.TestCase):
    def detect(self, search, places=(), write=None):
        detection = Detection(
            search, search, lambda probe: search, lambda name: None, lambda text: None, 0, places,
            write,
        )  # fmt: skip
        return asyncio.run(detection.run())

    def test_nobody(self):
        search = Search()
        outcome = self.detect(search, [Place], search.write)
        self.assertEqual((outcome.ok, outcome.line, search.written), (False, None, []))
        self.assertTrue("bad_crc" in outcome.sentences[0])
        self.assertTrue(outcome.sentences[-1].startswith("no meter answers"))

    def test_what_was_found_is_written_and_told(self):
        search = Search(meter(7, "b23"))
        outcome = self.detect(search, [Place], search.write)
        self.assertEqual(search.written, [(LINE, [(0, "b23", 7)])])
        self.assertTrue(outcome.ok)
        self.assertEqual(outcome.sentences[0], "the line is 9600 8E1")
        self.assertEqual(outcome.sentences[-1], "the configuration is written; restart to use it")
        outcome = self.detect(search, [Place], search.write)
        self.assertEqual(outcome.sentences[-1], "the configuration says so already")

    def test_what_is_not_accepted_is_not_written(self):
        for found in (
            meter(1, "b23", problems=["no"]), meter(1, "em340", "gnm3d"), meter(1),
        ):  # fmt: skip
            search = Search(found)
            outcome = self.detect(search, [Place], search.write)
            self.assertEqual((outcome.ok, search.written), (False, []))
            self.assertEqual(outcome.sentences[-1], "nothing was written")

    def test_without_a_configuration_nothing_is_written(self):
        self.assertTrue(self.detect(Search(meter(1, "b23"), meter(2, "b21"))).ok)
        self.assertFalse(self.detect(Search(meter(1, "b23"), meter(2, "b21", "b23"))).ok)
        self.assertFalse(self.detect(Search(meter(1, "b23", problems=["no"]))).ok)
