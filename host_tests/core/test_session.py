"""The session state machine: one begin, one end, EF carried on, times that never run backwards."""

import unittest

import sample

from wattseal.core import session as s
from wattseal.core.resuming import resume

UTC = 1795000000000


class Reading:
    def __init__(self, at_s, energy_wh, utc_ms=None, time_state="S"):
        self.at_ms = at_s * 1000
        self.energy_wh = energy_wh
        self.utc_ms = UTC + at_s * 1000 if utc_ms is None else utc_ms
        self.time_state = time_state


def started(time_state="S"):
    session = s.Session("5e55", 1, Reading(0, 1000, time_state=time_state))
    session.observe(Reading(1, 1000), "C")
    return session


def letters(session):
    return "".join(e.tx for e in session.entries)


class TestSession(unittest.TestCase):
    def test_a_plain_session_has_one_begin_and_one_end(self):
        session = started()
        self.assertEqual(session.state, s.CHARGING)
        session.end(Reading(600, 6000), "L")
        self.assertEqual(letters(session), "BL")
        self.assertEqual(session.state, s.END)
        self.assertEqual(session.segments, [[0, 5000, "C"]])

    def test_every_end_is_taken_and_only_once(self):
        for tx in s.ENDS:
            session = started()
            session.end(Reading(9, 1001), tx)
            with self.assertRaises(s.SessionError):
                session.end(Reading(10, 1001), tx)
        with self.assertRaises(s.SessionError):
            started().end(Reading(9, 1001), "B")

    def test_pauses_split_the_segments_and_add_up(self):
        session = started()
        session.observe(Reading(100, 2000), "S")
        session.observe(Reading(200, 2000), "C")
        session.observe(Reading(300, 3000), "P")
        session.end(Reading(400, 3001), "E")
        self.assertEqual(letters(session), "BSCSE")
        expected = [[0, 1000, "C"], [100, 0, "S"], [200, 1000, "C"], [300, 1, "P"]]
        self.assertEqual(session.segments, expected)

    def test_a_price_boundary_begins_a_segment_in_the_same_state(self):
        session = started()
        session.observe(Reading(900, 4000), "C")
        session.tariff_change(Reading(900, 4000))
        session.end(Reading(1000, 4400), "L")
        self.assertEqual(letters(session), "BTL")
        self.assertEqual(session.segments, [[0, 3000, "C"], [900, 400, "C"]])

    def test_further_price_boundaries_stand_in_the_segments_alone(self):
        session = started()
        for i in range(1, 6):
            session.tariff_change(Reading(100 * i, 1000 + i))
        session.cut(Reading(520, 1005))
        session.end(Reading(600, 1009), "L")
        self.assertEqual(letters(session), "BTTTL")
        self.assertEqual(session.segments[4:], [[400, 1, "C"], [500, 0, "C"], [520, 4, "C"]])

    def test_a_sample_counts_for_the_second_that_it_is_nearest_to(self):
        session = started()
        for at_ms, offset_s in ((9998, 10), (11003, 11), (12499, 12)):
            reading = Reading(0, 1000)
            reading.at_ms = at_ms
            session.tariff_change(reading)
            self.assertEqual(session.snapshot()[5][0], offset_s)

    def test_a_flapping_pilot_does_not_grow_the_record_without_bound(self):
        session = started()
        for i in sample.of(range(200), 100):
            session.observe(Reading(10 + i, 1000 + i), "CPS"[i % 3])
        session.tariff_change(Reading(300, 1300))
        session.meter_lost(301000, UTC + 301000, "S", "T")
        session.end(Reading(302, 1302), "L")
        self.assertTrue(len(session.entries) <= 13)
        self.assertEqual(sum(row[1] for row in session.segments), 302)
        self.assertEqual(letters(session)[-3:], "TXL")

    def test_an_error_flag_is_carried_to_the_end(self):
        session = started()
        self.assertTrue(session.meter_lost(50000, UTC + 50000, "S", "T"))
        self.assertFalse(session.meter_lost(51000, UTC + 51000, "S", "T"))
        session.observe(Reading(60, 1200), "C")
        session.end(Reading(70, 1300), "L")
        self.assertEqual([e.ef for e in session.entries], ["", "t", "t"])
        self.assertEqual([e.st for e in session.entries], ["G", "T", "G"])
        self.assertEqual(session.entries[1].energy_wh, None)

    def test_a_clock_set_in_between_leaves_the_duration_right(self):
        for jump_ms in (-86400000, 3600000):
            session = started()
            session.end(Reading(600, 6000, UTC + 600000 + jump_ms), "L")
            self.assertEqual(session.entries[-1].utc_ms, UTC + 600000)
            self.assertEqual(session.entries[-1].time_state, "R")

    def test_only_two_synchronised_ends_are_called_synchronised(self):
        for begin, end, expected in (
            ("S", "S", "S"),
            ("I", "S", "R"),
            ("U", "S", "R"),
            ("S", "I", "R"),
        ):
            session = started(begin)
            session.end(Reading(600, 6000, time_state=end), "L")
            self.assertEqual(session.entries[-1].time_state, expected)

    def test_a_restart_ends_with_the_live_register_and_a_time_flag(self):
        session = resume(started().snapshot())
        session.end(Reading(3, 6000, UTC + 700000), "P")
        self.assertEqual(letters(session), "BP")
        self.assertEqual(session.entries[-1].ef, "t")
        self.assertEqual(session.entries[-1].utc_ms, UTC + 700000)

    def test_a_clock_lost_over_the_restart_never_ends_before_the_begin(self):
        session = resume(started().snapshot())
        session.end(Reading(3, 6000, 0, "U"), "P")
        self.assertEqual(session.entries[-1].utc_ms, UTC)
        self.assertEqual(session.entries[-1].time_state, "U")

    def test_a_dead_meter_ends_with_its_last_value_at_its_own_time(self):
        session = started()
        session.observe(Reading(30, 1500), "C")
        session.end_without_meter("L", "T")
        end = session.entries[-1]
        self.assertEqual(
            (end.energy_wh, end.utc_ms, end.st, end.ef), (1500, UTC + 30000, "T", "Et")
        )

    def test_a_dead_meter_after_a_restart_falls_back_to_the_begin(self):
        session = resume(started().snapshot())
        session.end_without_meter("P", "T")
        self.assertEqual(session.entries[-1].energy_wh, 1000)

    def test_a_dead_meter_after_a_restart_falls_back_to_the_newest_value_in_the_record(self):
        full = started()
        for i in range(20):  # the record has entries of the first ten only
            full.observe(Reading(10 + i, 1010 + i), "SC"[i % 2])
        early = started()
        early.tariff_change(Reading(0, 1004))  # in the first second, and no segment of its own
        for session, newest_wh, at_s in ((full, 1029, 29), (early, 1004, 0)):
            session = resume(session.snapshot())
            self.assertEqual(session.newest_wh, newest_wh)
            session.end_without_meter("P", "T")
            end = session.entries[-1]
            self.assertEqual((end.energy_wh, end.utc_ms), (newest_wh, UTC + 1000 * at_s))
            self.assertEqual(sum([row[1] for row in session.segments]), newest_wh - 1000)

    def test_after_a_restart_no_later_clock_dates_a_begin_that_nobody_could_date(self):
        unknown = started("U")
        unknown.observe(Reading(10, 1010), "P")
        for days, state in ((0, "U"), (9000, "S"), (9000, "I")):
            session = resume(unknown.snapshot())
            at_ms = UTC + 86400000 * days
            session.end(Reading(3000, 1500, at_ms, state), "P")
            end = session.entries[-1]
            self.assertEqual((end.utc_ms, end.time_state), (UTC + 10000, "U"))

    def test_a_meter_lost_again_and_again_does_not_grow_the_record_without_bound(self):
        session = started()
        for i in range(100):
            session.meter_lost(1000 * i + 1500, UTC + 1000 * i + 1500, "S", "T")
            session.observe(Reading(i + 2, 1000 + i), "PC"[i % 2])
        session.end(Reading(200, 1200), "L")
        self.assertTrue(len(session.entries) <= 12)
        self.assertEqual({entry.ef for entry in session.entries[1:]}, {"t"})
        self.assertEqual(letters(session)[-1], "L")

    def test_the_first_loss_is_told_although_pauses_have_filled_the_record(self):
        session = started()
        for i in range(50):
            session.observe(Reading(i + 2, 1000), "PC"[i % 2])
        self.assertTrue(session.meter_lost(60000, UTC + 60000, "S", "T"))
        session.end(Reading(200, 1200), "L")
        self.assertEqual(letters(session)[-2:], "XL")

    def test_a_snapshot_resumes_with_everything_that_was_finished(self):
        session = started()
        session.observe(Reading(10, 1010), "P")
        session.meter_lost(60000, UTC + 60000, "S", "T")
        again = resume(session.snapshot())
        self.assertEqual(again.snapshot(), session.snapshot()[:5] + [[10, 1010, "S"], ""])
        self.assertEqual((again.segments, again.ef), ([[0, 10, "C"]], "t"))

    def test_a_damaged_snapshot_is_refused(self):
        ended = started()
        ended.end(Reading(9, 1001), "L")
        for bad in (
            [],
            [1, 2, 3],
            ["x", 1, "", [], []],
            ["x", 1, "", [[1]], []],
            started().snapshot()[:3] + [[], []],
            started().snapshot()[:5] + [[0, 1000, "B"]],
            started().snapshot()[:4] + [[[1, 2]]],
            started().snapshot()[:4] + [7],
            started().snapshot()[:6] + [7],
            ended.snapshot(),
        ):
            with self.assertRaises(s.SessionError):
                resume(bad)
