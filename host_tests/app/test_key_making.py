"""A key that a device makes: the firmware signs with it, it is random, and none is replaced."""

import os
import unittest

from p256_table import TABLE

from wattseal.core import ecdsa
from wattseal.core.ecdsa import KeyFault
from wattseal.core.p256 import CurveError
from wattseal.drivers.key_copies import Copies
from wattseal.drivers.key_making import make

PATH = "made.key"


def absent(path):
    try:
        os.stat(path)
    except OSError:
        return True
    return False


class TestKeyMaking(unittest.TestCase):
    def setUp(self):
        self.tearDown()

    def tearDown(self):
        for path in (PATH, PATH + ".2"):
            if not absent(path):
                os.remove(path)

    def test_the_firmware_takes_it_and_its_halves_belong_together(self):
        name = make(PATH, TABLE, os.urandom)
        copies = Copies(PATH)
        device, private, public = copies.load()
        self.assertEqual(device, name)
        self.assertEqual(copies.counts["key_restored"], 0)  # both copies were good
        self.assertTrue(ecdsa.finish(ecdsa.key_pair_steps(private, public, TABLE, os.urandom(32))))
        other = bytes([public[0] ^ 1]) + public[1:]
        self.assertFalse(ecdsa.finish(ecdsa.key_pair_steps(private, other, TABLE, bytes(32))))

    def test_the_known_key_of_known_bytes(self):
        """By hashlib on another machine: the range and the draw are as written."""
        make(PATH, TABLE, lambda count: b"\x01" * count)
        self.assertEqual(Copies(PATH).load()[1], KNOWN)

    def test_two_are_two(self):
        make(PATH, TABLE, os.urandom)
        first = Copies(PATH).load()
        self.tearDown()
        make(PATH, TABLE, os.urandom)
        second = Copies(PATH).load()
        self.assertNotEqual(first[0], second[0])
        self.assertNotEqual(first[1], second[1])

    def test_a_key_is_never_overwritten_nor_its_copy_alone(self):
        for path in (PATH, PATH + ".2"):
            with open(path, "wb") as file:
                file.write(b"damaged")
            with self.assertRaises(KeyFault):
                make(PATH, TABLE, os.urandom)
            with open(path, "rb") as file:
                self.assertEqual(file.read(), b"damaged")
            self.tearDown()

    def test_a_damaged_table_makes_no_key(self):
        wrong = bytearray(TABLE)
        wrong[5000] ^= 1
        with self.assertRaises(CurveError):
            make(PATH, bytes(wrong), os.urandom)
        self.assertTrue(absent(PATH) and absent(PATH + ".2"))


# 1 + int(sha256("key 0 " + 01*512) + sha256("key 1 " + 01*512)) mod (N - 1)
KNOWN = 0xB173B9E9FA5310BC6F94ECBCF5A4926E5231C43BC8AE368C52E4885CA2D67925

if __name__ == "__main__":
    unittest.main()
