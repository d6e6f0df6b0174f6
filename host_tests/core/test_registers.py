"""Register words to exact integers: every kind in every order, rounding, the edges of IEEE 754."""

import unittest

from wattseal.core import registers
from wattseal.core.registers import BIG, KINDS, LITTLE, LITTLE_WORDS, SWAPPED_BYTES

ORDERS = (BIG, LITTLE_WORDS, SWAPPED_BYTES, LITTLE)
WHOLE = {
    # kind -> (bytes, most significant first; value)
    "u16": (("1234", 0x1234), ("ffff", 65535), ("0000", 0), ("8000", 32768)),
    "i16": (("1234", 0x1234), ("ffff", -1), ("8000", -32768), ("7fff", 32767)),
    "u32": (("12345678", 0x12345678), ("ffffffff", 4294967295), ("80000000", 2147483648)),
    "i32": (("12345678", 0x12345678), ("ffffffff", -1), ("80000000", -2147483648)),
    "u64": (("123456789abcdef0", 0x123456789ABCDEF0), ("ff" * 8, 18446744073709551615)),
    "i64": (
        ("123456789abcdef0", 0x123456789ABCDEF0), ("ff" * 8, -1),
        ("8000000000000000", -9223372036854775808), ("7fffffffffffffff", 9223372036854775807),
    ),
    "f32": (("4640e6b7", 12345678711), ("bfc00000", -1500000), ("c479c000", -999000000)),
    "f64": (("40c81cd6e978d4fe", 12345679000), ("bff8000000000000", -1500000)),
    "t6": (
        ("ff01ae2c", 11012), ("ffffffff", 0), ("fefffed4", -3), ("03fffffe", -2000),
        ("007fffff", (1 << 23) - 1), ("00800000", -(1 << 23)), ("80000001", 0),
        ("7f000001", 10**127),
    ),
}  # fmt: skip


def ordered(data, order):
    """The bytes as a meter of this order sends them; written apart from the decoder."""
    words = [data[i : i + 2] for i in range(0, len(data), 2)]
    if order in (LITTLE_WORDS, LITTLE):
        words = words[::-1]
    if order in (SWAPPED_BYTES, LITTLE):
        words = [bytes([word[1], word[0]]) for word in words]
    return b"".join(words)


class TestKindsAndOrders(unittest.TestCase):
    def test_every_kind_in_every_order(self):
        self.assertEqual(sorted(WHOLE), sorted(KINDS))
        for kind, rows in WHOLE.items():
            factor = 1000000 if kind[0] == "f" else 1  # t6 has a factor of its own
            for text, value in rows:
                data = bytes.fromhex(text)
                self.assertEqual(len(data), 2 * KINDS[kind][0])
                for order in ORDERS:
                    sent = b"\xa5" + ordered(data, order) + b"\x5a"
                    self.assertEqual(registers.decode(sent, 1, kind, order, factor), value)

    def test_the_orders_are_those_of_the_names(self):
        data = bytes.fromhex("0a0b0c0d")
        for order, text in ((BIG, "0a0b0c0d"), (LITTLE_WORDS, "0c0d0a0b"),
                            (SWAPPED_BYTES, "0b0a0d0c"), (LITTLE, "0d0c0b0a")):  # fmt: skip
            self.assertEqual(ordered(data, order).hex(), text)

    def test_what_nobody_knows_is_refused(self):
        for kind, order in (("u8", BIG), ("text", BIG), ("u32", "ACBD"), ("u32", None)):
            with self.assertRaises(KeyError):
                registers.decode(bytes(8), 0, kind, order, 1)

    def test_too_few_bytes_are_refused(self):
        with self.assertRaises(IndexError):
            registers.decode(bytes(6), 4, "u32", BIG, 1)


