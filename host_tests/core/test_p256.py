"""The curve's arithmetic against itself: group law, comb, wNAF, inverses, faults."""

import unittest
from hashlib import sha256

import sample
from p256_table import TABLE

from wattseal.core import p256, p256_comb, p256_wnaf
from wattseal.core.ecdsa import finish
from wattseal.core.p256 import GX, GY, INFINITY, CurveError, N, P

G = (GX, GY, 1, 1)
MINUS_GY = P - GY


def numbers(count):
    """Some 256-bit numbers below N, the same ones everywhere."""
    return [int.from_bytes(sha256(bytes([i])).digest(), "big") % N for i in range(count)]


def affine(point):
    x, y, zz, zzz = point
    if not zz:
        return None
    return x * finish(p256.inverse_steps(zz, P)) % P, y * finish(p256.inverse_steps(zzz, P)) % P


def slowly(k):
    """k * G by doubling and adding: the oracle of the two fast methods."""
    point = INFINITY
    for bit in range(255, -1, -1):
        point = p256.double(point)
        if k >> bit & 1:
            point = p256.add_affine(point, GX, GY)
    return affine(point)


def by_comb(k, z=1, table=TABLE):
    return finish(p256_comb.multiply_steps(k, table, z))


class TestPoints(unittest.TestCase):
    def test_the_constants_are_a_curve_with_the_generator_on_it(self):
        self.assertTrue(p256.on_curve(G))
        self.assertEqual(P, 2**256 - 2**224 + 2**192 + 2**96 - 1)
        self.assertEqual(slowly(N), None)
        self.assertEqual(slowly(N - 1), (GX, MINUS_GY))

    def test_infinity_is_neutral_and_its_own_double(self):
        self.assertEqual(p256.add_affine(INFINITY, GX, GY), G)
        self.assertEqual(p256.double(INFINITY)[2], 0)
        self.assertFalse(p256.on_curve(INFINITY))

    def test_a_point_and_itself_make_its_double_and_its_opposite_makes_nothing(self):
        again = by_comb(1, 77)  # G in other coordinates
        self.assertEqual(affine(p256.add_affine(again, GX, GY)), affine(p256.double(G)))
        self.assertEqual(p256.add_affine(again, GX, MINUS_GY)[2], 0)

    def test_both_additions_agree(self):
        five = by_comb(5, 99)
        self.assertEqual(affine(p256.add(five, by_comb(1, 33))), slowly(6))
        self.assertEqual(affine(p256.add_affine(five, GX, GY)), slowly(6))

    def test_notices_points_off_the_curve(self):
        x, y, zz, zzz = by_comb(12345, 6789)
        self.assertTrue(p256.on_curve((x, y, zz, zzz)))
        for wrong in ((x ^ 1, y, zz, zzz), (x, y ^ 1, zz, zzz), (x, y, zz ^ 1, zzz)):
            self.assertFalse(p256.on_curve(wrong))
        self.assertFalse(p256.on_curve((x, y, zz, zzz + 1)))

    def test_a_public_key_is_a_point_in_range(self):
        self.assertTrue(p256.is_public_key(GX, MINUS_GY))
        for x, y in ((0, 0), (GX, GY + 1), (GX + P, GY), (GX, GY + P), (-GX, GY), (P, P)):
            self.assertFalse(p256.is_public_key(x, y))


class TestInverse(unittest.TestCase):
    def test_number_times_inverse_is_one(self):
        for modulus in (N, P):
            for number in numbers(20) + [1, 2, modulus - 1, modulus + 1, 3 << 300]:
                inverse = finish(p256.inverse_steps(number, modulus))
                self.assertTrue(0 < inverse < modulus)
                self.assertEqual(number * inverse % modulus, 1)

    def test_nothing_has_no_inverse(self):
        for number in (0, N, 5 * N):
            with self.assertRaises(CurveError):
                finish(p256.inverse_steps(number, N))


class TestComb(unittest.TestCase):
    def test_takes_the_table_it_names_and_no_other(self):
        p256_comb.check_table(TABLE)
        self.assertEqual(len(TABLE), p256_comb.TABLE_BYTES)
        table = bytearray(TABLE)
        for at in (0, 8191, 16383):
            table[at] ^= 0x80
            with self.assertRaises(CurveError):
                p256_comb.check_table(table)
            table[at] ^= 0x80
        with self.assertRaises(CurveError):
            p256_comb.check_table(TABLE[:-1])

    def test_multiplies_like_double_and_add(self):
        cases = numbers(4) + [1, 2, 3, 1 << 255, N - 1, N - 2, N >> 1, (N >> 1) + 1]
        for k in sample.of(cases, 3):
            self.assertEqual(affine(by_comb(k, 7 * k + 1)), slowly(k))

    def test_does_as_many_steps_whatever_the_number(self):
        counts = set()
        for k in numbers(3) + [1, 2, N - 1]:
            counts.add(sum(1 for _ in p256_comb.multiply_steps(k, TABLE, 1)))
        self.assertEqual(len(counts), 1)

    def test_other_coordinates_are_the_same_point(self):
        first, second = by_comb(41, 1), by_comb(41, P - 2)
        self.assertTrue(first[2] != second[2])
        self.assertEqual(affine(first), affine(second))

    def test_one_wrong_bit_gives_no_point_or_was_not_used(self):
        k = numbers(1)[0]
        table, good, caught = bytearray(TABLE), by_comb(k), 0
        bits = range(3, 16384 * 8, 16384 * 8 // 128 + 512)  # every other entry, all columns
        for bit in sample.of(bits, 16):
            table[bit >> 3] ^= 1 << (bit & 7)
            try:
                self.assertEqual(by_comb(k, 1, table), good)
            except CurveError:
                caught += 1
            table[bit >> 3] ^= 1 << (bit & 7)
        self.assertTrue(caught > 2, caught)


class TestWnaf(unittest.TestCase):
    def test_digits_are_sparse_and_sum_up_to_the_number(self):
        for u in numbers(5) + [0, 1, 2, 15, 16, 17, 31, (1 << 256) - 1]:
            digits = [stored - 16 for stored in finish(p256_wnaf._digits_steps(u))]
            self.assertEqual(sum(digit << i for i, digit in enumerate(digits)), u)
            for i, digit in enumerate(digits):
                if digit:
                    self.assertTrue(digit & 1 and -16 < digit < 16)
                    self.assertFalse(any(digits[i + 1 : i + 5]))

    def test_the_constants_are_the_odd_multiples_of_the_generator(self):
        odd = [slowly(number) for number in range(1, 16, 2)]
        self.assertEqual(list(p256_wnaf._OF_G), odd)

    def test_sums_two_multiples(self):
        u1, u2, q = numbers(3)
        qx, qy = slowly(q)
        for a, b in sample.of(((u1, u2), (0, u2), (u1, 0), (1, 1), (N - 1, N - 1)), 2):
            point = finish(p256_wnaf.double_multiply_steps(a, b, qx, qy))
            self.assertEqual(affine(point), slowly((a + b * q) % N))

    def test_sums_multiples_of_the_generator_and_its_opposite(self):
        for a, b in sample.of(((1, 1), (7, 9), (N - 5, 5), (numbers(1)[0],) * 2), 2):
            point = finish(p256_wnaf.double_multiply_steps(a, b, GX, GY))
            self.assertEqual(affine(point), slowly((a + b) % N))
            point = finish(p256_wnaf.double_multiply_steps(a, b, GX, MINUS_GY))
            self.assertEqual(affine(point), slowly((a - b) % N))
