"""The native module against Python's integers: field, inverse, and what it does with arguments."""

import sample
from native_module import EDGES, NativeCase, lumpy, number, octets
from p256_table import TABLE

from wattseal.core import p256
from wattseal.core.ecdsa import finish
from wattseal.core.p256 import CurveError, N, P

MULTIPLY, SQUARE, ADD, SUBTRACT = range(4)
TOP = (1 << 256) - 1


class TestField(NativeCase):
    def by(self, which, a, b):
        out = bytearray(32)
        self.native().field(which, octets(a), octets(b), out)
        return int.from_bytes(out, "big")

    def check(self, a, b):
        self.assertEqual(self.by(MULTIPLY, a, b), a * b % P)
        self.assertEqual(self.by(SQUARE, a, b), a * a % P)
        self.assertEqual(self.by(ADD, a, b), (a + b) % P)
        self.assertEqual(self.by(SUBTRACT, a, b), (a - b) % P)

    def test_numbers_at_the_edges(self):
        for i in sample.of(range(len(EDGES) ** 2), 150):
            self.check(EDGES[i // len(EDGES)], EDGES[i % len(EDGES)])

    def test_numbers_that_carry_and_borrow(self):
        for i in sample.of(range(20000), 300):
            self.check(lumpy(2 * i), lumpy(2 * i + 1))

    def test_random_products(self):
        a, step = number(1), number(2)
        for _ in sample.of(range(100000), 2000):
            b = (a ^ step) + 12345 & TOP
            product = self.by(MULTIPLY, a, b)
            self.assertEqual(product, a * b % P)
            a = product ^ a >> 1

    def test_only_four_operations(self):
        for which in (-1, 4, 1 << 30):
            with self.assertRaises(ValueError):
                self.by(which, 1, 1)


class TestInverse(NativeCase):
    def test_number_times_inverse_is_one(self):
        edges = [n for n in EDGES if 0 < n < N] + [N - 1, N - 2]
        for i in sample.of(range(len(edges) + 2000), 30):
            n = edges[i] if i < len(edges) else number(i) % N
            for modulus in (P, N):
                given = bytearray(octets(n))
                self.assertTrue(self.native().inverse(given, octets(modulus)))
                inverse = int.from_bytes(given, "big")
                self.assertTrue(0 < inverse < modulus)
                self.assertEqual(n * inverse % modulus, 1)

    def test_an_inverse_that_is_near_the_ends_of_its_range(self):
        for wanted in sample.of(range(1, 40), 4):
            for modulus in (P, N):
                n = finish(p256.inverse_steps(wanted, modulus))
                for given, end in ((n, wanted), (modulus - n, modulus - wanted)):
                    found = finish(p256.inverse_steps(given, modulus, self.native()))
                    self.assertEqual(found, end)

    def test_nothing_has_no_inverse(self):
        self.assertFalse(self.native().inverse(bytearray(32), octets(P)))
        for multiple in (0, N, 5 * N):
            with self.assertRaises(CurveError):
                finish(p256.inverse_steps(multiple, N, self.native()))

    def test_a_modulus_that_it_cannot_do_is_refused(self):
        for modulus in (0, 1, 3, P - 1, P >> 1, TOP >> 8):
            with self.assertRaises(ValueError):
                self.native().inverse(bytearray(octets(1)), octets(modulus))


class TestArguments(NativeCase):
    def setUp(self):
        self.good = {
            "state": bytearray(160), "table": TABLE, "number": octets(1), "out": bytearray(32),
            "modulus": octets(P), "seed": bytes(96), "column": 0, "which": MULTIPLY,
        }  # fmt: skip

    def call(self, name, kinds, **changed):
        given = dict(self.good)
        given.update(changed)
        getattr(self.native(), name)(*[given[kind] for kind in kinds.split()])

    FUNCTIONS = (
        ("start", "state table number number"),
        ("add", "state table column"),
        ("double", "state"),
        ("finish", "state"),
        ("nonce", "seed out"),
        ("inverse", "out modulus"),
        ("field", "which number number out"),
    )

    def test_an_argument_of_another_size_is_a_value_error(self):
        for name, kinds in self.FUNCTIONS:
            self.call(name, kinds)
            for kind in kinds.split():
                if kind in ("column", "which"):
                    continue
                size = len(self.good[kind])
                sizes = (size + 1, 2 * size) if kind == "seed" else (0, 1, size - 1, size + 1)
                for other in sizes:
                    with self.assertRaises(ValueError):
                        self.call(name, kinds, **{kind: bytearray(other)})

    def test_a_column_outside_of_the_table_is_a_value_error(self):
        for column in (-1, 32, 1 << 20, -(1 << 20)):
            with self.assertRaises(ValueError):
                self.call("add", "state table column", column=column)

    def test_what_is_written_to_must_be_a_buffer_that_can_be(self):
        for name, kinds in self.FUNCTIONS:
            for kind in {"state", "out"} & set(kinds.split()):
                for wrong in (bytes(len(self.good[kind])), None, 5):
                    with self.assertRaises(TypeError):
                        self.call(name, kinds, **{kind: wrong})

    def test_a_state_that_begins_between_words_is_a_value_error(self):
        memory = memoryview(bytearray(164))
        for at in (1, 2, 3):
            with self.assertRaises(ValueError):
                self.call("double", "state", state=memory[at : at + 160])

    def test_bytes_anywhere_will_do_for_all_else_and_nothing_around_is_written(self):
        whole, out = bytearray(b"\xa5" * 34), bytearray(32)
        moved = memoryview(b"\0" + octets(number(5)))[1:]
        for which in range(4):
            self.native().field(which, octets(number(5)), octets(7), out)
            self.native().field(which, moved, octets(7), memoryview(whole)[1:33])
            self.assertEqual(whole, b"\xa5" + out + b"\xa5")
        self.native().nonce(bytes(64), memoryview(whole)[1:33])
        self.assertEqual((whole[0], whole[33]), (0xA5, 0xA5))
