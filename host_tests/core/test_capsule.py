"""The capsule: a vector made elsewhere, one length for all, nothing of the card in it."""

import unittest
from binascii import hexlify, unhexlify

import vectors
from cryptolib import aes
from p256_table import TABLE

from wattseal.core import capsule
from wattseal.core.ecdsa import finish
from wattseal.core.p256 import GX, GY, CurveError

VECTOR = vectors.load("capsule.json")
KEY = unhexlify(VECTOR["back_end_key"])
SALT = bytes(range(32))
EPHEMERAL = (bytes(64), bytes(range(32)))


def made(presented, ephemeral=EPHEMERAL):
    return capsule.sealed(ephemeral, "d" * 16, "5e55104", SALT, presented, aes)


class TestCapsule(unittest.TestCase):
    def test_the_vector(self):
        ephemeral = finish(capsule.ephemeral_steps(KEY, unhexlify(VECTOR["random"]), TABLE))
        sealed = capsule.sealed(
            ephemeral, VECTOR["device"], VECTOR["session"], unhexlify(VECTOR["salt"]),
            tuple(VECTOR["presented"]), aes,
        )  # fmt: skip
        self.assertEqual(hexlify(sealed).decode(), VECTOR["capsule"])

    def test_the_length_tells_nothing(self):
        cards = (("ISO14443", "VERIFIED", "DEADBEEF"), ("EMAID", "TRUSTED", "DE8ACC12E46L89"),
                 ("PHONE_NUMBER", "VERIFIED", "+" + "1" * 39))  # fmt: skip
        self.assertEqual({len(made(card)) for card in cards}, {202})

    def test_the_same_card_twice(self):
        other = finish(capsule.ephemeral_steps(KEY, bytes(range(96)), TABLE))
        card = ("ISO14443", "VERIFIED", "DEADBEEF")
        one, two = made(card), made(card, other)
        for sealed in (one, two):
            self.assertTrue(b"DEADBEEF" not in sealed and b"ISO14443" not in sealed)
            self.assertTrue(SALT not in sealed)
        self.assertTrue(one[64:] != two[64:])

    def test_each_part_of_the_random_bytes_counts(self):
        from wattseal.core import p256_window  # late: it may have been dropped meanwhile

        drawn = bytes(range(96))
        seen, steps = [], p256_window.multiply_steps

        def watched(k, x, y, z):
            seen.append((k, z))
            return steps(k, x, y, z)

        p256_window.multiply_steps = watched
        try:
            for at in (0, 32, 64):
                random = drawn[:at] + bytes([255]) + drawn[at + 1 :]
                finish(capsule.ephemeral_steps(KEY, random, TABLE))
        finally:
            p256_window.multiply_steps = steps
        self.assertTrue(seen[0][0] != seen[1][0])
        self.assertEqual(seen[1][0], seen[2][0])
        self.assertTrue(seen[1][1] != seen[2][1])  # the coordinates' own

    def test_a_longer_identification_is_kept_whole(self):
        self.assertEqual(len(made(("EMAID", "TRUSTED", "1" * 80))), 202 + 32)

    def test_a_key_off_the_curve(self):
        for key in (bytes(64), GX.to_bytes(32, "big") + (GY + 1).to_bytes(32, "big")):
            with self.assertRaises(CurveError):
                finish(capsule.ephemeral_steps(key, bytes(range(96)), TABLE))
