"""The native module against bytecode: nonce, k * G, signatures, faults that release nothing."""

from hashlib import sha256

import sample
import vectors
from native_module import NativeCase, number, octets
from p256_table import TABLE

from wattseal.core import ecdsa, p256, p256_comb, p256_native, rfc6979
from wattseal.core.ecdsa import finish
from wattseal.core.p256 import CurveError, N, P

TOP = (1 << 256) - 1


class TestSigning(NativeCase):
    def test_nonces_are_those_of_bytecode(self):
        digests = [octets(h) for h in (0, 1, N - 1, N, N + 1, TOP)]
        digests += [octets(number(i)) for i in range(100)]
        for i, digest in enumerate(sample.of(digests, 8)):
            key, extra = number(i) % N, octets(number(3 * i)) if i & 1 else b""
            k = p256_native.nonce(self.native(), key, digest, extra)
            self.assertEqual(k, finish(rfc6979.nonce_steps(key, digest, extra)))

    def test_multiplies_like_bytecode(self):
        numbers = [1, 2, 3, N - 1, N - 2, N >> 1, 1 << 255] + [number(i) % N for i in range(50)]
        for k in sample.of(numbers, 5):
            z = (k + 99) % P
            x, y, zz, zzz = finish(p256_comb.multiply_steps(k, TABLE, z, self.native()))
            point = finish(p256_comb.multiply_steps(k, TABLE, z))
            self.assertEqual((zz, zzz), (1, 1))
            self.assertTrue(x < P and y < P)
            self.assertEqual((x * point[2] % P, y * point[3] % P), point[:2])

    def test_rfc_6979_to_the_bit_whatever_the_blinding(self):
        rfc = vectors.load("rfc6979_p256.json")
        key = int(rfc["private_key"], 16)
        for row in rfc["signatures"]:
            digest = sha256(row["message"].encode()).digest()
            for blinding in (bytes(range(64)), bytes(64), b"\xff" * 64):
                steps = ecdsa.sign_steps(key, digest, TABLE, b"", blinding, self.native())
                self.assertEqual(finish(steps), (int(row["r"], 16), int(row["s"], 16)))

    def test_signs_like_bytecode(self):
        edges = [(d, h) for d in (1, 2, N - 2, N - 1) for h in (0, 1, N - 1, N, N + 1, TOP)]
        for i in sample.of(range(1000), 20):
            d, h = edges[i] if i < len(edges) else (number(i) % (N - 1) + 1, number(-i))
            digest, extra, blinding = octets(h), octets(d ^ h), octets(d) + octets(h)
            steps = ecdsa.sign_steps(d, digest, TABLE, extra, blinding, self.native())
            by_bytecode = ecdsa.sign_steps(d, digest, TABLE, extra, blinding)
            self.assertEqual(finish(steps), finish(by_bytecode))

    def test_does_as_many_steps_whatever_the_number(self):
        counts = set()
        for k in (1, 2, N - 1, number(1) % N, number(2) % N):
            steps = p256_comb.multiply_steps(k, TABLE, 1, self.native())
            counts.add(sum(1 for _ in steps))
        self.assertEqual(counts, {16})

    def test_proves_a_key_pair(self):
        blinding = bytes(32)
        g = octets(p256.GX) + octets(p256.GY)
        for key, belongs in ((1, True), (2, False), (N - 1, False)):
            steps = ecdsa.key_pair_steps(key, g, TABLE, blinding, self.native())
            self.assertEqual(finish(steps), belongs)


class TestFaults(NativeCase):
    def test_one_wrong_bit_of_the_table_gives_no_point_or_was_not_used(self):
        k = number(1) % N
        table, caught = bytearray(TABLE), 0
        good = finish(p256_comb.multiply_steps(k, table, 1, self.native()))
        for bit in sample.of(range(3, 16384 * 8, 512 + 131), 24):
            table[bit >> 3] ^= 1 << (bit & 7)
            try:
                found = finish(p256_comb.multiply_steps(k, table, 1, self.native()))
                self.assertEqual(found, good)
            except CurveError:
                caught += 1
            table[bit >> 3] ^= 1 << (bit & 7)
        self.assertTrue(caught > 1, caught)

    def test_one_wrong_bit_of_the_sum_gives_no_point(self):
        for at in range(0, 128, 31):  # in X, Y, ZZ and ZZZ
            state = bytearray(160)
            self.native().start(state, TABLE, octets(number(1) | 1), octets(2))
            for column in range(15, -1, -1):
                self.native().add(state, TABLE, 16 + column)
                state[at] ^= 8 if column == 9 else 0
                if column:
                    self.native().double(state)
                    self.native().add(state, TABLE, column - 1)
            self.assertFalse(self.native().finish(state))

    def test_a_damaged_table_releases_no_signature(self):
        table = bytearray(TABLE)
        for entry in range(0, len(table), 64):
            table[entry + 31] ^= 1
        with self.assertRaises(CurveError):
            steps = ecdsa.sign_steps(7, bytes(32), table, b"", bytes(range(64)), self.native())
            finish(steps)

    def test_a_finished_sum_has_forgotten_the_nonce(self):
        state = bytearray(160)
        self.native().start(state, TABLE, octets(number(1) | 1), octets(2))
        self.native().finish(state)
        self.assertEqual(state[64:], bytes(96))
