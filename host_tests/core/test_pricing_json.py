"""The strict reader of nested JSON, and its canonical form."""

import json
import unittest

from wattseal.core.pricing.json_text import JsonError, read, write

GOOD = (
    b"{}", b"[]", b"0", b"-1", b'""', b'{"a":{},"b":[]}', b'{"b":[1,{"a":"x y"},[]],"a":-5}',
    b' {\n\t"a" : [ 1 ,\r\n2 ] , "b":"{,}" } ', b"9999999999999999", b"[[[[[1]]]]]",
)  # fmt: skip
BAD = (
    # what MicroPython's json accepts
    b'{"a":1,}', b'{"a" 1}', b'{"a":01}', b'{"a":1,"a":2}', b"{1:2}", b'{"a":1,,"b":2}', b"[1 2]",
    b'{"a":1 "b":2}', b"[1,]", b"[,1]", b"[1,,2]", b'{,"a":1}', b"[1}", b'{"a":1]',
    # JSON that is none of ours
    b"null", b"true", b"false", b"1.0", b"0.49", b"1e2", b"1E2", b'"\\u0041"', b'"\\""',
    b'"\xc3\xa9"', b"-0", b"12345678901234567", b"[[[[[[1]]]]]]",
    # no JSON at all
    b"", b" ", b"{", b'{"a', b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b"[", b"[1", b"[1,", b"+1",
    b"-", b"--1", b"0x1", b"1_0", b"{}}", b"{}x", b'"\n"', b'"\x7f"', b"\xff", b"[" * 4096,
)  # fmt: skip


def refused(text):
    try:
        read(text)
    except JsonError as fault:
        return str(fault)
    return ""


def canonical(value):
    pieces = []
    write(value, pieces.append)
    return b"".join(pieces)


class TestJsonText(unittest.TestCase):
    def test_reads_what_json_reads(self):
        for text in GOOD:
            self.assertEqual(read(text), json.loads(text))

    def test_refuses_all_else(self):
        for text in BAD:
            self.assertTrue(refused(text), text)

    def test_every_beginning_of_a_good_one_is_refused(self):
        text = GOOD[6]
        for length in range(len(text)):
            self.assertTrue(refused(text[:length]), text[:length])

    def test_the_canonical_form(self):
        for text in GOOD:
            again = canonical(read(text))
            self.assertEqual(read(again), read(text))
            self.assertEqual(canonical(read(again)), again)
        self.assertEqual(canonical(read(GOOD[6])), b'{"a":-5,"b":[1,{"a":"x y"},[]]}')
        self.assertEqual(canonical(read(GOOD[7])), b'{"a":[1,2],"b":"{,}"}')


if __name__ == "__main__":
    unittest.main()
