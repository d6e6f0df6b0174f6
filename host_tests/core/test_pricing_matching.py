"""Which element matches when, and when that may change next."""

import json
import unittest

import vectors

from wattseal.core.pricing.boundary import next_boundary
from wattseal.core.pricing.loading import load
from wattseal.core.pricing.matching import first, matches

VECTORS = vectors.load("pricing_tariffs.json")
NOON = (720, 4, 100, None, 5000, 11000, 16000, "")  # Monday 1970-01-05
FIELDS = ("minute", "day", "session_s", "idle_s", "mwh", "w", "ma", "reservation")
# restrictions, changes to NOON, whether they match
CASES = (
    (None, {}, True),
    (None, {"reservation": "R"}, False),
    ({"t0": 720, "t1": 721}, {}, True),
    ({"t0": 721, "t1": 800}, {}, False),
    ({"t0": 600, "t1": 720}, {}, False),
    ({"t0": 1320, "t1": 360}, {}, False),
    ({"t0": 1320, "t1": 360}, {"minute": 1320}, True),
    ({"t0": 1320, "t1": 360}, {"minute": 359}, True),
    ({"t0": 1320, "t1": 360}, {"minute": 360}, False),
    ({"t0": 1200, "t1": 0}, {"minute": 1439}, True),
    ({"t0": 1200, "t1": 0}, {"minute": 0}, False),
    ({"dow": 1}, {}, True),
    ({"dow": 126}, {}, False),
    ({"dow": 64}, {"day": 10}, True),
    # a window over midnight is judged by the day of the moment
    ({"dow": 16, "t0": 1320, "t1": 360}, {"day": 8, "minute": 30}, True),
    ({"dow": 16, "t0": 1320, "t1": 360}, {"day": 9, "minute": 30}, False),
    ({"d0": 4}, {}, True),
    ({"d0": 5}, {}, False),
    ({"d1": 5}, {}, True),
    ({"d1": 4}, {}, False),
    ({"s0": 100, "s1": 101}, {}, True),
    ({"s1": 100}, {}, False),
    ({"i0": 0}, {}, False),
    ({"i1": 9}, {}, False),
    ({"i0": 900}, {"idle_s": 899}, False),
    ({"i0": 900}, {"idle_s": 900}, True),
    ({"e0": 5001}, {}, False),
    ({"e0": 5000, "e1": 5001}, {}, True),
    ({"p1": 11000}, {}, False),
    ({"p1": 11001}, {}, True),
    ({"p1": 11001}, {"w": -5}, True),
    ({"a0": 16000}, {}, True),
    ({"a0": 16000}, {"ma": None}, False),
    ({"a0": 16000, "dow": 2}, {}, False),
    ({"rsv": "R"}, {}, False),
    ({"rsv": "R"}, {"reservation": "R"}, True),
    ({"rsv": "R"}, {"reservation": "X"}, True),
    ({"rsv": "X"}, {"reservation": "R"}, False),
    ({"rsv": "X"}, {"reservation": "X"}, True),
    ({"dow": 127}, {"reservation": "X"}, False),
    ({"a1": 9}, {"reservation": "R", "ma": 1}, False),
)
BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
MIDNIGHT = 1773529200  # 2026-03-15 00:00 in Berlin
# restrictions, utc, session start, idle since, next boundary; all from MIDNIGHT
BOUNDARIES = (
    ({"t0": 60, "t1": 120}, 0, 0, None, 3600),
    ({"t0": 60, "t1": 120}, 3599, 0, None, 3600),
    ({"t0": 60, "t1": 120}, 3600, 0, None, 7200),
    ({"t0": 60, "t1": 120}, 7200, 0, None, 90000),
    ({"t0": 60, "t1": 0}, 3601, 0, None, 86400),
    ({"d0": 0}, 1, 0, None, 86400),
    ({"dow": 1}, 86399, 0, None, 86400),
    ({"s0": 100, "s1": 200}, 50, 0, None, 100),
    ({"s0": 100, "s1": 200}, 100, 0, None, 200),
    ({"s0": 100, "s1": 200}, 200, 0, None, None),
    ({"s0": 100, "i0": 30}, 50, 0, 40, 70),
    ({"s0": 100, "i0": 30}, 50, 0, None, 100),
    ({"e0": 100}, 50, 0, 40, None),
    ({"p0": 100}, 50, 0, 40, None),
    # the clock goes forward on March 29 at 02:00; there is no 02:30
    ({"t0": 150, "t1": 600}, 1210000, 0, None, 1216800),
    ({"t0": 150, "t1": 600}, 1216800, 0, None, 1242000),
    ({"dow": 1}, 1210000, 0, None, 1216800),
    ({"dow": 1}, 1216800, 0, None, 1292400),
    ({"s0": 1500000}, 1210000, 0, None, 1500000),
)


def tariff(restrictions):
    values = {"id": "x", "cur": "EUR", "tax": "none", "tz": BERLIN, "inc": 100}
    values["el"] = [{"pc": [{"d": "E" if "i0" not in restrictions else "P", "p": 1}]}]
    values["el"][0]["re"] = restrictions
    return load(json.dumps(values).encode())


def moment(**changes):
    return tuple(changes.get(name, value) for name, value in zip(FIELDS, NOON))


class TestMatching(unittest.TestCase):
    def test_restrictions(self):
        for restrictions, changes, expected in CASES:
            self.assertEqual(
                matches(restrictions, moment(**changes)), expected, (restrictions, changes)
            )

    def test_the_first_that_matches_for_each_dimension(self):
        block = load(json.dumps(VECTORS["tariffs"]["block"]).encode())
        night = moment(minute=1320, session_s=20000)
        self.assertEqual(first(block, "E", night)[0], 0)
        self.assertEqual(first(block, "P", night)[0], 1)
        self.assertEqual(first(block, "P", moment(session_s=20000))[0], 2)
        self.assertEqual(first(block, "P", moment(session_s=20000))[1]["cap"], 120000)
        self.assertEqual(first(block, "P", moment()), None)
        self.assertEqual(first(block, "F", night), None)


class TestBoundary(unittest.TestCase):
    def test_the_vectors(self):
        for note, name, utc_s, start_s, idle_since_s, expected in VECTORS["next_boundary"]:
            of = load(json.dumps(VECTORS["tariffs"][name]).encode())
            self.assertEqual(next_boundary(of, utc_s, start_s, idle_since_s), expected, note)

    def test_each_kind_of_boundary(self):
        for restrictions, at_s, start_s, idle_s, expected in BOUNDARIES:
            found = next_boundary(
                tariff(restrictions), MIDNIGHT + at_s, MIDNIGHT + start_s,
                None if idle_s is None else MIDNIGHT + idle_s,
            )  # fmt: skip
            case = restrictions, at_s, found and found - MIDNIGHT
            self.assertEqual(found, expected and MIDNIGHT + expected, case)


if __name__ == "__main__":
    unittest.main()
