"""Segments take one block of memory; however many there were, energy and time stay whole."""

import unittest

import sample

from wattseal.core.resuming import restored
from wattseal.core.segments import MOST, Segments


def held(rows):
    return restored(0, rows, None, 0)


def course(*turns):
    """The rows of a session that begins at 1000 Wh and turns as told, closed at the last one."""
    segments = Segments(1000)
    for offset_s, wh, state in turns[:-1]:
        segments.turn(offset_s, wh, state)
    segments.close(turns[-1])
    return segments.rows()


class TestSegments(unittest.TestCase):
    def test_holds_what_it_was_given(self):
        rows = [[0, 5, "C"], [10, 0, "S"], [20, 1 << 40, "C"], [4000000000, -7, "P"]]
        self.assertEqual(held(rows).rows(), rows)
        self.assertEqual(len(held(rows)), 4)

    def test_each_begins_where_the_one_before_it_ends_and_together_they_are_the_session(self):
        rows = course((0, 1000, "C"), (900, 3500, "P"), (1000, 3501, "S"), 3501)
        self.assertEqual(rows, [[0, 2500, "C"], [900, 1, "P"], [1000, 0, "S"]])

    def test_what_lasted_less_than_a_second_is_a_part_of_what_follows(self):
        rows = course((0, 1000, "C"), (10, 1020, "S"), (10, 1022, "P"), (11, 1023, "C"), 1030)
        self.assertEqual(rows, [[0, 20, "C"], [10, 3, "P"], [11, 7, "C"]])

    def test_a_session_without_a_sample_counts_as_suspended(self):
        self.assertEqual(course(1040), [[0, 40, "S"]])

    def test_of_too_many_like_neighbours_become_one_however_long_they_are(self):
        segments = Segments(0)
        for i in range(MOST):  # C and P in turns, 10 s each, then C again and again, 900 s each
            at_s = 10 * i if i < 40 else 900 * i
            segments.append(at_s, i, "CP"[i % 2] if i < 40 else "C")
        for i in range(3):
            segments.append(900 * (MOST + i), 1, "C")
        rows = segments.rows()
        self.assertEqual((len(rows), len(segments)), (MOST, MOST))
        self.assertEqual(rows[:40], [[i * 10, i, "CP"[i % 2]] for i in range(40)])
        self.assertEqual([row[2] for row in rows[40:]], ["C"] * (MOST - 40))
        self.assertEqual(sum([row[1] for row in rows]), sum(range(MOST)) + 3)

    def test_of_unlike_ones_the_pair_that_could_be_billed_least_counts_as_suspended(self):
        segments = Segments(0)
        for i in range(MOST):  # C and P in turns, 100 s each, but one of 3 s
            at_s = 100 * i if i <= 20 else 100 * i - 97
            segments.append(at_s, i, "CP"[i % 2])
        end_s = 100 * MOST - 97
        segments.append(end_s, 1, "C")
        rows = segments.rows()
        self.assertEqual(len(rows), MOST)
        self.assertEqual(rows[19:22], [[1900, 19, "P"], [2000, 20 + 21, "S"], [2103, 22, "C"]])
        segments.append(end_s + 5, 1, "P")  # from here on it is cheaper to go on with that one
        rows = segments.rows()
        self.assertEqual(rows[19:21], [[1900, 19, "P"], [2000, 20 + 21 + 22, "S"]])

    def test_the_first_and_the_newest_stay(self):
        segments = Segments(0)
        starts = sample.of(range(1000), MOST + 20)
        for i, at_s in enumerate(starts):
            segments.append(at_s, 1, "CPS"[i % 3])
            self.assertEqual(segments.rows()[-1][0], at_s)
        rows = segments.rows()
        self.assertTrue(len(rows) <= MOST)
        self.assertEqual((rows[0][0], sum([row[1] for row in rows])), (0, len(starts)))
        offsets = [row[0] for row in rows]
        self.assertEqual(offsets, sorted(set(offsets)))

    def test_how_long_the_open_one_went_on_before_a_restart_nobody_knows(self):
        for state in ("C", "P", "S", ""):
            segments = restored(1000, [[0, 20, "C"]], [10, 1020, state], 0)
            segments.close(1025)
            self.assertEqual(segments.rows(), [[0, 20, "C"], [10, 5, "S"]])

    def test_a_checkpoint_that_tells_of_no_open_one_leaves_its_state_unknown(self):
        for newest_s, from_s in ((90, 90), (30, 31)):  # 30: beyond ten entries there are no more
            segments = restored(1000, [[0, 20, "C"], [30, 7, "P"]], None, newest_s)
            segments.close(1040)
            self.assertEqual(segments.rows()[2:], [[from_s, 13, "S"]])
        segments = restored(1000, [], None, 77)
        segments.close(1040)
        self.assertEqual(segments.rows(), [[0, 40, "S"]])

    def test_refuses_what_no_segment_has(self):
        for opened in (
            [1, 2], [-1, 5, "C"], [1 << 32, 5, "C"], [1, "5", "C"], [1, 5, "X"],
            [1, 5, None], [1, None, "C"], [1.5, 5, "C"], [1, 1 << 63, "C"],
        ):  # fmt: skip
            with self.assertRaises((TypeError, ValueError)):
                restored(1000, [], opened, 0)
            if len(opened) == 3:
                with self.assertRaises((TypeError, ValueError)):
                    restored(1000, [opened], None, 0)
