"""The cost of a session by its record alone: lines, faults, and the same again from the bytes."""

import json
import unittest

from four_elements import TEXT

from wattseal.core import ocmf
from wattseal.core.entry import Entry
from wattseal.core.pricing import record_cost
from wattseal.core.pricing.json_text import write
from wattseal.core.pricing.loading import load
from wattseal.core.pricing.session_price import PricingError

HEAD = ocmf.Head("Wattseal", "w1", "0", "E", "S", "1", "", "EVSEID", "1")
WHO = ocmf.Identification(True, "VERIFIED", ["RFID_NONE"], "LOCAL", "00ff")
# 2026-11-18 21:00 in Zurich, an hour before the night's price
BEGIN_MS = 1795032000400
HOUR_S = 3600


def entries(end_s, states="SS", ef=""):
    return [
        Entry(BEGIN_MS, states[0], "B", 1000, "", "G"),
        Entry(BEGIN_MS + 1000 * end_s, states[1], "L", 9000, ef, "G"),
    ]


def cost(end_s, rows, states="SS", ef=""):
    return record_cost.of(load(TEXT), entries(end_s, states, ef), rows)


def lines(priced):
    return [line[:3] for line in priced["lines"]]


class TestRecordCost(unittest.TestCase):
    def test_each_price_has_its_line(self):
        rows = [[0, 5000, "C"], [HOUR_S, 3000, "C"], [2 * HOUR_S, 1, "P"], [4 * HOUR_S, 2, "S"]]
        priced = cost(5 * HOUR_S, rows)
        self.assertEqual(
            priced["lines"],
            [
                [0, "E", 5000000, 5900, 29500],
                [1, "E", 3003000, 3900, 11712],
                [2, "P", 2 * HOUR_S - 900, 60000, 105000],
                [3, "F", 1, 5000, 5000],
            ],
        )
        self.assertEqual((priced["cur"], priced["lim"], priced["flags"]), ("EUR", "", []))
        self.assertEqual((priced["gross"], priced["pay"]), (151212, 151200))
        self.assertEqual(priced["vat"], [[19000, 24143]])
        self.assertEqual(priced["net"], 151212 - 24143)
        self.assertEqual(priced["th"], load(TEXT).identity)

    def test_a_boundary_without_a_reading_is_the_drivers_gain(self):
        priced = cost(2 * HOUR_S, [[0, 8000, "C"]])
        self.assertEqual(lines(priced), [[1, "E", 8000000], [3, "F", 1]])
        self.assertEqual(priced["flags"], ["boundary_missed"])

    def test_a_clock_that_is_not_synchronised_bills_the_cheapest_price_and_no_time(self):
        rows = [[0, 8000, "C"], [600, 0, "P"]]
        for states in ("US", "IR", "RR", "SU", "SI"):
            priced = cost(2 * HOUR_S, rows, states)
            self.assertEqual(lines(priced), [[1, "E", 8000000], [3, "F", 1]], states)
            self.assertEqual(priced["flags"], ["clock_untrusted", "time_not_billable"])
        priced = cost(2 * HOUR_S, rows, "SR")  # the begin is sure, and the durations are
        self.assertEqual(lines(priced)[:2], [[0, "E", 8000000], [2, "P", 2 * HOUR_S - 1500]])

    def test_a_clock_that_says_more_than_a_month_was_set_wrong(self):
        rows = [[0, 8000, "C"], [600, 0, "P"]]
        untrusted = ["clock_untrusted", "time_not_billable"]
        for day, flags in ((31, []), (32, untrusted)):
            priced = cost(day * 24 * HOUR_S, [[0, 8000, "C"], [600, 0, "S"]])
            self.assertEqual(priced["flags"], flags)
        priced = cost(20 * 365 * 24 * HOUR_S, rows)
        self.assertEqual(priced["flags"], untrusted)

    def test_a_record_whose_time_is_not_usable_has_no_line_of_time(self):
        rows = [[0, 8000, "C"], [600, 0, "P"]]
        for ef in ("t", "Et"):
            priced = cost(2 * HOUR_S, rows, ef=ef)
            self.assertEqual(lines(priced), [[0, "E", 8000000], [3, "F", 1]])
            self.assertEqual(priced["flags"], ["time_not_billable"])
        self.assertEqual(cost(600, [[0, 8, "S"]], ef="t")["flags"], [])

    def test_a_fee_that_begins_later_does_not_begin_without_power(self):
        """What began before the cut has a segment of its own: each price boundary makes one."""
        values = json.loads(TEXT)
        fee = {"d": "F", "p": 100000, "v": 19000}
        for when in ({"s0": 4 * HOUR_S}, {"t0": 1320, "t1": 360}, {"d0": 20776}):
            values["el"][-1] = {"pc": [fee], "re": when}
            tariff = load(json.dumps(values).encode())
            for ef, tx, fees in (("t", "P", []), ("t", "L", []), ("", "L", [[3, "F", 1]])):
                read = entries(5 * HOUR_S, ef=ef)
                read[1].tx = tx
                for state in "SCP":
                    priced = record_cost.of(tariff, read, [[0, 5400, state]])
                    found = [line for line in lines(priced) if line[1] == "F"]
                    self.assertEqual(found, fees, (when, ef, state))
                flags = ["boundary_missed", "time_not_billable"] if ef else ["boundary_missed"]
                self.assertEqual(priced["flags"], flags)
            priced = record_cost.of(tariff, read, [[0, 9, "C"], [4 * HOUR_S, 9, "S"]])
            self.assertIn([3, "F", 1], lines(priced))

    def test_a_power_failure_says_that_time_is_not_billed(self):
        read = entries(600, ef="t")
        read[1].tx = "P"
        priced = record_cost.of(load(TEXT), read, [[0, 8, "S"]])
        self.assertEqual(priced["flags"], ["time_not_billable"])

    def test_power_is_that_of_a_segment(self):
        values = json.loads(TEXT)
        values["el"] = [{"pc": [{"d": "E", "p": 9000}], "re": {"p0": 10001}}, values["el"][1]]
        tariff = load(json.dumps(values).encode())
        rows = [[0, 10001, "C"], [HOUR_S, 10000, "C"], [2 * HOUR_S, 30, "C"]]
        priced = record_cost.of(tariff, entries(2 * HOUR_S), rows)
        self.assertEqual(lines(priced), [[0, "E", 10001000], [1, "E", 10030000]])

    def test_refuses_what_no_session_has(self):
        for rows in ([[0, -1, "C"]], [[0, 1, "X"]], [[5, 1, "C"], [4, 1, "C"]]):
            with self.assertRaises(PricingError):
                cost(60, rows)

    def test_the_same_bytes_from_the_record_alone(self):
        for end_s, states, ef in ((HOUR_S + 7, "SS", ""), (HOUR_S, "SU", ""), (9, "SS", "t")):
            rows = [[0, 5001, "C"], [end_s - 5, 33, "P"]]
            extras = [("XS", rows), ("XC", cost(end_s, rows, states, ef))]
            text = ocmf.payload(HEAD, 7, WHO, entries(end_s, states, ef), extras)
            record = json.loads(text)
            read = [
                Entry(*ocmf.parse_time(row["TM"]), row["TX"], row["RV"], row["EF"], row["ST"])
                for row in record["RD"]
            ]
            again = []
            write(record_cost.of(load(TEXT), read, record["XS"]), again.append)
            self.assertTrue(text.endswith('"XC":' + b"".join(again).decode() + "}"))


if __name__ == "__main__":
    unittest.main()
