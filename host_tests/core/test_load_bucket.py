"""Stays on the quarter-hour, and the buckets that are told of them."""

import json
import unittest

from wattseal.core import load_bucket
from wattseal.core.load_bucket import Buckets
from wattseal.core.stay import AWAY, PARKED, QUARTER_S, Stay, StayMeter, unpack

NOON_S = 1796472000  # 2026-12-05T12:00Z, a quarter's begin
NOON = NOON_S // QUARTER_S


def stay(first, charged, last, wh=0, peak_w=0):
    made = Stay(NOON + first, 1000)
    made.charged, made.last, made.end_wh, made.peak_w = (
        NOON + charged,
        NOON + last,
        1000 + wh,
        peak_w,
    )
    return made


def told(*stays):
    """(minutes past noon, wh, kw, occupied, parked) of each bucket, long after the stays."""
    buckets = Buckets()
    for each in stays:
        buckets.add(each)
    return spread(buckets.passed(NOON + 999, None))


def spread(runs):
    rows = []
    for run in runs:
        for i in range(run[1]):
            rows.append((15 * (run[0] + i - NOON),) + tuple(run[2:]))
    return rows


class Car:
    """A meter and a clock by which one stay is sampled."""

    def __init__(self):
        self.meter = StayMeter()
        self.wh = 5000
        self.ended = []

    def sample(self, second, power_w=0, state="C", consented=True, trusted=True, set_ms=0):
        utc_ms = 1000 * (NOON_S + second) + set_ms
        ended = self.meter.sample(
            1000 * second, utc_ms, trusted, self.wh, power_w, state, consented
        )  # fmt: skip
        if ended:
            self.ended.append(ended)

    def charge(self, begin_s, end_s, power_w, **more):
        for second in range(begin_s, end_s, 60):
            self.sample(second, power_w, **more)
            self.wh += power_w // 60


class TestStay(unittest.TestCase):
    def test_a_stay_is_its_quarters_its_energy_and_its_largest_power(self):
        car = Car()
        car.sample(0, state=AWAY)
        car.charge(420, 1900, 6000)
        car.charge(1920, 3000, 0, state=PARKED)
        car.sample(3000, state=AWAY)
        (one,) = car.ended
        quarters = (one.first - NOON, one.charged - NOON, one.last - NOON)
        self.assertEqual((quarters, one.wh, one.peak_w), ((0, 2, 3), 2500, 6000))
        self.assertTrue(car.meter.open is None)

    def test_it_charges_for_as_long_as_its_energy_takes_from_the_end_of_its_first_quarter(self):
        for wh, quarters in ((0, 1), (1, 2), (1000, 2), (1001, 3), (2000, 3), (2001, 4)):
            self.assertEqual(stay(0, 0, 5, wh, 4000).charging_quarters(), quarters)

    def test_without_consent_there_is_none_and_withdrawing_takes_all_of_it(self):
        car = Car()
        car.charge(0, 1200, 6000, consented=False)
        self.assertTrue(car.meter.open is None)
        car.sample(1200, state=AWAY)
        car.charge(1260, 2400, 6000)
        car.sample(2400, 6000, consented=False)
        self.assertTrue(car.meter.open is None)  # at once
        car.charge(2460, 3600, 6000, consented=False)
        car.sample(3600, state=AWAY)
        self.assertEqual((car.ended, car.meter.withdrawn), ([], 1))

    def test_what_is_taken_back_before_its_end_is_seen_is_none(self):
        car = Car()
        car.charge(0, 1200, 6000)
        car.sample(1200, state=AWAY, consented=False)
        car.sample(1260, state=AWAY, consented=False)
        self.assertEqual((car.ended, car.meter.withdrawn, car.meter.open), ([], 1, None))

    def test_consent_that_is_given_later_counts_from_then_on(self):
        car = Car()
        car.charge(0, 1200, 6000, consented=False)
        car.charge(1200, 2400, 6000)
        car.sample(2400, state=AWAY)
        self.assertEqual((car.ended[0].first - NOON, car.ended[0].wh), (1, 1900))

    def test_a_clock_that_is_not_trusted_or_is_set_leaves_the_stay_out(self):
        for more in ({"trusted": False}, {"set_ms": 30000}, {"set_ms": -30000}):
            car = Car()
            car.charge(0, 600, 6000)
            car.sample(600, 6000, **more)
            car.charge(660, 1200, 6000)
            car.sample(1200, state=AWAY)
            self.assertEqual((car.ended, car.meter.untimed), ([], 1))
            car.charge(1260, 1800, 6000)
            car.sample(1800, state=AWAY)
            self.assertEqual(len(car.ended), 1)  # the next one counts

    def test_a_clock_that_is_set_between_two_stays_costs_none(self):
        car = Car()
        car.sample(0, state=AWAY)
        car.sample(60, 6000, set_ms=60000)
        car.sample(120, state=AWAY, set_ms=60000)
        self.assertEqual((len(car.ended), car.meter.untimed), (1, 0))

    def test_what_a_reset_cuts_can_be_kept(self):
        one = stay(3, 4, 7, 4711, 11040)
        again = unpack(one.pack())
        self.assertEqual((again.pack(), again.wh, again.last), (one.pack(), 4711, NOON + 7))

    def test_a_register_that_runs_backwards_gives_no_energy(self):
        one = stay(0, 0, 0)
        one.end_wh = 1
        self.assertEqual(one.wh, 0)


