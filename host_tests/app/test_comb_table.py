"""What the signer computes with: the table, and the native module where a fitting one is."""

import sys
import unittest

import scratch_folder

from wattseal import comb_table
from wattseal.core import p256_comb

NAME = "wattseal_p256"
OF_ANOTHER_MICROPYTHON = b"M\x01\x00\x1f"


class TestTable(unittest.TestCase):
    def test_is_the_table_and_the_module_is_let_go(self):
        p256_comb.check_table(comb_table.in_ram())
        self.assertFalse("p256_table" in sys.modules)


class TestNative(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.path = sys.path[:]
        sys.path[:] = [self.folder]

    def tearDown(self):
        sys.path[:] = self.path
        sys.modules.pop(NAME, None)
        scratch_folder.remove(self.folder)

    def ship(self, end, content):
        with open("%s/%s.%s" % (self.folder, NAME, end), "wb") as file:
            file.write(content)

    def test_is_the_module_when_there_is_one(self):
        self.ship("py", b"ANSWER = 42\n")
        self.assertEqual(comb_table.native().ANSWER, 42)

    def test_is_none_without_one(self):
        self.assertEqual(comb_table.native(), None)

    def test_is_none_when_it_is_for_another_micropython(self):
        self.ship("mpy", OF_ANOTHER_MICROPYTHON)
        self.assertEqual(comb_table.native(), None)

    def test_is_none_when_it_is_for_another_processor(self):
        self.ship("py", b"raise ValueError('incompatible .mpy arch')\n")
        self.assertEqual(comb_table.native(), None)

    def test_what_is_wrong_in_any_other_way_is_told(self):
        self.ship("py", b"raise RuntimeError('broken')\n")
        with self.assertRaises(RuntimeError):
            comb_table.native()
