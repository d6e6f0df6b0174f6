"""Acknowledged records go by their age, in whole segments; nothing else goes, and the numbering
stays, on files, on LittleFS and on raw flash."""

import asyncio
import unittest

from fakes import FakeClock
from journal_case import FRAME, JournalCase, OnHost, OnLittleFs, OnRing, put, record, unacked

from wattseal.app import record_retention, steady_clock

DAY_S = 86400
START_S = 1795000000
MANY = {"keep_acked": 10000}


class Blobs:
    """contracts.Checkpoints."""

    def __init__(self):
        self.kept, self.saves = {}, 0

    def load(self, name):
        return self.kept.get(name)

    def save(self, name, blob):
        self.saves += 1
        self.kept[name] = blob


class RetentionCase(JournalCase):
    keep_days = 90

    def begun(self, **changes):
        self.blobs, self.now_s = Blobs(), START_S
        return self.opened(**dict(MANY, **changes))

    def review(self, days=0):
        """So many days later, and twice, as an hour later."""
        self.now_s += int(days * DAY_S)
        for _ in range(2):
            self.reviewed()

    def reviewed(self):
        journal = self.journal
        asyncio.run(
            record_retention.review(
                journal, journal.aging(), self.blobs, self.keep_days, self.now_s, self.quiet
            )
        )

    async def quiet(self):
        pass

    def left(self):
        return len(self.scanned(self.journal))

    def test_what_is_acknowledged_goes_after_ninety_days_and_not_before(self):
        journal = self.begun()
        put(journal, 20)
        journal.ack(20)
        self.review()
        put(journal, 2)  # their segment stays: it is the newest
        self.review(89.9)
        self.assertEqual(self.left(), 22)
        self.review(0.2)
        self.assertEqual(self.left(), 2)
        self.assertEqual((journal.next, journal.oldest, journal.lost), (23, 21, []))
        journal = self.opened(**MANY)
        self.assertEqual((journal.next, journal.oldest, journal.lost), (23, 21, []))
        self.assertEqual(journal.read(21), (1, record(21)))

    def test_the_numbering_stays_where_an_append_has_failed(self):
        journal = self.begun()
        put(journal, 10)
        journal.ack(10)
        self.review()
        journal.segments.create(journal.next)  # and the flash failed before the record
        self.review(100)
        self.assertTrue(self.left() > 0)

    def test_rows_of_a_journal_that_is_gone_let_nothing_go(self):
        journal = self.begun()
        self.blobs.kept["acked"] = record_retention.struct.pack(
            record_retention._LAYOUT, 5000, self.now_s - 200 * DAY_S
        )
        put(journal, 20)
        journal.ack(20)
        self.review()
        self.assertEqual(self.left(), 20)

    def test_what_is_not_acknowledged_never_goes(self):
        journal = self.begun()
        put(journal, 20)
        for _ in range(20):
            self.review(100)
        self.assertEqual(self.left(), 20)
        journal.ack(12)
        for _ in range(4):
            self.review(100)
        self.assertEqual(self.left(), 10)  # the segment of 11 to 15 is not acknowledged as a whole
        self.assertEqual([row[0] for row in unacked(journal)], list(range(13, 21)))

    def test_the_newest_segment_stays_until_another_record_comes(self):
        journal = self.begun()
        put(journal, 3)
        journal.ack(3)
        for _ in range(30):
            self.review(10)
        self.assertEqual((self.left(), journal.next), (3, 4))
        for _ in range(2):
            journal = self.opened(**MANY)
            self.assertEqual(journal.next, 4)
        self.review()
        put(journal, 1)
        self.review()
        self.assertEqual((self.left(), journal.next), (1, 5))

    def test_with_few_records_none_stays_for_a_quarter_longer(self):
        journal, acked_s = self.begun(limit_bytes=80 * FRAME), {}
        for _ in range(200):
            put(journal, 1)
            journal.ack(journal.next - 1)
            acked_s[journal.next - 1] = self.now_s
            self.review(3)
            for payload in self.scanned(journal):
                age_s = self.now_s - acked_s[int(payload[7:13])]
                self.assertTrue(age_s <= 113 * DAY_S, age_s / DAY_S)
        kept = [self.now_s - acked_s[int(payload[7:13])] for payload in self.scanned(journal)]
        self.assertTrue(max(kept) >= 90 * DAY_S)

    def test_it_writes_a_row_in_five_days_and_few_of_them(self):
        journal = self.begun(limit_bytes=80 * FRAME)
        for _ in range(100):
            put(journal, 1)
            journal.ack(journal.next - 1)
            for _ in range(24):
                self.review(1 / 24)
            self.assertTrue(len(self.blobs.kept["acked"]) <= 8 * 24)
        self.assertTrue(self.blobs.saves <= 24, self.blobs.saves)

    def test_a_blob_that_is_odd_costs_time_and_no_record(self):
        journal = self.begun()
        put(journal, 12)
        journal.ack(12)
        for blob in (b"", b"x", b"\xff" * 16, bytes(24), bytes(8 * 40)):
            self.blobs.kept["acked"] = blob
            self.review(1)
            self.assertEqual(self.left(), 12)

    def test_a_row_of_a_time_that_is_not_yet_counts_from_now(self):
        journal = self.begun()
        put(journal, 12)
        journal.ack(12)
        self.review(1000)
        self.review(-1000)
        put(journal, 1)
        self.review(89)
        self.assertEqual(self.left(), 13)
        self.review(2)
        self.assertTrue(self.left() <= 3)

    def test_a_record_that_comes_while_old_ones_go_stays(self):
        journal = self.begun()
        put(journal, 20)
        journal.ack(20)
        put(journal, 2)
        for number, _ in enumerate(journal.aging().remove_steps(20)):
            if number < 10:
                put(journal, 1)
                journal.ack(journal.next - 2)
        newest = journal.next - 1
        self.assertEqual(journal.read(newest), (1, record(newest)))
        journal = self.opened(**MANY)
        self.assertEqual((journal.next, journal.oldest), (newest + 1, newest))
        self.assertEqual(self.scanned(journal)[-1], record(newest))

    def test_appends_that_need_the_room_themselves_meanwhile(self):
        journal = self.begun(limit_bytes=20 * FRAME)
        put(journal, 18)
        journal.ack(18)
        for _ in journal.aging().remove_steps(18):
            put(journal, 3)
            journal.ack(journal.next - 1)
            if journal.next > 60:
                break
        newest = journal.next - 1
        self.assertEqual(journal.read(newest), (1, record(newest)))
        self.assertEqual(self.scanned(journal)[-1], record(newest))


