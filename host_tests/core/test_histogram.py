"""The month by hours: where a stay belongs, what is merged, and that a month is closed once."""

import json
import unittest

from wattseal.core import histogram
from wattseal.core.histogram import Histogram, merged
from wattseal.core.pricing import zone_rule

ZURICH = zone_rule.read("CET-1CEST,M3.5.0,M10.5.0/3")
UTC = zone_rule.read("UTC0")
DECEMBER_S = 1796079600  # 2026-12-01 00:00 in Zurich, a Tuesday
DECEMBER = 12 * 2026 + 11
HOUR_S, DAY_S = 3600, 86400


def sums(*placed):
    """24 sums: each (cell, stays), with 100 Wh and 15 minutes a stay."""
    cells = [(0, 0, 0)] * 24
    for cell, count in placed:
        cells[cell] = (count, 100 * count, 15 * count)
    return cells


def filled(*begins_s):
    made = Histogram()
    for begin_s in begins_s:
        assert made.add(begin_s, begin_s + 60, ZURICH, 5040, 30)
    return made


class TestPlace(unittest.TestCase):
    def test_by_local_time(self):
        friday = DECEMBER_S + 3 * DAY_S
        begins = [
            DECEMBER_S,
            friday + 23 * HOUR_S + 3599,
            friday + DAY_S,
            friday + 50 * HOUR_S - 1,
        ]
        for begin_s, cell in zip(begins, ((0, 0), (0, 11), (1, 0), (1, 0))):
            made = filled(*[begin_s] * 5)
            message = json.loads(histogram.text(made.close(DECEMBER + 1)))
            (only,) = message["cells"]
            self.assertEqual(only["day"], ("workday", "weekend")[cell[0]])
            self.assertEqual((only["n"], only["wh"], only["occ_min"]), (5, 25000, 150))
        self.assertEqual([histogram._cell_of(s, ZURICH) for s in begins], [0, 11, 12, 12])

    def test_the_month_is_that_of_the_end_by_local_time(self):
        self.assertEqual(histogram.month_of(DECEMBER_S, ZURICH), DECEMBER)
        self.assertEqual(histogram.month_of(DECEMBER_S - 1, ZURICH), DECEMBER - 1)
        self.assertEqual(histogram.month_of(DECEMBER_S, UTC), DECEMBER - 1)
        made = Histogram()
        self.assertTrue(made.add(DECEMBER_S - HOUR_S, DECEMBER_S, ZURICH, 1, 1))
        self.assertEqual(made.month, DECEMBER)


class TestOnce(unittest.TestCase):
    def test_a_month_is_closed_once_and_takes_nothing_any_more(self):
        made = filled(*[DECEMBER_S] * 6)
        self.assertEqual(made.close(DECEMBER), None)  # it is not over
        self.assertEqual(made.close(DECEMBER - 1), None)  # the clock was set back
        first = made.close(DECEMBER + 1)
        self.assertEqual(json.loads(histogram.text(first))["month"], "2026-12")
        self.assertEqual(made.close(DECEMBER + 1), None)
        self.assertFalse(made.add(DECEMBER_S, DECEMBER_S, ZURICH, 1, 1))
        self.assertEqual(made.close(DECEMBER + 2), None)

    def test_the_mark_and_the_month_are_kept(self):
        made = filled(*[DECEMBER_S] * 6)
        again = Histogram()
        again.restore(made.pack())
        self.assertEqual(again.close(DECEMBER + 1), made.close(DECEMBER + 1))
        after = Histogram()
        after.restore(again.pack())
        self.assertFalse(after.add(DECEMBER_S, DECEMBER_S, ZURICH, 1, 1))
        self.assertTrue(after.add(DECEMBER_S, DECEMBER_S + 31 * DAY_S, ZURICH, 1, 1))
        self.assertRaises(ValueError, after.restore, made.pack()[1:])

    def test_the_next_month_waits_for_the_one_before_to_be_closed(self):
        made = filled(DECEMBER_S)
        begin_s = DECEMBER_S + 31 * DAY_S
        self.assertFalse(made.add(begin_s, begin_s, ZURICH, 1, 1))
        made.close(DECEMBER + 1)
        self.assertTrue(made.add(begin_s, begin_s, ZURICH, 1, 1))

    def test_a_month_that_is_dropped_leaves_nothing_and_no_mark(self):
        made = filled(DECEMBER_S)
        made.close(DECEMBER + 1)
        begin_s = DECEMBER_S + 365 * DAY_S
        self.assertTrue(made.add(begin_s, begin_s, ZURICH, 1, 1))
        made.drop()
        self.assertEqual((made.month, made.closed, any(made._cells)), (0, DECEMBER, False))
        begin_s = DECEMBER_S + 31 * DAY_S
        self.assertTrue(made.add(begin_s, begin_s, ZURICH, 1, 1))


class TestMerged(unittest.TestCase):
    def test_neighbours_become_one_wider_cell(self):
        cells, rest = merged(sums((0, 5), (3, 2), (5, 4), (6, 9), (23, 5)))
        hours = [(c[0], c[1], c[2], c[3]) for c in cells]
        self.assertEqual(hours, [(0, 0, 2, 5), (0, 2, 12, 6), (0, 12, 24, 9), (1, 0, 24, 5)])
        self.assertEqual(rest, (0, 0, 0))

    def test_no_number_below_five_stays_alone(self):
        for count in range(1, 5):
            for cell in range(1, 11):
                cells, rest = merged(sums((cell, count), (0, 9), (11, 9)))
                self.assertEqual([c for c in cells if c[3] < 5], [])
                self.assertEqual(sum([c[3] for c in cells]) + rest[0], 18 + count)

    def test_a_day_of_too_few_is_the_rest_and_takes_the_smallest_cell_with_it(self):
        cells, rest = merged(sums((4, 7), (8, 6), (20, 2)))
        self.assertEqual([c[3] for c in cells], [7])
        self.assertEqual(rest, (8, 800, 120))

    def test_both_days_of_too_few_are_one_sum(self):
        self.assertEqual(merged(sums((4, 4), (20, 2))), ([], (6, 600, 90)))

    def test_of_too_few_in_all_nothing_is_told(self):
        self.assertEqual(merged(sums((4, 3), (20, 1))), ([], (0, 0, 0)))
        message = json.loads(histogram.text(filled(*[DECEMBER_S] * 4).close(DECEMBER + 1)))
        self.assertEqual(message, {"v": 1, "month": "2026-12", "k": 5, "few": True})

    def test_what_is_no_month_is_refused(self):
        self.assertRaises(ValueError, histogram.text, b"")


if __name__ == "__main__":
    unittest.main()
