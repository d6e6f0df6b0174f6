"""The strict reader: only flat JSON of known forms; what MicroPython's takes beyond is refused."""

import json
import unittest

from wattseal.core.command import CommandError, read_flat

GOOD = (
    b'{"a":1}',
    b'{"a":"","b c":"x,y:{}","":true}',
    b'{"a":-1,"b":0,"c":9007199254740993,"d":-9999999999999999,"e":false}',
    b'{"device":"w0123456789abcde","counter":1795000000000,"exp":0,"id":"~ !","verb":"stop"}',
)
BAD = (
    # what MicroPython's json accepts
    b'{"a":1,}', b'{"a" 1}', b'{"a":01}', b'{"a":1,"a":2}', b"{1:2}", b'{"a":1,,"b":2}',
    b'{"a":1e400}', b'{"a":[1 2]}', b'{"a":1 "b":2}',
    # JSON that is none of ours
    b"{}", b"[]", b"1", b'"a"', b"null", b'{"a":null}', b'{"a":1.0}', b'{"a":1e2}', b'{"a":[]}',
    b'{"a":{}}', b'{"a":"\\u0041"}', b'{"a":"\\n"}', b'{"\\"":1}', b'{"a":"\xc3\xa9"}',
    b'{"a": 1}', b'{ "a":1}', b'{"a":1 }', b'{"a":1}\n', b' {"a":1}', b'{"a":-0}',
    b'{"a":12345678901234567}',
    # no JSON at all
    b"", b"{", b'{"', b'{"a', b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b'{"a":"', b'{"a":yes}',
    b'{"a":True}', b'{"a":+1}', b'{"a":-}', b'{"a":--1}', b'{"a":0x1}', b'{"a":1_0}',
    b'{"a":1}}', b'{"a":1}x', b'{"a":"\n"}', b'{"a":"\x00"}', b'{"a":"\x7f"}', b"{'a':1}",
    b',"a":1}', b'{"a":true1}', b'{"a":"b"c}', b'{"a":\xff}', b"\xff\xfe",
)  # fmt: skip


def refused(text):
    try:
        read_flat(text)
    except CommandError as fault:
        return str(fault)
    return ""


class TestFlatJson(unittest.TestCase):
    def test_reads_what_json_reads(self):
        for text in GOOD:
            values = read_flat(text)
            self.assertEqual(values, json.loads(text))
            for key, value in json.loads(text).items():
                self.assertEqual(type(values[key]), type(value), text)

    def test_refuses_all_else(self):
        for text in BAD:
            self.assertTrue(refused(text), text)

    def test_every_beginning_of_a_good_one_is_refused(self):
        for text in GOOD:
            for length in range(len(text)):
                self.assertTrue(refused(text[:length]), text[:length])

    def test_a_long_one_of_nothing_ends(self):
        for text in (b"{" * 1024, b'{"a":' * 200, b'{"a":"' + b"x" * 1024, b'{"a":' + b"1" * 1024):
            self.assertTrue(refused(text))

    def test_what_is_said_repeats_nothing(self):
        self.assertFalse("geheim" in refused(b'{"geheim":"geheim",geheim'))
