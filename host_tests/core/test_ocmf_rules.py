"""Our own rules: what the firmware writes passes, and every single fault has its name."""

import json
import unittest

import sample

from wattseal.core import der, ocmf, ocmf_rules
from wattseal.core.session import Entry

HEAD = ocmf.Head(
    "Wattseal", "w1", "0.1.0", "Eastron", "SDM630", "123", "1.2", "EVSEID", "DE*W*E1", "ab"
)
WHO = ocmf.Identification(True, "VERIFIED", ["RFID_NONE"], "LOCAL", "00ff")
UTC = 1795000000000
SIGNATURE = "".join("%02X" % byte for byte in der.encode(1 << 255, 1 << 200))


def entry(tx, wh, at_s, ef="", st="G", state="S"):
    return Entry(UTC + at_s * 1000, state, tx, wh, ef, st)


def written(*entries):
    """The payload that the firmware writes."""
    return ocmf.payload(HEAD, 7, WHO, list(entries), [("UM", "ab"), ("XS", [[0, 50, "C"]])])


BEGIN, END = entry("B", 100, 0), entry("L", 150, 60)
PLAIN = written(BEGIN, END)


def check(payload_text, rules=ocmf_rules.check, signature=SIGNATURE):
    return rules(ocmf.frame(payload_text, signature), json.loads(payload_text))


class TestWhatTheFirmwareWrites(unittest.TestCase):
    def passes(self, *entries):
        self.assertEqual(check(written(*entries)), [])

    def test_a_plain_session(self):
        self.passes(BEGIN, END)
        for tx in ("E", "L", "R", "A"):
            self.passes(entry("B", 0, 0), entry(tx, 0, 0))

    def test_pauses_and_price_changes(self):
        self.passes(
            BEGIN, entry("S", 110, 1), entry("C", 110, 2), entry("T", 120, 3), END
        )  # fmt: skip

    def test_a_power_cut(self):
        self.passes(BEGIN, entry("P", 150, 60, "t"))
        self.passes(BEGIN, entry("P", 150, 0, "t", state="U"))

    def test_a_meter_that_was_silent_for_a_while(self):
        for st in ("T", "F", "O", "I"):
            self.passes(
                BEGIN, entry("X", None, 5, "t", st), entry("S", 120, 6, "t"),
                entry("L", 150, 60, "t"),
            )  # fmt: skip

    def test_a_clock_that_was_never_right_or_was_set(self):
        for begin, end in (("U", "R"), ("I", "R"), ("S", "R"), ("R", "R"), ("U", "U"), ("I", "I")):
            self.passes(entry("B", 100, 0, state=begin), entry("L", 150, 60, state=end))

    def test_a_begin_record(self):
        self.assertEqual(check(written(BEGIN), ocmf_rules.check_begin), [])
        for entries in ((BEGIN, END), (END,), (BEGIN, BEGIN)):
            self.assertEqual(check(written(*entries), ocmf_rules.check_begin), ["begin_only"])
        bad = written(entry("B", 100, 0, "E", "T"))
        self.assertEqual(check(bad, ocmf_rules.check_begin), ["status_T", "energy_error"])
        begin = written(BEGIN)
        for old, new, name in (
            ('"IL":"VERIFIED"', '"IL":"INVALID"', "identification_level"),
            ('"RV":100,', "", "readings"), ('"RD"', '"Rd"', "readings"),
        ):  # fmt: skip
            self.assertEqual(check(begin.replace(old, new), ocmf_rules.check_begin), [name])

    def test_a_direct_current_meter_and_nobody_identified(self):
        direct = PLAIN.replace('"RT":"AC"', '"RT":"DC"')
        self.assertEqual(check(direct), [])
        nobody = PLAIN.replace('"IS":true', '"IS":false').replace('"VERIFIED"', '"NONE"')
        self.assertEqual(check(nobody), [])

    def test_a_place_without_evse_id_and_the_longest_identification(self):
        self.assertEqual(check(PLAIN.replace('"EVSEID"', '"CBIDC"')), [])
        self.assertEqual(check(PLAIN.replace('"00ff"', '"%s"' % ("0" * 40))), [])


