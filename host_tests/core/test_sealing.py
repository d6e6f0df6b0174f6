"""Sealing: the agreed vectors, every changed byte refused alike, analytics ids."""

import unittest
from binascii import hexlify, unhexlify

import vectors
from cryptolib import aes

from wattseal.core.analytics_id import aid, month_key
from wattseal.core.sealing import SealFault, seal, unseal

VECTORS = vectors.load("sealing.json")
KEY = bytes(range(32))


class TestSealing(unittest.TestCase):
    def test_agreed_vectors(self):
        for key, sequence, purpose, text, sealed in VECTORS["seal"]:
            key, purpose, text = unhexlify(key), unhexlify(purpose), unhexlify(text)
            self.assertEqual(hexlify(seal(key, sequence, purpose, text, aes)).decode(), sealed)
            self.assertEqual(unseal(key, purpose, unhexlify(sealed), aes), text)

    def test_the_agreed_forgeries_are_refused_alike(self):
        key, refused = unhexlify(VECTORS["refused_key"]), 0
        for _, purpose, sealed in VECTORS["refused"]:
            try:
                unseal(key, unhexlify(purpose), unhexlify(sealed), aes)
            except SealFault as fault:
                self.assertEqual(fault.args, ())
                refused += 1
        self.assertEqual(refused, 11)

    def test_every_flipped_bit_and_every_other_length_is_refused(self):
        sealed = seal(KEY, 7, b"purpose", b"identification", aes)
        changed = [
            sealed[:at] + bytes([sealed[at] ^ 1 << at % 8]) + sealed[at + 1 :]
            for at in range(len(sealed))
        ]
        changed += [sealed[:length] for length in range(len(sealed))] + [sealed + bytes(16)]
        for one in changed:
            with self.assertRaises(SealFault):
                unseal(KEY, b"purpose", one, aes)

    def test_another_key_or_purpose_is_refused(self):
        sealed = seal(KEY, 7, b"purpose", b"identification", aes)
        for key, purpose in ((bytes(32), b"purpose"), (KEY, b"purposes"), (KEY, b"")):
            with self.assertRaises(SealFault):
                unseal(key, purpose, sealed, aes)

    def test_every_length_of_text(self):
        for length in range(50):
            text = bytes(range(length))
            sealed = seal(KEY, length, b"", text, aes)
            self.assertEqual(len(sealed), 58 + length // 16 * 16)
            self.assertEqual(unseal(KEY, b"", sealed, aes), text)

    def test_analytics_ids(self):
        for root, month, key, who, expected in VECTORS["aid"]:
            self.assertEqual(hexlify(month_key(unhexlify(root), month)).decode(), key)
            id_type, _, data = who.partition(":")
            self.assertEqual(aid(unhexlify(key), id_type, data), expected)
