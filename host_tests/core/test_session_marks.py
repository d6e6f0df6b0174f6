"""What marks a session: each outage, a broken register beside it, and what was noted before."""

import unittest

from wattseal.core import session
from wattseal.core.reading import Reading
from wattseal.core.resuming import resume

UTC = 1795000000000


def reading(at_s, energy_wh):
    return Reading(energy_wh * 1000, 0, at_s * 1000, UTC + at_s * 1000, "S")


def started():
    begun = session.Session("5e55", 1, reading(0, 1000))
    begun.observe(reading(1, 1000), "C")
    return begun


def lost(of, at_s):
    return of.meter_lost(at_s * 1000, UTC + at_s * 1000, "S", "T")


class TestSessionMarks(unittest.TestCase):
    def test_a_second_outage_is_marked_as_the_first_one_was(self):
        of = started()
        for at_s in (10, 20):
            self.assertEqual((lost(of, at_s), lost(of, at_s + 1)), (True, False))
            of.observe(reading(at_s + 5, 1000 + at_s), "C")
        self.assertEqual([(e.tx, e.ef) for e in of.entries], [("B", "")] + 2 * [("X", "t")])

    def test_a_register_that_breaks_keeps_the_mark_of_an_outage(self):
        for outages, mark in ((0, "E"), (1, "Et")):
            of = started()
            if outages:
                lost(of, 10)
            of.register_broken(20000, UTC + 20000, "S", "E")
            self.assertEqual((of.ef, of.entries[-1].ef), (mark, mark))

    def test_the_newest_value_after_a_restart_is_what_was_noted_or_recorded_last(self):
        of = started()
        of.tariff_change(reading(5, 1200))
        for noted_wh, newest_wh in ((0, 1200), (1100, 1200), (1500, 1500)):
            again = resume(of.snapshot())
            again.noted(noted_wh)
            self.assertEqual(again.newest_wh, newest_wh)

    def test_a_dead_meter_after_a_restart_keeps_what_was_noted_at_a_time_that_nobody_knows(self):
        for noted_wh, wh, time_state in ((0, 1000, "S"), (1000, 1000, "S"), (1500, 1500, "U")):
            again = resume(started().snapshot())
            again.noted(noted_wh)
            again.end_without_meter("P", "T")
            end = again.entries[-1]
            told = end.energy_wh, end.utc_ms, end.time_state
            self.assertEqual(told, (wh, UTC, time_state))
            self.assertEqual(sum([row[1] for row in again.segments]), wh - 1000)
