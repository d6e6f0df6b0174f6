"""The booking gate: what may pass, and the cause of what may not, at each edge."""

import unittest

from wattseal.core import gate
from wattseal.core.gate import Gate
from wattseal.core.reading import Reading

P_MAX_W = 22000
STEP_MWH = 10000  # 0.01 kWh
MODULUS_MWH = 10**12  # 999,999.99 kWh and one step
SECOND_MWH = 6111  # 22 kW for a second, cut


def reading(energy_mwh, at_ms):
    return Reading(energy_mwh, 0, at_ms, 0, "S")


GATE = Gate(P_MAX_W, STEP_MWH, MODULUS_MWH)
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
        hour = 3600000
        self.assertTrue(GATE.passes(BEFORE, after(P_MAX_W * 1000 + STEP_MWH, hour)))
        self.assertFalse(GATE.passes(BEFORE, after(P_MAX_W * 1000 + STEP_MWH + 1, hour)))

    def test_no_time_no_energy_but_a_step(self):
        self.assertTrue(GATE.passes(BEFORE, after(STEP_MWH, 0)))
        self.assertFalse(GATE.passes(BEFORE, after(STEP_MWH + 1, 0)))


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
            by = Gate(P_MAX_W, STEP_MWH, modulus_mwh)
            before = reading(modulus_mwh - STEP_MWH, 5000)
            for now_mwh in (0, SECOND_MWH):
                cause = self.cause(now_mwh, now_mwh, before=before, by=by)
                self.assertEqual(cause, gate.ROLLOVER, modulus_mwh)
            late_mwh = SECOND_MWH + 10 * STEP_MWH
            self.assertEqual(self.cause(late_mwh, late_mwh, before=before, by=by), gate.RESET)

    def test_without_a_modulus_nothing_rolls_over(self):
        before = reading(10**12 - 1, 5000)
        by = Gate(P_MAX_W, STEP_MWH)
        self.assertEqual(self.cause(0, 0, before=before, by=by), gate.RESET)

    def test_another_meter_is_a_swap_whatever_it_shows(self):
        for now_mwh in (0, BEFORE.energy_mwh - 1, 9 * 10**11):
            self.assertEqual(self.cause(now_mwh, now_mwh, same_meter=False), gate.SWAP)

    def test_two_answers_that_disagree_settle_nothing(self):
        self.assertEqual(self.cause(9 * 10**11, 0), gate.UNSETTLED)
        self.assertEqual(self.cause(0, 9 * 10**11), gate.UNSETTLED)