class TestBuckets(unittest.TestCase):
    def test_energy_is_spread_with_half_a_share_for_the_first_and_last_quarter(self):
        rows = told(stay(1, 3, 3, 8000, 11400))
        expected = [(15, 2000, 11, 10, 0), (30, 4000, 11, 15, 0), (45, 2000, 11, 5, 0)]
        self.assertEqual(rows, expected)

    def test_one_quarter_has_it_all(self):
        self.assertEqual(told(stay(0, 0, 0, 149, 499)), [(0, 100, 0, 5, 0)])
        self.assertEqual(told(stay(0, 0, 0, 150, 500)), [(0, 200, 1, 5, 0)])

    def test_parked_quarters_follow_those_that_charge(self):
        rows = told(stay(0, 1, 4, 3000, 22000))
        charging = [(0, 1500, 22, 10, 0), (15, 1500, 22, 15, 0)]
        parked = [(30, 0, 0, 15, 15), (45, 0, 0, 15, 15), (60, 0, 0, 5, 5)]
        self.assertEqual(rows, charging + parked)

    def test_a_quarter_parks_only_where_a_later_begin_had_left_time_to_charge(self):
        """11 kW for an hour: who began at 12:14 charged until 13:14."""
        rows = told(stay(0, 3, 6, 11000, 11000))
        self.assertEqual([row[4] for row in rows], [0, 0, 0, 0, 0, 15, 5])

    def test_stays_that_share_a_quarter_share_a_bucket(self):
        rows = told(stay(0, 1, 1, 2000, 8000), stay(1, 2, 2, 4000, 9000))
        self.assertEqual(rows[1], (15, 3000, 9, 15, 0))
        self.assertEqual(len(rows), 3)
        short = told(*[stay(0, 0, 0, 100, 1000)] * 9)
        self.assertEqual(short, [(0, 900, 1, 15, 0)])

    def test_nothing_is_told_before_its_quarter_is_over(self):
        buckets = Buckets()
        self.assertEqual(buckets.passed(NOON, None), [])
        buckets.add(stay(0, 1, 1, 2000, 8000))
        self.assertEqual(spread(buckets.passed(NOON + 1, None)), [(0, 1000, 8, 10, 0)])
        another = stay(1, 2, 2, 4000, 9000)
        self.assertEqual(buckets.passed(NOON + 2, another), [])  # that one is in it too
        buckets.add(another)
        rows = spread(buckets.passed(NOON + 3, None))
        self.assertEqual(rows, [(15, 3000, 9, 15, 0), (30, 2000, 9, 5, 0)])
        self.assertEqual(buckets.passed(NOON + 4, None), [])

    def test_two_traces_with_equal_buckets_give_identical_messages(self):
        """Another begin, another course, another end: the same quarters, energy and power."""
        messages = []
        for begin_s, end_s, first_w, second_w in ((60, 2640, 9000, 3000), (780, 1860, 3000, 9000)):
            car = Car()
            car.sample(begin_s, 9000)
            car.wh += 1000
            car.sample(begin_s + 60, first_w)
            car.wh += 2000
            car.sample(end_s - 60, second_w)
            car.sample(end_s, state=AWAY)
            buckets = Buckets()
            buckets.add(car.ended[0])
            runs = buckets.passed(NOON + 9, None)
            messages.append([load_bucket.text(run, i) for run in runs for i in range(run[1])])
        self.assertEqual(messages[0], messages[1])
        self.assertEqual(len(messages[0]), 3)

    def test_a_bucket_does_not_depend_on_what_came_before(self):
        """A remainder that is carried on would tell a steady power finer than 100 Wh."""
        alone = told(stay(9, 9, 9, 140, 1000))
        after = told(*[stay(i, i, i, 140, 1000) for i in range(10)])
        self.assertEqual(after[-1:], alone)

    def test_the_message_holds_nothing_else(self):
        message = json.loads(load_bucket.text((NOON + 1, 3, 1500, 11, 15, 0), 1))
        expected = {
            "v": 1, "q": "2026-12-05T12:30Z", "wh": 1500, "kw": 11, "occ_min": 15, "idle_min": 0,
        }  # fmt: skip
        self.assertEqual(message, expected)

    def test_a_run_goes_through_a_journal(self):
        run = (NOON, 65535, 2**32 - 100, 30000, 15, 5)
        packed = load_bucket.pack(99, run)
        self.assertEqual((load_bucket.unpack(packed), len(packed)), ((99, run), 15))
        self.assertRaises(ValueError, load_bucket.unpack, packed + b"1")

    def test_dates(self):
        for days, date in (
            (0, (1970, 1, 1)), (-1, (1969, 12, 31)), (11016, (2000, 2, 29)), (11017, (2000, 3, 1)),
            (20788, (2026, 12, 1)), (21973, (2030, 2, 28)), (22704, (2032, 2, 29)),
        ):  # fmt: skip
            self.assertEqual(load_bucket.date(days), date)


if __name__ == "__main__":
    unittest.main()
