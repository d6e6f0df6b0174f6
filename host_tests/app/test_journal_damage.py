"""What the journal makes of damaged files, on the host's file system and on LittleFS."""

import os
import unittest

from journal_case import FRAME, JournalCase, OnHost, OnLittleFs, put, record, sequences
from scratch_folder import VfsLfs2

from wattseal.core import journal_frame


def _flipper(byte):
    def flip(content):
        content[byte] ^= 0x04
        return content

    return flip


class JournalDamage(JournalCase):
    def test_never_writes_behind_a_torn_tail(self):
        put(self.opened(), 3)
        self.change("00000001.seg", lambda data: data + journal_frame.encode(1, 4, b"cut")[:-1])
        journal = self.opened()
        self.assertEqual((journal.next, journal.counters["torn_tails"]), (4, 1))
        put(journal, 2)
        self.assertEqual(self.names(), ["00000001.seg", "00000004.seg"])
        journal = self.opened()
        self.assertEqual((sequences(journal), journal.lost), ([1, 2, 3, 4, 5], []))

    def test_replaces_a_segment_whose_first_frame_was_torn(self):
        put(self.opened(), 5)
        with open(self.folder + "/00000006.seg", "wb") as file:
            file.write(journal_frame.encode(1, 6, b"cut")[:-1])
        journal = self.opened()
        self.assertEqual((journal.next, self.names()), (6, ["00000001.seg"]))
        put(journal, 1)
        self.assertEqual(sequences(self.opened()), [1, 2, 3, 4, 5, 6])

    def test_lists_a_rotted_frame_and_keeps_its_neighbours(self):
        put(self.opened(), 12)
        for byte in (2 * FRAME + 20, 4 * FRAME + 3):  # in a payload, in a header
            self.change("00000001.seg", _flipper(byte))
        journal = self.opened()
        self.assertEqual((journal.lost, journal.next), ([3, 5], 13))
        self.assertEqual(sequences(journal), [1, 2, 4, 6, 7, 8, 9, 10, 11, 12])
        journal.ack(3)
        self.assertEqual((journal.lost, journal.oldest), ([5], 4))

    def test_notices_a_frame_that_rots_while_it_is_open(self):
        journal = self.opened()
        put(journal, 7)
        self.change("00000001.seg", _flipper(FRAME + 20))
        self.assertEqual(sequences(journal), [1, 3, 4, 5, 6, 7])
        self.assertEqual((journal.lost, journal.counters["bad_frames"]), ([2], 1))
        journal.read(2)
        self.assertEqual(journal.counters["bad_frames"], 1)

    def test_spends_the_number_of_a_last_frame_that_rotted(self):
        put(self.opened(), 3)
        self.change("00000001.seg", _flipper(2 * FRAME + 20))
        journal = self.opened()
        self.assertEqual((journal.next, journal.lost), (4, [3]))

    def test_sends_again_when_the_cursor_is_unknown(self):
        journal = self.opened()
        put(journal, 12)
        journal.ack(8)
        for copy in "01":
            self.change("cursor." + copy, lambda data: data[:-1])
        journal = self.opened()
        self.assertEqual((journal.acked, journal.next), (0, 13))
        self.assertEqual((journal.lost, journal.counters["cursor_unknown"]), ([], 1))
        self.assertEqual(sequences(journal), list(range(1, 13)))

    def test_falls_back_to_the_cursor_before_when_the_newest_copy_is_damaged(self):
        for copy in "01":
            journal = self.opened()
            put(journal, 2)
            journal.ack(journal.next - 1)
            self.change("cursor." + copy, lambda data: data[:3])
            journal = self.opened()
            self.assertTrue(journal.next - 3 <= journal.acked <= journal.next - 1)
            journal.ack(journal.next - 1)

    def test_gives_out_no_number_twice_when_all_segments_are_gone(self):
        put(self.opened(), 7)
        for name in self.names():
            os.remove(self.folder + "/" + name)
        journal = self.opened()
        self.assertEqual((journal.next, journal.lost), (8, [1, 2, 3, 4, 5, 6, 7]))

    def test_a_frame_out_of_its_place_does_not_count(self):
        put(self.opened(), 3)
        stray = journal_frame.encode(1, 2, b"again") + journal_frame.encode(1, 4, record(4))
        self.change("00000001.seg", lambda data: data + stray)
        self.assertEqual(self.scanned(self.opened()), [record(n) for n in (1, 2, 3, 4)])

    def test_a_number_that_is_written_again_means_the_later_payload(self):
        # An interrupt between the write and the count: the caller never got its number.
        journal = self.opened()
        put(journal, 2)
        journal._writer.write(journal_frame.encode(1, 3, b"interrupted"), 3)
        put(journal, 3)
        for each in (journal, self.opened()):
            self.assertEqual(self.scanned(each), [record(n) for n in (1, 2, 3, 4, 5)])
            self.assertEqual(each.read(3), (1, record(3)))


class DamageOnHostTest(JournalDamage, OnHost, unittest.TestCase):
    pass


if VfsLfs2:

    class DamageOnLittleFsTest(JournalDamage, OnLittleFs, unittest.TestCase):
        pass
