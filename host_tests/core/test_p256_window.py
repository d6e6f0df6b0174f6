"""k * Q: against the generator's comb for Q = G, the rule of Diffie and Hellman, edges, faults."""

import unittest
from binascii import unhexlify

import sample
from p256_table import TABLE

from wattseal.core import p256_window
from wattseal.core.ecdsa import finish
from wattseal.core.p256 import GX, GY, CurveError, N, P
from wattseal.core.p256_comb import multiply_steps as of_generator
from wattseal.core.p256_window import multiply_steps

EDGES = (1, 3, 4, 15, 16, 17, 31, 32, 33, 1 << 252, N - 1, N - 3, N - 5, N - 32, N // 2)


def affine(point):
    """(x, y) by Fermat's little theorem."""
    x, y, zz, zzz = point
    return x * pow(zz, P - 2, P) % P, y * pow(zzz, P - 2, P) % P


def generator(k):
    return affine(finish(of_generator(k, TABLE, 1)))


def times(k, point, z=1):
    return finish(multiply_steps(k, point[0], point[1], z))


def scalar(number):
    import hashlib

    return int.from_bytes(hashlib.sha256(b"%d" % number).digest(), "big") % (N - 1) + 1


class TestWindow(unittest.TestCase):
    def test_as_the_comb_for_the_generator(self):
        for k in sample.of(EDGES + tuple(scalar(i) for i in range(10)), 3):
            self.assertEqual(times(k, (GX, GY), scalar(k)), generator(k)[0])

    def test_both_sides_come_to_the_same_secret(self):
        for i in sample.of(range(6), 2):
            a, b = scalar(2 * i), scalar(2 * i + 1)
            self.assertEqual(times(a, generator(b), scalar(i)), times(b, generator(a), 5))

    def test_of_nist_cavp(self):
        """ECDH primitive, P-256, COUNT = 0 (NIST CAVS 14.1, KAS_ECC_CDH_PrimitiveTest)."""
        x = 0x700C48F77F56584C5CC632CA65640DB91B6BACCE3A4DF6B42CE7CC838833D287
        y = 0xDB71E509E3FD9B060DDB20BA5C51DCC5948D46FBF640DFE0441782CAB85FA4AC
        k = 0x7D7DC5F71EB29DDAF80D6214632EEAE03D9058AF1FB6D22ED80BADB62BC1A534
        z = "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b"
        self.assertEqual(times(k, (x, y), 9), int.from_bytes(unhexlify(z), "big"))

    def test_a_point_off_the_curve_is_refused(self):
        for point in ((GX, GY + 1), (GX + 1, GY), (0, 0), (GX + P, GY)):
            with self.assertRaises(CurveError):
                times(3, point)

    def test_no_wrong_result_where_the_last_addition_doubles(self):
        with self.assertRaises(CurveError):
            times(2, (GX, GY))

    def test_random_coordinates_hide_the_multiples(self):
        seen = []
        double = p256_window.double
        p256_window.double = lambda point: (seen.append(point[0] & 0xFFFFFF), double(point))[1]
        firsts = []
        try:
            for z in (1, 2, 3):
                steps = multiply_steps(3, GX, GY, z)
                seen.clear()
                while len(seen) < 6:
                    next(steps)
                firsts += seen
        finally:
            p256_window.double = double
        self.assertEqual(len(set(firsts)), 3 * len(set(firsts[:6])))

    def test_a_fault_releases_nothing(self):
        double, count = p256_window.double, [0]

        def faulty(point):
            count[0] += 1
            x, y, zz, zzz = double(point)
            return (x ^ (count[0] == 100)), y, zz, zzz

        p256_window.double = faulty
        try:
            with self.assertRaises(CurveError):
                times(scalar(1), (GX, GY))
        finally:
            p256_window.double = double

    def test_the_same_steps_for_every_number(self):
        counts = set()
        for k in sample.of((1, N - 1, 4, scalar(3)), 2):
            steps, count = multiply_steps(k, GX, GY, 1), 0
            while True:
                try:
                    next(steps)
                except StopIteration:
                    break
                count += 1
            counts.add(count // 40)  # the inversion's steps are blinded by z, and differ
        self.assertEqual(len(counts), 1)
