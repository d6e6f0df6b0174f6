"""Which answers set the clock: no single one moves it, and two that agree do, in the window."""

import unittest

from wattseal.core.clock_steps import DOUBTED, REFUSED, RIGHT, STEP, StepGuard
from wattseal.core.sntp import Answer

UTC_MS = 1800000000000
HOUR_MS = 3600000
YEAR_MS = 31557600000


class TestStepGuard(unittest.TestCase):
    def setUp(self):
        self.guard = StepGuard()

    def judge(self, offset_ms, at_ms=0, state="I", possible=True):
        """A clock that shows UTC_MS at tick 0; an answer that differs by `offset_ms`."""
        answer = Answer(UTC_MS + at_ms + offset_ms, at_ms, 20)
        return self.guard.judge(answer, UTC_MS + at_ms, state, possible)

    def test_a_clock_that_is_right_takes_one_answer(self):
        for state in ("I", "S"):
            for offset_ms in (0, -2000, 2000):
                self.assertEqual(self.judge(offset_ms, state=state), RIGHT)

    def test_a_clock_that_knows_nothing_takes_two_even_if_they_find_it_right(self):
        self.assertEqual(self.judge(0, 0, "U"), DOUBTED)
        self.assertEqual(self.judge(0, 16000, "U"), STEP)

    def test_a_step_is_taken_when_the_next_answer_agrees(self):
        for state, offset_ms in (
            ("U", 50 * YEAR_MS), ("I", -YEAR_MS), ("I", 3500), ("S", 3500), ("S", -999000),
        ):  # fmt: skip
            for apart_ms in (-1000, 0, 1000):
                self.guard = StepGuard()
                self.assertEqual(self.judge(offset_ms, 0, state), DOUBTED)
                self.assertEqual(self.judge(offset_ms + apart_ms, 16000, state), STEP)

    def test_a_single_answer_moves_nothing(self):
        self.assertEqual(self.judge(YEAR_MS), DOUBTED)
        self.assertEqual(self.judge(0, 16000), RIGHT)
        self.assertEqual(self.judge(YEAR_MS, 32000), DOUBTED)

    def test_two_that_do_not_agree_move_nothing(self):
        self.assertEqual(self.judge(YEAR_MS), DOUBTED)
        self.assertEqual(self.judge(YEAR_MS + 1001, 16000), DOUBTED)
        self.assertEqual(self.judge(YEAR_MS, 32000), DOUBTED)
        self.assertEqual(self.judge(YEAR_MS - 1001, 48000), DOUBTED)
        self.assertEqual(self.judge(YEAR_MS - 1001, 64000), STEP)

    def test_a_synchronised_clock_refuses_what_is_far_off_however_often(self):
        for at_ms in (0, 16000, 32000):
            for offset_ms in (1000001, -1000001, YEAR_MS):
                self.assertEqual(self.judge(offset_ms, at_ms, "S"), REFUSED)

    def test_what_was_refused_confirms_nothing_later(self):
        self.assertEqual(self.judge(YEAR_MS, 0, "S"), REFUSED)
        self.assertEqual(self.judge(YEAR_MS, HOUR_MS, "I"), DOUBTED)

    def test_outside_of_the_clocks_life_nothing_is_taken(self):
        for state in ("U", "I", "S"):
            for at_ms in (0, 16000):
                self.assertEqual(self.judge(0, at_ms, state, possible=False), REFUSED)

    def test_a_crystal_may_be_off_by_100_ppm_since_the_last_answer(self):
        self.assertEqual(self.judge(0, HOUR_MS, "S"), RIGHT)
        self.assertEqual(self.judge(2000 + 8280, 24 * HOUR_MS, "S"), RIGHT)
        self.assertEqual(self.judge(2001 + 360, 25 * HOUR_MS, "S"), DOUBTED)
        self.guard = StepGuard()
        self.assertEqual(self.judge(2001, 24 * HOUR_MS, "I"), DOUBTED)
