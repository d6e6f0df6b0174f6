"""The booking gate: what may pass, and the cause of what may not, at each edge."""

import unittest

from wattseal.core import gate
from wattseal.core.gate import Gate
from wattseal.core.reading import Reading

P_MAX_W = 22000
STEP_MWH = 10000  # 0.01 kWh
MODULUS_MWH = 10**12  # 999,999.99 kWh and one step
SECOND_MWH = 14666  # 1.2 x 22 kW for a second and the meter's own, cut


def step(_energy_mwh):
    return STEP_MWH


def reading(energy_mwh, at_ms):
    return Reading(energy_mwh, 0, at_ms, 0, "S")


GATE = Gate(P_MAX_W, step, MODULUS_MWH)
BEFORE = reading(5 * 10**9, 1000)


def after(step_mwh, ms=1000):
    return reading(BEFORE.energy_mwh + step_mwh, BEFORE.at_ms + ms)


class TestPasses(unittest.TestCase):
    def test_each_edge(self):
        most = SECOND_MWH + STEP_MWH
        for step_mwh, passes in ((0, True), (1, True), (most, True), (most + 1, False)):
            self.assertEqual(GATE.passes(BEFORE, after(step_mwh)), passes, step_mwh)
        self.assertFalse(GATE.passes(BEFORE, after(-1)))

    def test_silence_leaves_time_for_more(self):
        hour = 3600000 - 1000  # and the meter's own second
        most = P_MAX_W * 1200 + STEP_MWH
        self.assertTrue(GATE.passes(BEFORE, after(most, hour)))
        self.assertFalse(GATE.passes(BEFORE, after(most + 1, hour)))

    def test_the_step_is_the_one_of_the_register_as_it_is_now(self):
        by = Gate(0, lambda energy_mwh: 7 if energy_mwh >= 1000 else 3)
        for now_mwh, passes in ((999 + 3, True), (999 + 7, True), (999 + 8, False)):
            self.assertEqual(by.passes(reading(999, 0), reading(now_mwh, 1000)), passes)
        self.assertFalse(by.passes(reading(990, 0), reading(994, 1000)))


class TestCause(unittest.TestCase):
    def cause(self, doubted_mwh, again_mwh, same_meter=True, before=BEFORE, by=GATE):
        doubted = reading(doubted_mwh, before.at_ms + 1000)
        self.assertFalse(by.passes(before, doubted))
        again = reading(again_mwh, before.at_ms + 1100)
        return by.cause(before, doubted, again, same_meter)

    def test_one_wrong_answer_is_a_glitch(self):
        for wrong_mwh in (0, BEFORE.energy_mwh - 1, 9 * 10**11):
            self.assertEqual(self.cause(wrong_mwh, BEFORE.energy_mwh + 6000), gate.GLITCH)

    def test_a_register_that_went_back_was_reset(self):
        for now_mwh in (0, 1, BEFORE.energy_mwh - 1, BEFORE.energy_mwh // 2):
            self.assertEqual(self.cause(now_mwh, now_mwh), gate.RESET)

    def test_a_register_that_went_ahead_has_jumped(self):
        now_mwh = BEFORE.energy_mwh + SECOND_MWH + STEP_MWH + 10000
        self.assertEqual(self.cause(now_mwh, now_mwh), gate.JUMP)

    def test_the_last_digit_is_passed_at_each_width(self):
        for modulus_mwh in (10**12, 10**11, 2**32 * 1000, 2**31 * 1000, 2**24 * 1000, 10**9):
            by = Gate(P_MAX_W, step, modulus_mwh)
            before = reading(modulus_mwh - STEP_MWH, 5000)
            for now_mwh in (0, SECOND_MWH):
                cause = self.cause(now_mwh, now_mwh, before=before, by=by)
                self.assertEqual(cause, gate.ROLLOVER, modulus_mwh)
            late_mwh = SECOND_MWH + 10 * STEP_MWH
            self.assertEqual(self.cause(late_mwh, late_mwh, before=before, by=by), gate.RESET)

    def test_without_a_modulus_nothing_rolls_over(self):
        before = reading(10**12 - 1, 5000)
        by = Gate(P_MAX_W, step)
        self.assertEqual(self.cause(0, 0, before=before, by=by), gate.RESET)

    def test_another_meter_is_a_swap_whatever_it_shows(self):
        for now_mwh in (0, BEFORE.energy_mwh - 1, 9 * 10**11):
            self.assertEqual(self.cause(now_mwh, now_mwh, same_meter=False), gate.SWAP)

    def test_two_answers_that_disagree_settle_nothing(self):
        self.assertEqual(self.cause(9 * 10**11, 0), gate.UNSETTLED)
        self.assertEqual(self.cause(0, 9 * 10**11), gate.UNSETTLED)
