"""What a search has found becomes sentences, and what may be written is written."""

import asyncio
import unittest

from wattseal.app.detect_run import Detection
from wattseal.core.detect_models import Found

LINE = (9600, "E", 1)


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
            [0 for _ in places], write,
        )  # fmt: skip
        return asyncio.run(detection.run())

    def test_nobody(self):
        search = Search()
        outcome = self.detect(search, [Place], search.write)
        self.assertEqual((outcome.ok, outcome.line, search.written), (False, None, []))
        self.assertTrue("bad_crc" in outcome.sentences[0])
        self.assertTrue(outcome.sentences[-1].startswith("no meter answers"))

    def test_what_was_found_is_written_and_told(self):
        search = Search(meter(2, "b23"), meter(7, "sdm630"))
        outcome = self.detect(search, [Place], search.write)
        self.assertEqual(search.written, [(LINE, [(0, "sdm630", 7)])])
        self.assertTrue(outcome.ok)
        self.assertEqual(outcome.sentences[0], "the line is 9600 8E1")
        self.assertEqual(outcome.sentences[-2:], [
            "connector 1: unit 7, sdm630", "the configuration is written; restart to use it",
        ])  # fmt: skip
        outcome = self.detect(search, [Place], search.write)
        self.assertEqual(outcome.sentences[-1], "the configuration says so already")

    def test_what_is_not_accepted_is_not_written(self):
        for found in (
            meter(1, "b23", problems=["no"]), meter(1, "em340", "gnm3d"), meter(1),
            meter(1, "b23"),
        ):  # fmt: skip
            search = Search(found)
            outcome = self.detect(search, [Place], search.write)
            self.assertEqual((outcome.ok, search.written), (False, []))
            self.assertEqual(outcome.sentences[-1], "nothing was written")

    def test_without_a_configuration_nothing_is_written(self):
        self.assertTrue(self.detect(Search(meter(1, "b23"), meter(2, "b21"))).ok)
        self.assertFalse(self.detect(Search(meter(1, "b23"), meter(2, "b21", "b23"))).ok)
        self.assertFalse(self.detect(Search(meter(1, "b23", problems=["no"]))).ok)
