"""Pseudonyms: the agreed vectors, RFC 4231's HMAC cases, nothing of the card in the result."""

import unittest
from binascii import hexlify, unhexlify

import vectors

from wattseal.core.hmac_sha256 import hmac_sha256
from wattseal.core.pseudonym import pid


class TestPseudonym(unittest.TestCase):
    def test_agreed_vectors(self):
        for salt, id_type, data, expected in vectors.load("pseudonym.json"):
            self.assertEqual(pid(unhexlify(salt), id_type, data), expected)

    def test_another_salt_gives_an_unrelated_value(self):
        first = pid(bytes(32), "ISO14443", "DEADBEEF")
        second = pid(bytes(31) + b"\1", "ISO14443", "DEADBEEF")
        self.assertTrue(first != second)

    def test_hmac_of_rfc_4231(self):
        cases = (  # RFC 4231, test cases 1, 2 and 4
            (b"\x0b" * 20, b"Hi There", b"b0344c61d8db38535ca8afceaf0bf12b"),
            (b"Jefe", b"what do ya want for nothing?", b"5bdcc146bf60754e6a042426089575c7"),
            (bytes(range(1, 26)), b"\xcd" * 50, b"82558a389a443c0ea4cc819899f2083a"),
        )
        for key, message, start in cases:
            self.assertEqual(hexlify(hmac_sha256(key, message))[:32], start)

    def test_a_key_that_no_part_uses_is_refused(self):
        with self.assertRaises(ValueError):
            hmac_sha256(bytes(33), b"")
