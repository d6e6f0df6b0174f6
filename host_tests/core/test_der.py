"""Signatures in DER: one encoding for each pair of numbers, and nothing else is taken."""

import unittest
from binascii import unhexlify

from wattseal.core import der
from wattseal.core.der import DerError

TOP = 1 << 255


class TestDer(unittest.TestCase):
    def test_what_was_encoded_comes_back(self):
        edges = (0, 1, 127, 128, 255, 256, TOP - 1, TOP, 2 * TOP - 1, 1 << 127, 1 << 128)
        for r in edges:
            for s in edges:
                self.assertEqual(der.decode(der.encode(r, s)), (r, s))

    def test_is_minimal_and_never_negative(self):
        self.assertEqual(der.encode(1, 127), unhexlify("300602010102017f"))
        self.assertEqual(der.encode(128, 255), unhexlify("300802020080020200ff"))
        self.assertEqual(der.encode(256, 0x7FFF), unhexlify("30080202010002027fff"))
        self.assertEqual(len(der.encode(TOP, TOP)), 72)
        self.assertEqual(len(der.encode(TOP - 1, TOP - 1)), 70)

    def refuse(self, text):
        with self.assertRaises(DerError):
            der.decode(unhexlify(text))

    def test_refuses_another_tag(self):
        self.refuse("3106020101020101")
        self.refuse("3006030101020101")
        self.refuse("3006020101040101")

    def test_refuses_a_length_that_is_not_the_length(self):
        for text in (
            "3005020101020101",
            "3007020101020101",
            "3006020201020101",
            "3006020101020201",
        ):
            self.refuse(text)
        for text in ("3006020001020101", "3004020002010101", "3006020101020001"):
            self.refuse(text)

    def test_refuses_long_and_indefinite_forms(self):
        for text in ("308106020101020101", "30820006020101020101", "3080020101020101"):
            self.refuse(text)
        self.refuse("300702810101020101")
        self.refuse("300702010102810101")
        self.refuse("30800201010201010000")

    def test_refuses_padding_and_negative_numbers(self):
        for text in ("300702020001020101", "300702010102020001", "300702020000020101"):
            self.refuse(text)
        for text in ("3006020180020101", "30060201010201ff"):
            self.refuse(text)

    def test_refuses_a_missing_a_third_and_a_trailing_number(self):
        self.refuse("3003020101")
        self.refuse("3009020101020101020101")
        self.refuse("300602010102010100")
        self.refuse("3008020101020101" + "0500")

    def test_refuses_numbers_longer_than_any_signature_has(self):
        body = "0222" + "01" * 34 + "020101"
        self.refuse("3027" + body)
        self.refuse("3046" + "0221" + "01" * 33 + "0222" + "01" * 34)

    def test_refuses_every_truncation_and_every_other_first_byte(self):
        whole = der.encode(TOP, TOP - 1)
        for end in range(len(whole)):
            with self.assertRaises(DerError):
                der.decode(whole[:end])
        for tag in range(256):
            if tag != 0x30:
                with self.assertRaises(DerError):
                    der.decode(bytes([tag]) + whole[1:])
