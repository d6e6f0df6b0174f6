"""The record's bytes: exact, ASCII, in the standard's order, and readable again."""

import json
import unittest

import sample

from wattseal.core import ocmf
from wattseal.core.session import Entry

HEAD = ocmf.Head(
    "Wattseal", "w1", "0.1.0", "Eastron", "SDM630", "123", "1.2", "EVSEID", "DE*W*E1", "ab"
)
WHO = ocmf.Identification(True, "VERIFIED", ["RFID_PLAIN"], "LOCAL", "00ff")
UTC = 1795000000123


def entries():
    return [Entry(UTC, "S", "B", 100, "", "G"), Entry(UTC + 60000, "S", "L", 150, "", "G")]


class TestOcmf(unittest.TestCase):
    def test_the_record_is_exact(self):
        text = ocmf.payload(HEAD, 7, WHO, entries(), [("UM", "ab"), ("XS", [[0, 50, "C"]])])
        reading = (
            '{"TM":"2026-11-18T%s,123+0000 S","TX":"%s","RV":%d,"RI":"01-00:01.08.00*FF",'
            '"RU":"Wh","RT":"AC","EF":"","ST":"G"}'
        )
        expected = (
            '{"FV":"1.0","GI":"Wattseal","GS":"w1","GV":"0.1.0","PG":"T7","MV":"Eastron",'
            '"MM":"SDM630","MS":"123","MF":"1.2","IS":true,"IL":"VERIFIED","IF":["RFID_PLAIN"],'
            '"IT":"LOCAL","ID":"00ff","CT":"EVSEID","CI":"DE*W*E1","RD":['
            + reading % ("11:06:40", "B", 100)
            + ","
            + reading % ("11:07:40", "L", 150)
            + '],"UM":"ab","XS":[[0,50,"C"]]}'
        )
        self.assertEqual(text, expected)
        self.assertEqual(ocmf.split(ocmf.frame(text, "30AA"))[0], text)

    def test_what_the_record_says_can_be_taken_over(self):
        text = ocmf.payload(HEAD, 7, WHO, entries(), [("UM", "ab")])
        head, who = ocmf.constants(json.loads(text))
        self.assertEqual(ocmf.payload(head, 7, who, entries(), [("UM", "ab")]), text)

    def test_an_error_event_has_no_value(self):
        text = ocmf.payload(HEAD, 1, WHO, [Entry(UTC, "S", "X", None, "t", "T")], [])
        self.assertFalse("RV" in text)

    def test_refuses_what_would_break_a_record(self):
        for bad in ("a|b", 'a"b', "a\\b", "caf\u00e9", "a\nb", "x" * 300):
            head = ocmf.Head("W", "w1", "0", "E", "S", bad, "", "EVSEID", "1")
            with self.assertRaises(ocmf.OcmfError):
                ocmf.payload(head, 1, WHO, entries(), [])

    def test_refuses_what_is_no_record(self):
        for bad in ("", "OCMF|{}", "OCMF|{}|{}|{}", "XCMF|{}|{}"):
            with self.assertRaises(ocmf.OcmfError):
                ocmf.split(bad)

    def test_times_of_known_days(self):
        known = (
            (0, "1970-01-01T00:00:00,000+0000 U"),
            (951782400000, "2000-02-29T00:00:00,000+0000 U"),
            (1709251199999, "2024-02-29T23:59:59,999+0000 U"),
            (4102444800000, "2100-01-01T00:00:00,000+0000 U"),
        )
        for utc_ms, text in known:
            self.assertEqual(ocmf.format_time(utc_ms, "U"), text)
            self.assertEqual(ocmf.parse_time(text), (utc_ms, "U"))

    def test_every_day_of_a_century_comes_back(self):
        for day in sample.of(range(0, 48000, 7), 100):
            utc_ms = day * 86400000 + 1
            self.assertEqual(ocmf.parse_time(ocmf.format_time(utc_ms, "S")), (utc_ms, "S"))

    def test_an_offset_is_taken_into_account(self):
        utc_ms = ocmf.parse_time("2026-03-01T10:00:00,000+0100 S")[0]
        self.assertEqual(ocmf.format_time(utc_ms, "S"), "2026-03-01T09:00:00,000+0000 S")

    def test_an_offset_to_the_west_and_of_half_an_hour(self):
        utc_ms = ocmf.parse_time("2026-03-01T10:00:00,000-0330 S")[0]
        self.assertEqual(ocmf.format_time(utc_ms, "S"), "2026-03-01T13:30:00,000+0000 S")

    def test_refuses_other_forms_of_time(self):
        for bad in (
            "", "2026-03-01T10:00:00.000+0100 S", "2026-03-01T10:00:00,000+01:00 S",
            "2026-03-01 10:00:00,000+0100 S", "2026-03-01T10:00:00,000+0100S ",
            "2026-03-01T10:00:00,000+0100 SS", "2026-03-01T10:00:00,000 0100 S",
            "2026-03-01T10:00:00,-01+0100 S", "2026-03-01T 1:00:00,000+0100 S",
            "2026-03-0\u0661T10:00:00,000+0100 S",
        ):  # fmt: skip
            with self.assertRaises(ocmf.OcmfError):
                ocmf.parse_time(bad)

    def test_refuses_days_and_hours_that_do_not_exist(self):
        for bad in (
            "2026-02-29T10:00:00,000+0100 S", "2026-04-31T10:00:00,000+0100 S",
            "2026-13-01T10:00:00,000+0100 S", "2026-00-01T10:00:00,000+0100 S",
            "2026-01-00T10:00:00,000+0100 S", "2100-02-29T10:00:00,000+0100 S",
            "2026-03-01T24:00:00,000+0100 S", "2026-03-01T10:60:00,000+0100 S",
            "2026-03-01T10:00:60,000+0100 S", "2026-03-01T10:00:00,000+1900 S",
            "2026-03-01T10:00:00,000+0160 S",
        ):  # fmt: skip
            with self.assertRaises(ocmf.OcmfError):
                ocmf.parse_time(bad)
        for good in ("2000-02-29T23:59:59,999+1859 S", "2028-02-29T00:00:00,000-1800 S"):
            self.assertEqual(ocmf.parse_time(good)[1], "S")
