"""OBIS codes: every way of writing one gives its six numbers, anything else gives nothing."""

import unittest

from wattseal.core import obis


class TestObis(unittest.TestCase):
    def test_the_groups_are_hexadecimal(self):
        self.assertEqual(obis.groups("01-00:01.08.00*FF"), [1, 0, 1, 8, 0, 0xFF])
        self.assertEqual(obis.groups("1-b:98.8.e*198"), [1, 0xB, 0x98, 8, 0xE, 0x198])

    def test_the_ways_of_writing_one_code(self):
        for text in ("1-0:1.8.0*ff", "01-00:01.08.00.FF", " 1-0:1.8.0*FF ", "1-00:1.8.0*0FF"):
            self.assertEqual(obis.groups(text), [1, 0, 1, 8, 0, 0xFF])

    def test_what_is_left_out_is_zero(self):
        self.assertEqual(obis.groups(""), [0, 0, 0, 0, 0, 0])
        self.assertEqual(obis.groups("1-0"), [1, 0, 0, 0, 0, 0])
        self.assertEqual(obis.groups("1-0:1.8.0"), [1, 0, 1, 8, 0, 0])
        self.assertEqual(obis.groups("-:.8"), [0, 0, 0, 8, 0, 0])

    def test_each_group_has_its_own_separator(self):
        for text in (
            "1:0:1.8.0", "1-0-1.8.0", "1-0.1.8.0", "1-0:1*8.0", "1-0:1.8*0", "1-0:1.8.0-FF",
            "1-0:1.8.0*FF*1", "1-0:1.8.0*FF.1",
        ):  # fmt: skip
            self.assertTrue(obis.groups(text) is None)

    def test_other_characters_make_no_code(self):
        for text in ("g", "1-0:1.8.x", "1 -0:1.8.0", "1-0:1.8.0*\u0661", "1-0:1.8.0*F\u00fc"):
            self.assertTrue(obis.groups(text) is None)