class TestFaults(unittest.TestCase):
    def finds(self, name, *entries):
        self.assertEqual(check(written(*entries)), [name])

    def changed(self, old, new):
        """Findings after one change to the payload of a good record."""
        self.assertTrue(old in PLAIN)
        return check(PLAIN.replace(old, new, 1))

    def test_begin_and_end(self):
        for entries in ((BEGIN,), (END,), (BEGIN, BEGIN, END), (BEGIN, END, END)):
            self.finds("begin_and_end", *entries)
        self.finds("begin_and_end", entry("C", 90, 0), BEGIN, END)
        self.finds("end_not_last", BEGIN, END, entry("C", 150, 60))

    def test_status_and_energy_flag_at_begin_and_end(self):
        for st in sample.of("NTDRMXIOSEF", 4):
            self.finds("status_" + st, BEGIN, entry("L", 150, 60, st=st))
            self.finds("status_" + st, entry("B", 100, 0, st=st), END)
        self.finds("energy_error", BEGIN, entry("L", 150, 60, "E"))
        self.finds("energy_error", BEGIN, entry("L", 150, 60, "Et"))

    def test_an_error_flag_is_carried_on(self):
        self.finds("error_flag_dropped", BEGIN, entry("X", None, 5, "t", "T"), END)
        self.finds("error_flag_dropped", BEGIN, entry("X", None, 5, "E", "D"),
                   entry("L", 150, 60, "t"))  # fmt: skip
        self.finds("error_flag_missing", BEGIN, entry("X", None, 5, "", "T"), END)

    def test_no_reading_is_below_the_one_before(self):
        self.finds("energy_negative", BEGIN, entry("L", 99, 60))
        self.finds("energy_negative", BEGIN, entry("C", 151, 5), END)
        self.finds("energy_negative", BEGIN, entry("C", 120, 5), entry("X", None, 6, "t", "T"),
                   entry("L", 110, 60, "t"))  # fmt: skip

    def test_no_reading_is_older_than_the_one_before(self):
        self.finds("time_backwards", BEGIN, entry("L", 150, -1))
        self.finds("time_backwards", BEGIN, entry("C", 110, 61), END)

    def test_a_relative_begin_has_a_relative_end(self):
        for state in "SIU":
            self.finds("time_state", entry("B", 100, 0, state="R"),
                       entry("L", 150, 60, state=state))  # fmt: skip

    def test_one_form_of_time(self):
        time = "2026-11-18T11:06:40,000+0000 S"
        for bad in (
            "2026-11-18T11:06:40,000+0100 S", "2026-11-18T11:06:40.000+0000 S", "", "x",
            "2026-11-18T11:06:40,000+00:00 S", "2026-11-18T11:06:40,000+0000 X",
            "2026-11-31T11:06:40,000+0000 S", "2026-11-18T11:06:40,000-0000 S",
        ):  # fmt: skip
            self.assertEqual(self.changed(time, bad), ["time_form"])

    def test_the_readings_form(self):
        for old, new in (
            ('"RV":100', '"RV":100.0'), ('"RV":100', '"RV":-1'), ('"RV":100', '"RV":"100"'),
            ('"RV":100', '"RV":true'), ('"RV":100', '"RV":null'), ('"RV":100,', ""),
            ('"RI":"01-00:01.08.00*FF"', '"RI":"1-0:1.8.0"'), ('"RU":"Wh"', '"RU":"kWh"'),
            ('"RT":"AC"', '"RT":"ac"'), ('"EF":""', '"EF":"x"'), ('"EF":"",', ""),
            ('"ST":"G"', '"ST":"g"'), (',"ST":"G"', ""), ('"TX":"B"', '"TX":"b"'),
            ('"TX":"B",', ""), ('"TX":"B"', '"TX":["B"]'), ('"RD":[', '"RD":[1,'),
            ('"RD":[', '"RD":["B",'), ('"RD"', '"Rd"'),
            ('"RD"', '"RD":[],"Rd"'), ('"RD"', '"RD":{},"Rd"'), ('"RD"', '"RD":"","Rd"'),
        ):  # fmt: skip
            self.assertEqual(self.changed(old, new), ["readings"])

    def test_only_an_error_event_goes_without_a_value(self):
        bare = written(BEGIN, entry("C", None, 5), END)
        self.assertEqual(check(bare), ["readings"])
        half = written(BEGIN, entry("X", 110, 5, "t", "T"), entry("L", 150, 60, "t"))
        self.assertEqual(check(half), [])
        event, field = '"TX":"X",', '"%s":"x",'
        bare = written(BEGIN, entry("X", None, 5, "t", "T"), entry("L", 150, 60, "t"))
        for key in ("RV", "RI", "RU", "RT"):
            self.assertEqual(check(bare.replace(event, event + field % key)), ["readings"])

    def test_the_head(self):
        for old, new, name in (
            ('"FV":"1.0"', '"FV":"1.3"', "format_version"), ('"FV":"1.0",', "", "format_version"),
            ('"PG":"T7"', '"PG":"T07"', "pagination"), ('"PG":"T7"', '"PG":"F7"', "pagination"),
            ('"PG":"T7"', '"PG":"T0"', "pagination"), ('"PG":"T7"', '"PG":"T"', "pagination"),
            ('"PG":"T7"', '"PG":"T7x"', "pagination"), ('"PG":"T7"', '"PG":"Tx7"', "pagination"),
            ('"PG":"T7"', '"PG":7', "pagination"),
            ('"GS":"w1"', '"GS":""', "device_id"), ('"MS":"123"', '"MS":123', "meter_serial"),
            ('"MS":"123",', "", "meter_serial"), ('"CT":"EVSEID"', '"CT":"X"', "charge_point"),
            ('"CT":"EVSEID",', "", "charge_point"), ('"CI":"DE*W*E1"', '"CI":""', "charge_point"),
            ('"IT":"LOCAL",', "", "identification"),
            ('"IL":"VERIFIED",', "", "identification"),
            ('"IL":"VERIFIED"', '"IL":"MISMATCH"', "identification_level"),
            ('"IS":true', '"IS":1', "identification_flags"),
            ('"IF":["RFID_NONE"]', '"IF":"RFID_NONE"', "identification_flags"),
            ('"ID":"00ff"', '"ID":"%s"' % ("0" * 41), "field_too_long"),
        ):  # fmt: skip
            self.assertEqual(self.changed(old, new), [name])

    def test_plain_compact_text(self):
        self.assertEqual(self.changed('"DE*W*E1"', '"DE\\u002aW"'), ["not_plain_ascii"])
        self.assertEqual(self.changed('"DE*W*E1"', '"D\u00fc"'), ["not_plain_ascii"])
        self.assertEqual(self.changed('"DE*W*E1"', '"D\x7f"'), ["not_plain_ascii"])
        self.assertEqual(self.changed('"MM":"SDM630"', '"MM":"SDM 630"'), [])
        self.assertEqual(self.changed(',"MM"', ', "MM"'), ["not_compact"])
        self.assertEqual(self.changed(',"MM"', ',\n"MM"'), ["not_plain_ascii"])
        text = ocmf.frame(PLAIN, SIGNATURE) + "|x"
        self.assertEqual(ocmf_rules.check(text, json.loads(PLAIN)), ["not_plain_ascii"])

    def test_the_longest_record(self):
        self.assertEqual(ocmf_rules.MOST_BYTES, 6144)
        room = ocmf_rules.MOST_BYTES - len(ocmf.frame(PLAIN, SIGNATURE)) - len(',"Z":""')
        for more, expected in ((0, []), (1, ["too_long"])):
            filled = PLAIN[:-1] + ',"Z":"%s"}' % ("z" * (room + more))
            self.assertEqual(check(filled), expected)

    def test_the_signature_section(self):
        for bad in (
            SIGNATURE.lower(), "", "3006020101", SIGNATURE + "00", SIGNATURE[:-1], "XY",
            "300702020001020101",
        ):  # fmt: skip
            self.assertEqual(check(PLAIN, signature=bad), ["signature_form"])
        text = ocmf.frame(PLAIN, SIGNATURE).replace('"SA":', '"SM":"application/x-der","SA":')
        self.assertEqual(ocmf_rules.check(text, json.loads(PLAIN)), ["signature_form"])

    def test_several_faults_are_all_named(self):
        bad = written(entry("B", 100, 0, st="T"), entry("L", 50, -5, "E"))
        bad = bad.replace('"PG":"T7"', '"PG":"T07"')
        self.assertEqual(
            check(bad),
            ["pagination", "status_T", "energy_error", "energy_negative", "time_backwards"],
        )


class TestCompact(unittest.TestCase):
    def test_every_text_of_three_characters_up_to_a_length_of_six(self):
        for length in range(7):
            for number in range(3**length):
                text = "".join(['a" '[number // 3**at % 3] for at in range(length)])
                outside = "".join(text.split('"')[::2])
                self.assertEqual(ocmf_rules._is_compact(text), " " not in outside, text)
