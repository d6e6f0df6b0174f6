"""Signing and verifying: RFC 6979 exactly, edge keys and digests, faults release nothing."""

import unittest
from binascii import unhexlify
from hashlib import sha256

import sample
import vectors
from p256_table import TABLE

from wattseal.core import der, ecdsa
from wattseal.core.ecdsa import finish
from wattseal.core.p256 import GX, GY, B, CurveError, N, P
from wattseal.core.rfc6979 import nonce_steps

RFC = vectors.load("rfc6979_p256.json")
OPENSSL = vectors.load("openssl_p256.json")["signatures"]
KEY = int(RFC["private_key"], 16)
PUBLIC = unhexlify(RFC["public_key"])
G = GX.to_bytes(32, "big") + GY.to_bytes(32, "big")
MINUS_G = GX.to_bytes(32, "big") + (P - GY).to_bytes(32, "big")
BLINDING = bytes(range(64))
DIGEST = sha256(b"sample").digest()


def sign(key, digest, extra=b"", blinding=BLINDING, table=TABLE):
    return finish(ecdsa.sign_steps(key, digest, table, extra, blinding))


def verifies(public_key, digest, numbers):
    return finish(ecdsa.verify_numbers(public_key, digest, *numbers))


class TestSigning(unittest.TestCase):
    def test_rfc_6979_to_the_bit_whatever_the_blinding(self):
        for row in RFC["signatures"]:
            digest = sha256(row["message"].encode()).digest()
            self.assertEqual(finish(nonce_steps(KEY, digest)), int(row["k"], 16))
            for blinding in (BLINDING, bytes(64), b"\xff" * 64):
                numbers = sign(KEY, digest, b"", blinding)
                self.assertEqual(numbers, (int(row["r"], 16), int(row["s"], 16)))

    def test_signs_as_openssl_does_to_the_bit(self):
        for key, public_key, digest, signature in OPENSSL:
            numbers = sign(int(key, 16), unhexlify(digest))
            self.assertEqual(der.encode(*numbers), unhexlify(signature), public_key)
        self.assertEqual(len(OPENSSL), 10)

    def test_fresh_randomness_makes_another_signature_as_good(self):
        made = [sign(KEY, DIGEST, bytes([i]) * 32) for i in range(3)]
        self.assertEqual(len({r for r, _ in made}), 3)
        for numbers in sample.of(made, 2):
            self.assertTrue(verifies(PUBLIC, DIGEST, numbers))

    def test_another_message_or_key_has_another_nonce(self):
        nonces = {finish(nonce_steps(KEY + i, DIGEST)) for i in range(3)}
        nonces |= {finish(nonce_steps(KEY, sha256(bytes([i])).digest())) for i in range(3)}
        self.assertEqual(len(nonces), 6)

    def test_edge_keys_sign_edge_digests(self):
        top = (1 << 256) - 1
        keys = ((1, G), (N - 1, MINUS_G), (KEY, PUBLIC))
        cases = [(h, key) for h in (0, 1, N - 1, N, N + 1, top) for key in keys]
        for h, (key, public_key) in sample.of(cases, 2):
            digest = h.to_bytes(32, "big")
            self.assertTrue(verifies(public_key, digest, sign(key, digest)))

    def test_a_table_damaged_after_it_was_checked_releases_no_signature(self):
        table = bytearray(TABLE)
        for entry in range(0, len(table), 64):  # one bit of each entry, so that all used are wrong
            table[entry + 31] ^= 1
        with self.assertRaises(CurveError):
            sign(KEY, DIGEST, b"", BLINDING, table)

    def test_yields_at_every_point_operation_and_during_the_inversions(self):
        count = sum(1 for _ in ecdsa.sign_steps(KEY, DIGEST, TABLE, b"", BLINDING))
        self.assertTrue(40 < count < 80, count)


class TestKeyPair(unittest.TestCase):
    def belong(self, private_key, public_key):
        return finish(ecdsa.key_pair_steps(private_key, public_key, TABLE, BLINDING))

    def test_the_halves_of_a_key_belong_together(self):
        for private_key, public_key in ((KEY, PUBLIC), (1, G), (N - 1, MINUS_G)):
            self.assertTrue(self.belong(private_key, public_key))

    def test_other_halves_do_not(self):
        for private_key, public_key in (
            (KEY, G), (N - 1, G), (1, MINUS_G), (KEY + 1, PUBLIC), (0, G), (N, G), (N + 1, G),
            (1, G[:63]), (1, G + b"\0"), (1, bytes(64)), (1, b"\xff" * 64), (1, b""),
        ):  # fmt: skip
            self.assertFalse(self.belong(private_key, public_key))


class TestVerifying(unittest.TestCase):
    def test_refuses_every_changed_bit(self):
        good = bytearray(der.encode(*sign(KEY, DIGEST)))
        self.assertTrue(finish(ecdsa.verify_steps(PUBLIC, DIGEST, bytes(good))))
        for bit in sample.of(range(0, len(good) * 8, 7), 3):
            good[bit >> 3] ^= 1 << (bit & 7)
            self.assertFalse(finish(ecdsa.verify_steps(PUBLIC, DIGEST, bytes(good))))
            good[bit >> 3] ^= 1 << (bit & 7)

    def test_refuses_another_message_and_another_key(self):
        numbers = sign(KEY, DIGEST)
        self.assertFalse(verifies(PUBLIC, sha256(b"Sample").digest(), numbers))
        self.assertFalse(verifies(G, DIGEST, numbers))

    def test_refuses_numbers_out_of_range(self):
        r, s = sign(KEY, DIGEST)
        self.assertTrue(verifies(PUBLIC, DIGEST, (r, N - s)))  # the other good one
        for numbers in ((0, s), (r, 0), (N, s), (r, N), (r + N, s), (r, s + N), (-r, s)):
            self.assertFalse(verifies(PUBLIC, DIGEST, numbers))

    def test_refuses_keys_that_are_no_points(self):
        numbers = sign(KEY, DIGEST)
        for key in (
            b"",
            bytes(64),
            PUBLIC[:63],
            PUBLIC + b"\0",
            PUBLIC[:63] + b"\0",
            b"\xff" * 64,
        ):
            self.assertFalse(verifies(key, DIGEST, numbers))

    def test_refuses_what_adds_up_to_infinity(self):
        self.assertFalse(verifies(MINUS_G, (1).to_bytes(32, "big"), (1, 1)))

    def test_takes_a_point_whose_x_is_not_below_the_order(self):
        # x = N + 3 is the least such x with a point. With h = 0 and s = r it is u1 = 0, u2 = 1.
        x = N + 3
        square = (x * x * x - 3 * x + B) % P
        y = pow(square, (P + 1) // 4, P)
        self.assertEqual(y * y % P, square)
        key = x.to_bytes(32, "big") + y.to_bytes(32, "big")
        self.assertTrue(verifies(key, bytes(32), (3, 3)))
        self.assertFalse(verifies(key, bytes(32), (4, 4)))
