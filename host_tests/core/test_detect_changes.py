"""Which meter is whose, and where it is written; what could be two ways is left alone."""

import json
import unittest

from wattseal.core import config, detect_changes
from wattseal.core.detect_models import Found

LINE = (19200, "E", 1)
HEAD = '{"version": 1, "broker": {"host": "b", "tls": "plain-text-accepted"},\n'
TEXT = HEAD + ' "connectors": [{"id": 4, "meter": "em340"}, {"id": 5, "meter": "b23", "unit": 2}]}'


class Place:
    def __init__(self, number, meter, unit, bus=0):
        self.id, self.meter, self.unit, self.bus = number, meter, unit, bus


def meter(unit, *models, problems=()):
    found = Found(unit)
    found.models = list(models)
    found.sure = len(models) == 1
    found.problems = list(problems)
    return found


class TestPairs(unittest.TestCase):
    def check(self, places, found, expected, missing=0, bus=0, named=()):
        named = named or [0 for _ in places]
        pairs, sentences = detect_changes.pairs(places, bus, found, named)
        self.assertEqual(sorted(pairs), expected)
        self.assertEqual(len(sentences), missing, sentences)
        return sentences

    def test_one_meter_and_one_connector(self):
        self.check([Place(1, "sdm630", 1)], [meter(9, "sdm630")], [(0, "sdm630", 9)])

    def test_another_model_is_somebody_elses_where_no_unit_is_written_down(self):
        for found in ([meter(1, "sdm120")], [meter(1, "sdm120"), meter(4, "em340", "gnm3d")]):
            said = self.check([Place(1, "sdm630", 1)], found, [], missing=1)
            self.assertTrue("no sdm630 was found" in said[0] and "is unit 1, set" in said[0], said)
        found = [meter(1, "sdm120"), meter(5, "sdm630")]
        self.check([Place(1, "sdm630", 1)], found, [(0, "sdm630", 5)])

    def test_by_the_unit(self):
        places = [Place(1, "sdm630", 1), Place(2, "sdm630", 2)]
        found = [meter(1, "b23"), meter(2, "b21")]
        self.check(places, found, [(0, "b23", 1), (1, "b21", 2)], named=(1, 2))
        self.check(places, found, [(1, "b21", 2)], missing=1, named=(0, 2))

    def test_what_is_left_over_is_the_other_ones(self):
        places = [Place(1, "b23", 1), Place(2, "sdm630", 2)]
        found = [meter(2, "b21"), meter(7, "b23")]
        self.check(places, found, [(0, "b23", 7), (1, "b21", 2)], named=(1, 2))

    def test_two_models_find_their_connectors(self):
        places = [Place(1, "b23", 1), Place(2, "sdm630", 2)]
        found = [meter(4, "sdm630"), meter(7, "b23"), meter(8, "b21")]
        self.check(places, found, [(0, "b23", 7), (1, "sdm630", 4)])

    def test_one_that_may_be_either_connectors_is_not_guessed(self):
        places = [Place(1, "em340", 1), Place(2, "gnm3d", 2)]
        self.check(places, [meter(3, "em340", "gnm3d")], [], missing=2)

    def test_two_meters_at_other_units_are_not_guessed(self):
        places = [Place(1, "sdm630", 1), Place(2, "sdm630", 2)]
        said = self.check(places, [meter(7, "sdm630"), meter(8, "sdm630")], [], missing=2)
        self.assertTrue("unit 7, 8" in said[0], said)

    def test_one_meter_for_two_connectors(self):
        places = [Place(1, "sdm630", 1), Place(2, "sdm630", 2)]
        named = (1, 2)
        found = [meter(1, "sdm630")]
        self.check(places, found, [(0, "sdm630", 1)], missing=1, named=named)
        self.check(places, [meter(9, "sdm630")], [], missing=2, named=named)

    def test_two_meters_for_one_connector(self):
        found = [meter(7, "b23"), meter(8, "b23")]
        self.check([Place(1, "b23", 8)], found, [], missing=1)
        self.check([Place(1, "b23", 8)], found, [(0, "b23", 8)], named=(8,))

    def test_what_could_be_two_models_is_the_configured_one_or_none(self):
        found = [meter(1, "em340", "gnm3d")]
        self.check([Place(1, "gnm3d", 1)], found, [(0, "gnm3d", 1)])
        self.check([Place(1, "sdm630", 1)], found, [], missing=1, named=(1,))

    def test_a_meter_with_a_problem_is_nobodys(self):
        found = [meter(1, "b23", problems=["no"])]
        self.check([Place(1, "b23", 1)], found, [], missing=1, named=(1,))
        self.check([Place(1, "b23", 1)], found, [], missing=1)

    def test_one_that_gives_pulses_is_counted_and_left_alone(self):
        places = [Place(1, "s0", 1), Place(2, "b23", 1), Place(3, "s0", 1)]
        self.check(places, [meter(7, "b23")], [(1, "b23", 7)])
        self.check(places[:1], [meter(1, "b21")], [])

    def test_another_bus_is_left_alone(self):
        places = [Place(1, "b23", 1), Place(2, "b23", 1, bus=1)]
        self.check(places, [meter(1, "b23")], [(1, "b23", 1)], bus=1)


class TestApply(unittest.TestCase):
    def apply(self, text, found, bus=0):
        return json.loads(detect_changes.apply(text, json.loads(text), bus, LINE, found))

    def test_writes_what_was_found_and_no_more(self):
        expected = json.loads(TEXT)
        expected["buses"] = [{"baud": 19200, "parity": "E", "stop_bits": 1}]
        expected["connectors"][0].update({"meter": "sdm630", "unit": 7})
        got = self.apply(TEXT, [(0, "sdm630", 7)])
        self.assertEqual(got, expected)
        config.load(got, ("sdm630", "b23"))

    def test_only_its_own_bus(self):
        text = TEXT.replace('"connectors"', '"buses": [{"baud": 1200}, {}], "connectors"')
        got = self.apply(text, [(1, "b21", 3)], bus=1)
        self.assertEqual(got["buses"][0], {"baud": 1200})
        self.assertEqual(got["buses"][1]["baud"], 19200)
        self.assertEqual(got["connectors"][1], {"id": 5, "meter": "b21", "unit": 3})
        self.assertEqual(got["connectors"][0], {"id": 4, "meter": "em340"})
