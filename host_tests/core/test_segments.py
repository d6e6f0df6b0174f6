"""Segments take one block of memory; however many there were, energy and time stay whole."""

import unittest

import sample

from wattseal.core.segments import MOST, Segments, restored


class TestSegments(unittest.TestCase):
    def test_holds_what_it_was_given(self):
        rows = [[0, 5, "C"], [10, 0, "S"], [20, 1 << 40, "C"], [4000000000, -7, "P"]]
        self.assertEqual(restored(rows).rows(), rows)
        self.assertEqual(len(restored(rows)), 4)

    def test_the_shortest_joins_the_one_before_it_and_its_like_behind(self):
        segments = Segments()
        for i in range(MOST):  # C and P in turns, 100 s each, but one of 3 s
            at_s = 100 * i if i <= 20 else 100 * i - 97
            segments.append(at_s, i, "CP"[i % 2])
        segments.append(100 * MOST - 97, 1, "C")
        rows = segments.rows()
        self.assertEqual(len(rows), MOST - 1)
        self.assertEqual(
            rows[18:21], [[1800, 18, "C"], [1900, 19 + 20 + 21, "P"], [2103, 22, "C"]]
        )

    def test_the_first_and_the_newest_stay(self):
        segments = Segments()
        starts = sample.of(range(1000), MOST + 20)
        for i, at_s in enumerate(starts):
            segments.append(at_s, 1, "CPS"[i % 3])
            self.assertEqual(segments.rows()[-1][0], at_s)
        rows = segments.rows()
        self.assertTrue(len(rows) <= MOST)
        self.assertEqual((rows[0][0], sum([row[1] for row in rows])), (0, len(starts)))
        offsets = [row[0] for row in rows]
        self.assertEqual(offsets, sorted(set(offsets)))
