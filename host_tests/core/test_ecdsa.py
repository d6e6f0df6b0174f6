"""Signing and verification of P-256: RFC 6979 exactly, edge keys, faults caught, DER strict."""

import unittest
from binascii import unhexlify
from hashlib import sha256

from p256_table import TABLE

from wattseal.core import der, ecdsa, p256
from wattseal.core.p256 import CurveError
from wattseal.core.rfc6979 import nonce_steps

KEY = int("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", 16)
PUBLIC = unhexlify(
    "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6"
    "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299"
)
BLIND = bytes(range(96))
RFC6979_A25 = (  # RFC 6979 A.2.5, SHA-256
    (
        b"sample",
        "A6E3C57DD01ABE90086538398355DD4C3B17AA873382B0F24D6129493D8AAD60",
        "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
        "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    ),
    (
        b"test",
        "D16B6AE827F17175E040871A1C7EC3500192C4C92677336EC2537ACAEE0008E0",
        "F1ABB023518351CD71D881567B1EA663ED3EFCF6C5132B354F28D3B0B7D38367",
        "019F4113742A2B14BD25926B49C649155F267E60D3814B4C0CC84250E46F0083",
    ),
)


def sign(key, digest, table=TABLE, extra=b"", blinding=BLIND):
    return ecdsa.finish(ecdsa.sign_steps(key, digest, table, extra, blinding))


class TestSigning(unittest.TestCase):
    def test_rfc_6979_vectors_whatever_the_blinding(self):
        for message, k, r, s in RFC6979_A25:
            digest = sha256(message).digest()
            self.assertEqual(ecdsa.finish(nonce_steps(KEY, digest)), int(k, 16))
            for blinding in (BLIND, bytes(96), b"\xff" * 96):
                self.assertEqual(sign(KEY, digest, blinding=blinding), (int(r, 16), int(s, 16)))

    def test_fresh_randomness_changes_the_signature_and_both_are_good(self):
        digest = sha256(b"x").digest()
        made = [sign(KEY, digest, extra=bytes([i]) * 32) for i in range(2)]
        self.assertTrue(made[0] != made[1])
        for r, s in made:
            self.assertTrue(ecdsa.finish(ecdsa.verify_numbers(PUBLIC, digest, r, s)))

    def test_edge_keys_and_digests(self):
        for digest in (bytes(32), p256.N.to_bytes(32, "big"), b"\xff" * 32):
            r, s = sign(1, digest)
            public = p256.GX.to_bytes(32, "big") + p256.GY.to_bytes(32, "big")
            self.assertTrue(ecdsa.finish(ecdsa.verify_numbers(public, digest, r, s)))
            r, s = sign(p256.N - 1, digest)
            public = p256.GX.to_bytes(32, "big") + (p256.P - p256.GY).to_bytes(32, "big")
            self.assertTrue(ecdsa.finish(ecdsa.verify_numbers(public, digest, r, s)))

    def test_a_flipped_bit_in_the_table_releases_no_signature(self):
        for at in (40, 9000, 16000):
            table = bytearray(TABLE)
            for entry in range(at % 64, len(table), 64):  # so that one is surely used
                table[entry] ^= 1
            with self.assertRaises(CurveError):
                sign(KEY, sha256(b"sample").digest(), bytes(table))

    def test_yields_often(self):
        steps = ecdsa.sign_steps(KEY, bytes(32), TABLE, b"", BLIND)
        count = 0
        for _ in steps:
            count += 1
        self.assertTrue(count > 30, count)  # a column of the comb, an HMAC, 16 Euclid steps


class TestVerification(unittest.TestCase):
    def test_refuses_what_was_altered(self):
        digest = sha256(b"sample").digest()
        good = der.encode(*sign(KEY, digest))
        self.assertTrue(ecdsa.finish(ecdsa.verify_steps(PUBLIC, digest, good)))
        for at in range(0, len(good), 5):
            bad = bytearray(good)
            bad[at] ^= 1
            self.assertFalse(ecdsa.finish(ecdsa.verify_steps(PUBLIC, digest, bytes(bad))))
        other = sha256(b"Sample").digest()
        self.assertFalse(ecdsa.finish(ecdsa.verify_steps(PUBLIC, other, good)))

    def test_refuses_keys_that_are_no_points(self):
        digest = bytes(32)
        for key in (b"", bytes(64), PUBLIC[:63], PUBLIC[:63] + b"\0", b"\xff" * 64):
            self.assertFalse(ecdsa.finish(ecdsa.verify_numbers(key, digest, 1, 1)))

    def test_the_opposite_of_the_generator_is_handled(self):
        public = p256.GX.to_bytes(32, "big") + (p256.P - p256.GY).to_bytes(32, "big")
        self.assertFalse(ecdsa.finish(ecdsa.verify_numbers(public, b"\0" * 31 + b"\1", 1, 1)))


class TestDer(unittest.TestCase):
    def test_is_minimal_and_comes_back(self):
        for r in (1, 127, 128, 255, 256, (1 << 255) - 1, 1 << 255, (1 << 256) - 1):
            for s in (1, 128, (1 << 256) - 1):
                self.assertEqual(der.decode(der.encode(r, s)), (r, s))
        self.assertEqual(der.encode(1, 128), unhexlify("3007020101" + "02020080"))

    def test_refuses_every_other_form(self):
        for bad in (
            "", "30", "3006020101020101ff", "300702010102020001", "30060201ff020101",
            "3081060201010201 01".replace(" ", ""), "3106020101020101", "3006020101030101",
            "30060200020101", "3005020101020101", "3006020101020102ff", "3006020101028101",
        ):  # fmt: skip
            with self.assertRaises(der.DerError):
                der.decode(unhexlify(bad))
