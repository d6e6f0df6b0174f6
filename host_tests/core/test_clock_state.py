"""What a clock may claim: unknown below its floor, synchronised for a day and not longer."""

import unittest

from wattseal.core import clock_state as c

BUILT_MS = c.BUILT_UTC_S * 1000
HOUR_MS = 3600000
YEAR_MS = 31557600000


class TestClockState(unittest.TestCase):
    def test_a_time_before_the_floor_is_unknown_whoever_set_it(self):
        state = c.ClockState()
        for synchronised in (False, True):
            state.was_set(0, synchronised)
            for utc_ms in (-1, 0, 946684800000, 1609459200000, BUILT_MS - 1):
                self.assertEqual(state.letter(0, utc_ms), "U")
            self.assertNotEqual(state.letter(0, BUILT_MS), "U")

    def test_a_time_a_lifetime_after_the_floor_is_unknown(self):
        state = c.ClockState()
        self.assertEqual(state.letter(0, BUILT_MS + 20 * YEAR_MS - 1), "I")
        self.assertEqual(state.letter(0, BUILT_MS + 20 * YEAR_MS), "U")
        self.assertTrue(not state.is_possible(BUILT_MS + 80 * YEAR_MS))

    def test_an_rtc_that_ran_on_and_a_person_are_informative(self):
        state = c.ClockState()
        self.assertEqual(state.letter(0, BUILT_MS + HOUR_MS), "I")
        state.was_set(5, True)
        state.was_set(6, False)
        self.assertEqual(state.letter(7, BUILT_MS + HOUR_MS), "I")

    def test_synchronised_is_so_for_a_day_after_each_answer(self):
        state = c.ClockState()
        for set_at_ms in (0, 70 * HOUR_MS, 9000 * HOUR_MS):
            state.was_set(set_at_ms, True)
            for hours, letter in ((0, "S"), (1, "S"), (24, "S"), (25, "I"), (1440, "I")):
                now_ms = set_at_ms + hours * HOUR_MS
                self.assertEqual(state.letter(now_ms, BUILT_MS + now_ms), letter)
            past_ms = set_at_ms + 24 * HOUR_MS + 1
            self.assertEqual(state.letter(past_ms, BUILT_MS + past_ms), "I")

    def test_the_floor_rises_and_never_sinks(self):
        state = c.ClockState()
        state.raise_floor(c.BUILT_UTC_S + 86400)
        state.raise_floor(0)
        state.raise_floor(c.BUILT_UTC_S)
        self.assertEqual(state.letter(0, BUILT_MS + 86399999), "U")
        self.assertEqual(state.letter(0, BUILT_MS + 86400000), "I")
