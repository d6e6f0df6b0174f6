"""One value of a JSON text is changed, every other byte stays; the parser agrees."""

import json
import unittest

from wattseal.core import detect_text

TEXT = """{ "version": 1,
  "buses" : [ {"baud":9600, "parity":"N"},{} , {\t} ],
  "note": "a \\" } ] \\\\", "\\"x": [[], {"a": {"b": [1, 2]}}, null, true, -1.5e3],
  "connectors": [{"id": 1, "meter": "sdm630", "unit": 1}]
}
"""


def set_in(raw, path, value):
    for step in path[:-1]:
        raw = raw[step]
    raw[path[-1]] = value


class TestChange(unittest.TestCase):
    def check(self, path, value, text=TEXT):
        changed = detect_text.change(text, path, json.dumps(value))
        expected = json.loads(text)
        set_in(expected, path, value)
        self.assertEqual(json.loads(changed), expected)
        return changed

    def test_replaces_a_value_and_leaves_the_rest(self):
        changed = self.check(("buses", 0, "baud"), 115200)
        self.assertEqual(changed, TEXT.replace("9600", "115200"))
        changed = self.check(("connectors", 0, "meter"), "b23")
        self.assertEqual(changed, TEXT.replace("sdm630", "b23"))

    def test_replaces_any_kind_of_value(self):
        for path in (("version",), ("buses",), ("note",), ("buses", 1), ("connectors", 0)):
            for value in (7, "seven", [], {"a": [1]}, None):
                self.check(path, value)

    def test_adds_a_key_that_is_missing(self):
        for path in (("buses", 0, "stop_bits"), ("buses", 1, "baud"), ("buses", 2, "baud")):
            self.check(path, 2)
        self.check(("new",), 1)
        self.check(("new",), 1, "{}")
        self.check(("a", "b"), 1, '{"a":{ }}')

    def test_one_after_the_other(self):
        text = TEXT
        for key, value in (("baud", 2400), ("parity", "E"), ("stop_bits", 2), ("baud", 19200)):
            text = self.check(("buses", 1, key), value, text)
        self.assertTrue('"note": "a \\" } ] \\\\"' in text)

    def test_of_a_key_that_is_there_twice_the_last_counts(self):
        changed = detect_text.change('{"a": 1, "a": 2}', ("a",), "3")
        self.assertEqual(json.loads(changed), {"a": 3})

    def test_no_place_is_told(self):
        for path in (("buses", 3), ("buses", "baud"), ("none", "baud"), ("version", "x"), (0,)):
            with self.assertRaises(detect_text.NoPlace):
                detect_text.change(TEXT, path, "1")