class TestRounding(unittest.TestCase):
    def test_half_goes_away_from_zero(self):
        for raw, denominator, value in (
            (5, 10, 1), (4, 10, 0), (15, 10, 2), (25, 10, 3), (-5, 10, -1), (-4, 10, 0),
            (-15, 10, -2), (1, 3, 0), (2, 3, 1), (-1, 3, 0), (-2, 3, -1), (7, 1, 7), (-7, 1, -7),
            (1, 2, 1), (-1, 2, -1),
        ):  # fmt: skip
            data = (raw & 0xFFFF).to_bytes(2, "big")
            self.assertEqual(registers.decode(data, 0, "i16", BIG, 1, denominator), value)

    def test_only_once(self):
        """0.4999 W in 0.1 mW is 0 W, not 0.5 W and then 1."""
        self.assertEqual(registers.decode(b"\x13\x87", 0, "i16", BIG, 1, 10000), 0)

    def test_floats_as_well(self):
        half, less = bytes.fromhex("3f000000"), bytes.fromhex("3effffff")
        self.assertEqual(registers.decode(half, 0, "f32", BIG, 1), 1)
        self.assertEqual(registers.decode(less, 0, "f32", BIG, 1), 0)
        self.assertEqual(registers.decode(b"\xbf" + half[1:], 0, "f32", BIG, 1), -1)

    def test_powers_of_ten_as_well(self):
        for text, value in (("ff000005", 1), ("ff000004", 0), ("fffffffb", -1), ("fffffffc", 0)):
            self.assertEqual(registers.decode(bytes.fromhex(text), 0, "t6", BIG, 1), value)
        self.assertEqual(registers.decode(bytes.fromhex("fc001387"), 0, "t6", BIG, 1, 1), 0)
        self.assertEqual(registers.times_ten(3, 7, 2), (300, 7))
        self.assertEqual(registers.times_ten(3, 7, -2), (3, 700))
        self.assertEqual(registers.times_ten(3, 7, 0), (3, 7))


class TestFloatEdges(unittest.TestCase):
    def value(self, text, numerator=1, denominator=1):
        data = bytes.fromhex(text)
        kind = "f32" if len(data) == 4 else "f64"
        return registers.decode(data, 0, kind, BIG, numerator, denominator)

    def test_no_number_has_no_value(self):
        for text in (
            "7fc00000", "ffc00000", "7f800001", "7f800000", "ff800000", "7fffffff", "ffffffff",
            "7ff8000000000000", "7ff0000000000001", "7ff0000000000000", "fff0000000000000",
            "ffffffffffffffff",
        ):  # fmt: skip
            self.assertEqual(self.value(text), None)

    def test_both_zeros_are_zero(self):
        for text in ("00000000", "80000000", "00" * 8, "80" + "00" * 7):
            self.assertEqual(self.value(text, 10**30), 0)

    def test_subnormals_are_exact(self):
        self.assertEqual(self.value("00000001", 2**149), 1)
        self.assertEqual(self.value("007fffff", 2**149), 0x7FFFFF)
        self.assertEqual(self.value("00800000", 2**149), 0x800000)  # the first normal one
        self.assertEqual(self.value("80000001", 2**149), -1)
        self.assertEqual(self.value("0000000000000001", 2**1074), 1)
        self.assertEqual(self.value("800fffffffffffff", 2**1074), -(2**52 - 1))
        self.assertEqual(self.value("0010000000000000", 2**1074), 2**52)
        self.assertEqual(self.value("00000001", 1000000), 0)

    def test_the_largest_are_exact(self):
        self.assertEqual(self.value("7f7fffff"), (2**24 - 1) * 2**104)
        self.assertEqual(self.value("7fefffffffffffff"), (2**53 - 1) * 2**971)
        self.assertEqual(self.value("ffefffffffffffff", 3), -3 * (2**53 - 1) * 2**971)

    def test_the_step_of_a_counter_in_kwh(self):
        """float32 kWh step by 1/1024 kWh from 8192 kWh on."""
        self.assertEqual(self.value("46000000", 1000000), 8192000000)
        self.assertEqual(self.value("46000001", 1000000), 8192000977)
        self.assertEqual(self.value("46000003", 1000000), 8192002930)

    def test_is_not_what_a_single_float_would_say(self):
        """0x4640E6B7 kWh are 12345678.7109375 Wh: a board's own float keeps whole Wh at most."""
        self.assertEqual(self.value("4640e6b7", 1000000), 12345678711)
        self.assertEqual(self.value("4640e6b7", 10**10), 123456787109375)


class TestInvalidCodes(unittest.TestCase):
    def test_are_raw_and_in_any_order(self):
        data = bytes.fromhex("7fffffff")
        for order in ORDERS:
            sent = ordered(data, order)
            self.assertEqual(registers.decode(sent, 0, "i32", order, 1, 1, (0x7FFFFFFF,)), None)
            self.assertEqual(registers.decode(sent, 0, "i32", order, 1, 1, ()), 0x7FFFFFFF)
        self.assertEqual(registers.decode(b"\xff" * 4, 0, "i32", BIG, 1, 1, (0xFFFFFFFF,)), None)