class TestOnHost(OnHost, RetentionCase, unittest.TestCase):
    pass


class TestOnRing(OnRing, RetentionCase, unittest.TestCase):
    def test_the_room_that_is_told_is_there_when_a_segment_is_begun_anew(self):
        for first in range(1, 10):
            self.setUp()
            journal = self.begun(limit_bytes=30 * FRAME)
            put(journal, first)
            journal.ack(first)
            journal.aging().begin_anew()
            before = journal.next
            while journal.room_bytes >= FRAME:
                put(journal, 1)
            self.assertTrue(journal.next - before >= 20)
            self.assertEqual(journal.next - 1 - journal.acked, len(list(unacked(journal))))

    def test_what_has_gone_is_nowhere_in_the_flash(self):
        journal = self.begun()
        put(journal, 20)
        journal.ack(20)
        put(journal, 2)
        self.assertTrue(record(3) in self.flash.image)
        erases = self.flash.erases
        self.review()
        self.review(91)
        self.assertTrue(self.flash.erases - erases <= 4)  # the checkpoints' alone
        for number in range(1, 21):
            self.assertFalse(record(number)[:13] in self.flash.image, number)
        self.assertTrue(record(21) in self.flash.image)


class TestOnLittleFs(OnLittleFs, RetentionCase, unittest.TestCase):
    def setUp(self):
        if self.flash is None:
            raise unittest.SkipTest("CPython has no LittleFS")
        super().setUp()

    def tearDown(self):
        if self.flash is not None:
            super().tearDown()


class TestSteadyClock(unittest.TestCase):
    def test_a_time_is_believed_when_it_went_on_as_the_ticks(self):
        clock, seen, told = FakeClock(), steady_clock.UNSEEN, []
        for jump_ms, state in (
            (0, "S"), (0, "S"), (59000, "S"), (61000, "S"), (0, "S"), (-61000, "S"), (0, "I"),
            (0, "S"), (0, "S"),
        ):  # fmt: skip
            clock.ms += 3600000
            clock.utc_at_0 += jump_ms
            clock.time_state = state
            steady, seen = steady_clock.judged(clock, seen)
            told.append(steady)
        self.assertEqual(told, [False, True, True, False, True, False, False, False, True])


if __name__ == "__main__":
    unittest.main()
