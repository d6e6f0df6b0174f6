"""The rules of three releases, one by one, on small payloads; whole records: tools/test_verify."""

import unittest

from wattseal.core import safe_rules
from wattseal.core.safe_releases import RELEASES

NEW, OLD, OLDEST = RELEASES["1.4.1"], RELEASES["1.3.0"], RELEASES["1.2.0"]
ALL = (NEW, OLD, OLDEST)
TIME = "2026-03-01T%s:00:00,000+0100 %s"


def reading(tx, value, hour="10", **fields):
    row = {"TM": TIME % (hour, "S"), "TX": tx, "RV": value, "RI": "01-00:01.08.00*FF"}
    row.update({"RU": "Wh", "EF": "", "ST": "G"})
    row.update(fields)
    return {key: field for key, field in row.items() if field != "-"}  # "-" leaves it out


def payload(*readings, **fields):
    row = {"FV": "1.0", "PG": "T1", "IL": "TRUSTED", "RD": list(readings)}
    row.update(fields)
    return row


def session(begin=None, end=None, **fields):
    return payload(reading("B", 100, **(begin or {})), reading("E", 200, **(end or {})), **fields)


class TestSafeRules(unittest.TestCase):
    def found(self, row, *names, releases=ALL):
        for release in releases:
            self.assertEqual(safe_rules.check(row, release), list(names))

    def test_a_plain_session_passes_every_release(self):
        self.found(session())
        self.assertTrue(safe_rules.is_complete(session()))

    def test_each_release_takes_versions_up_to_its_own(self):
        for version, takes in (
            ("0.1", ALL), ("0.5", ALL), ("1", ALL), ("1.0", ALL), (" 1.000000000 ", ALL),
            ("1.1", (NEW, OLD)), ("1.2", (NEW,)), ("1.3", (NEW,)), ("1.4", ()), ("2.0", ()),
            ("1.4.1", ()), ("", ()), ("0.09", ()), ("-1", ()), ("1.3000001", ()), (None, ()),
            (1.0, ()), ("one", ()), (".5", ()), ("0.123456", ALL), ("1.000001", (NEW, OLD)),
            ("1.100001", (NEW,)), ("1.300001", ()),
        ):  # fmt: skip
            row = session(FV=version)
            for release in ALL:
                self.assertEqual(safe_rules.reads(row, release), release in takes)
                if release not in takes:
                    self.found(row, "format_version", releases=(release,))

    def test_what_the_programs_crash_on_has_a_name(self):
        self.found(session(RD=None), "readings_missing")
        for pagination in (None, "", "T"):
            self.found(session(PG=pagination), "pagination")
        self.found(session(begin={"RV": None}), "value_missing")
        self.found(session(end={"RV": "-"}), "value_missing")

    def test_what_is_no_transaction_is_not_judged(self):
        for row in (
            session(PG="F1", end={"ST": "N"}), payload(), payload(reading("B", 1, ST="N")),
            payload(reading("E", 1, ST="N")), session(end={"TX": "X", "ST": "N"}),
            session(end={"TX": None, "ST": "N"}),
        ):  # fmt: skip
            self.assertFalse(safe_rules.is_complete(row))
            self.found(row)

    def test_every_end_counts_and_no_other_letter(self):
        for letter in ("E", "L", "R", "A", "P", " E "):
            self.found(session(end={"TX": letter, "ST": "N"}), "status")
        for letter in ("C", "X", "T", "S", "e", ""):
            self.found(session(end={"TX": letter, "ST": "N"}))

    def test_which_registers_count(self):
        for register, counts in (
            ("1-0:1.8.0", ALL), ("1-0:1.8.0*198", (OLD, OLDEST)), ("1-0:98.8.0", (NEW, OLD)),
            ("1-0:9E.8.0", (NEW,)), ("1-0:B0.8.0*FF", (NEW,)), ("1-0:C7.8.0*200", (NEW,)),
            ("1-0:C8.8.0", ()), ("1-0:B2.8.0*255", (NEW,)), ("1-0:AF.8.0", ()),
            ("1-0:2.8.0", ()), ("1-0:1.7.0", ()), ("0-0:1.8.0", ()), ("x", ()), ("-", ()),
        ):  # fmt: skip
            row = session(begin={"RI": register}, end={"RI": register})
            for release in ALL:
                names = [] if release in counts else ["begin_missing"]
                self.assertEqual(safe_rules.check(row, release), names)

    def test_begin_and_end_are_one_each(self):
        self.found(session(end={"RI": None}), "end_missing")
        self.found(session(begin={"RI": None}), "begin_missing")
        row = session()
        row["RD"].append(reading("A", 300))
        self.found(row, "end_twice")
        row = session()
        row["RD"].insert(0, reading("B", 1))
        self.found(row, "begin_twice")

    def test_compensated_registers_count_alone(self):
        for group in ("98", "B1", "B3", "C1", "C3"):
            register = "1-0:%s.8.0" % group
            row = session()
            row["RD"] += [reading("B", 9, RI=register, ST="N"), reading("E", 9, RI=register)]
            self.found(row, "status", releases=(NEW,))
            self.found(row, releases=(OLDEST,))
        row = session()
        row["RD"] += [reading("B", 9, RI="1-0:B0.8.0"), reading("E", 9, RI="1-0:B0.8.0")]
        self.found(row, "begin_twice", releases=(NEW,))

    def test_only_status_and_unit_are_inherited(self):
        self.found(session(end={"ST": "-", "RU": "-"}))
        self.found(session(begin={"ST": "N"}, end={"ST": "-"}), "status")
        self.found(session(begin={"ST": "-"}), "status_missing")
        self.found(session(begin={"RU": "-"}), "unit_missing")
        row = session(begin={"ST": "-"})
        row["RD"].insert(0, reading("C", 1, ST="G"))
        self.found(row)

    def test_the_status_must_be_good_at_both_ends_only(self):
        for status in ("N", "T", "S", "g", ""):
            self.found(session(begin={"ST": status}), "status")
            self.found(session(end={"ST": status}), "status")
        row = session()
        row["RD"].insert(1, reading("X", 1, ST="N", EF="E"))
        self.found(row)

    def test_energy_and_time_run_forwards(self):
        self.found(session(end={"RV": 99}), "energy_negative")
        self.found(session(end={"RV": 100}))
        self.found(session(end={"TM": TIME % ("09", "S")}), "time_backwards")
        self.found(session(end={"TM": "2026-03-01T09:59:59,999+0100 S"}), "time_backwards")
        self.found(session(end={"TM": "2026-03-01T09:00:00,000+0000 S"}))

    def test_a_time_that_cannot_be_read_is_not_compared(self):
        for text in (
            "2026-03-01T09:00:00,000Z S", "2026-03-01T09:00:00.000+0100 S", "x y",
            "2026-02-30T09:00:00,000+0100 S", "2026-03-01T09:00:00,000+0100", None,
        ):  # fmt: skip
            self.found(session(end={"TM": text}))

    def test_the_time_state(self):
        for begin, end, good in (
            ("S", "R", 1), ("R", "R", 1), ("R", "S", 0), ("R", "U", 0), ("U", "S", 1),
        ):  # fmt: skip
            row = session(begin={"TM": TIME % ("10", begin)}, end={"TM": TIME % ("11", end)})
            self.found(row, *([] if good else ["time_state"]))
        for text in (None, "2026-03-01T10:00:00,000+0100", "2026-03-01T10:00:00,000+0100 "):
            self.found(session(begin={"TM": text}), "time_state")

    def test_an_identification_that_failed(self):
        for level in ("MISMATCH", "INVALID", "OUTDATED", "UNKNOWN", " UNKNOWN "):
            self.found(session(IL=level), "identification_level")
        for level in ("NONE", "BOGUS", "mismatch", None):
            self.found(session(IL=level))

    def test_error_flags_as_each_release_reads_them(self):
        for flags, refused in (
            ("E", {NEW: "energy_error", OLD: "energy_error", OLDEST: "energy_error"}),
            ("t", {OLDEST: "time_error"}), ("Et", {NEW: "energy_error"}), (None, {}), ("e", {}),
        ):  # fmt: skip
            for release in ALL:
                names = [refused[release]] if release in refused else []
                self.found(session(begin={"EF": flags}), *names, releases=(release,))
                self.found(session(end={"EF": flags}), *names, releases=(release,))

    def test_before_version_0_5_a_counter_stands_for_the_flags(self):
        fields = {"FV": "0.4", "IS": "TRUSTED", "IL": "MISMATCH"}
        self.found(session({"EF": "E", "EI": 7}, {"EI": 7}, **fields))
        self.found(session({"EI": 7}, {"EI": 8}, **fields), "event_counter")
        self.found(session({"EI": 7}, {"EI": "-"}, **fields))
        for version, name in (("0.499999", []), ("0.5", ["identification_level"])):
            self.found(session({"EI": 7}, {"EI": 7}, **dict(fields, FV=version)), *name)
        fields["IS"] = "MISMATCH"
        self.found(session(**fields), "identification_level")

    def test_a_pair_of_records(self):
        begin, end = payload(reading("B", 100)), payload(reading("E", 200), PG="T2")
        for release in ALL:
            self.assertEqual(safe_rules.check_pair(begin, end, release), [])
            for first, second, name in (
                (begin, session(), "end_record_has_begin"),
                (session(), end, "begin_record_has_end"),
                (begin, payload(reading("E", 99)), "energy_negative"),
                (begin, payload(), "end_missing"), (payload(), end, "begin_missing"),
                (begin, payload(reading("E", 200), IL="INVALID"), "identification_level"),
                (begin, payload(reading("E", 200), PG=""), "pagination"),
                (payload(reading("B", 100, ST="N")), end, "status"),
            ):  # fmt: skip
                self.assertEqual(safe_rules.check_pair(first, second, release), [name])

    def test_in_a_pair_no_value_of_the_begin_is_above_one_of_the_end(self):
        begin = payload(reading("B", 100), reading("C", 201))
        end = payload(reading("E", 200))
        self.assertEqual(safe_rules.check_pair(begin, end, NEW), ["energy_negative"])
        for highest, end, found in (
            (200, reading("E", 200), []), (200000, reading("E", 200, RU="kWh"), []),
            (200001, reading("E", 200, RU="kWh"), ["energy_negative"]),
        ):  # fmt: skip
            begin = payload(reading("B", 100), reading("C", highest))
            self.assertEqual(safe_rules.check_pair(begin, payload(end), NEW), found)
        end = payload(reading("C", None), reading("E", 200))  # without a value: it counts as 0
        self.assertEqual(safe_rules.check_pair(begin, end, NEW), ["energy_negative"])

    def test_in_a_pair_the_storage_group_counts_even_for_compensated_registers(self):
        for begin, end, found in (("", "", []), ("*77", "", ["begin_missing"]),
                                  ("", "*77", ["end_missing"])):  # fmt: skip
            records = [
                payload(reading(tx, 100, RI="1-0:B1.8.0" + group))
                for tx, group in (("B", begin), ("E", end))
            ]
            self.assertEqual(safe_rules.check_pair(*records, NEW), found)

    def test_the_two_readings_that_count(self):
        row = session()
        self.assertEqual(safe_rules.billed(row["RD"], NEW), tuple(row["RD"]))
        self.assertEqual(safe_rules.billed(row["RD"][:1], NEW), (None, None))
