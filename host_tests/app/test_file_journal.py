"""What the journal promises when nothing is damaged: on host files, LittleFS and raw flash."""

import os
import unittest

from journal_case import (
    FRAME,
    JournalCase,
    OnHost,
    OnLittleFs,
    OnRing,
    put,
    record,
    sequences,
    unacked,
)
from scratch_folder import VfsLfs2

from wattseal.core.journal_frame import FrameScan, JournalFull
from wattseal.drivers import ring_segments, segments
from wattseal.storage import on_files


class JournalPromises(JournalCase):
    def test_starts_at_one_with_nothing_to_send(self):
        journal = self.opened()
        self.assertEqual((journal.next, journal.oldest, journal.acked), (1, 1, 0))
        self.assertEqual((journal.lost, sequences(journal), journal.read(1)), ([], [], None))

    def test_returns_what_was_appended(self):
        journal = self.opened()
        put(journal, 12)
        self.assertEqual(journal.next, 13)
        for sequence in (1, 2, 3, 12, 7, 6, 1):
            self.assertEqual(journal.read(sequence), (1, record(sequence)))
        self.assertEqual(journal.read(13), None)
        self.assertEqual(journal.read(0), None)

    def test_finds_everything_again_without_a_close(self):
        put(self.opened(), 12)
        journal = self.opened()
        self.assertEqual((journal.next, journal.lost), (13, []))
        self.assertEqual([(n, 1, record(n)) for n in range(1, 13)], list(unacked(journal)))

    def test_remembers_what_was_acknowledged(self):
        journal = self.opened()
        put(journal, 7)
        journal.ack(4)
        self.assertEqual((journal.oldest, sequences(journal)), (5, [5, 6, 7]))
        journal = self.opened()
        self.assertEqual((journal.oldest, journal.acked, sequences(journal)), (5, 4, [5, 6, 7]))

    def test_never_moves_the_cursor_back(self):
        journal = self.opened()
        put(journal, 7)
        journal.ack(4)
        journal.ack(2)
        self.assertEqual(self.opened().acked, 4)

    def test_refuses_and_counts_an_ack_of_what_was_never_appended(self):
        journal = self.opened()
        put(journal, 2)
        journal.ack(3)
        self.assertEqual((journal.acked, journal.counters["acks_refused"]), (0, 1))

    def test_streams_from_a_place_while_acks_arrive(self):
        journal = self.opened()
        put(journal, 6)
        seen = []
        for sequence, _, _ in unacked(journal, 1):
            seen.append(sequence)
            journal.ack(4)
        self.assertEqual(seen, [2, 5, 6])

    def test_scans_everything_that_is_left_with_its_kind(self):
        journal = self.opened()
        journal.append(1, b"begin")
        journal.append(2, b"session")
        journal.ack(2)
        seen = []
        self.opened().scan_all(lambda *frame: seen.append(frame), lambda: None)
        self.assertEqual(seen, [(1, 1, b"begin"), (2, 2, b"session")])

    def test_keeps_acknowledged_records_only_as_long_as_it_was_told(self):
        journal = self.opened(keep_acked=5)
        put(journal, 20)
        journal.ack(20)
        put(journal, 1)
        self.assertEqual(journal.read(16), (1, record(16)))
        self.assertEqual(journal.read(10), None)
        self.assertEqual((journal.lost, journal.counters["bad_frames"]), ([], 0))

    def test_history_goes_a_few_segments_with_each_record(self):
        journal = self.opened(keep_acked=5, limit_bytes=200 * FRAME)
        put(journal, 60)
        journal.ack(60)
        first = [journal.first]
        for _ in range(8):
            put(journal, 1)
            first.append(journal.first)
        self.assertEqual(first, [1, 11, 21, 31, 41, 51, 56, 56, 56])
        self.assertEqual((journal.read(55), journal.read(56)), (None, (1, record(56))))

    def test_what_is_open_keeps_its_history_unless_the_room_is_needed(self):
        journal = self.opened(keep_acked=5, limit_bytes=20 * FRAME)
        put(journal, 12)
        for stays, first in ((5, 1), (6, 6), (7, 6)):
            journal.stays = lambda stays=stays: stays
            for _ in range(2):
                journal.ack(journal.next - 1)
                put(journal, 1)
            self.assertEqual((journal.first, journal.read(7)), (first, (1, record(7))))
        for _ in range(20):
            journal.ack(journal.next - 1)
            put(journal, 1)
        self.assertEqual((journal.read(7), journal.read(38)), (None, (1, record(38))))

    def test_refuses_a_record_rather_than_overwrite_one(self):
        journal = self.opened(limit_bytes=10 * FRAME)
        put(journal, 10)
        with self.assertRaises(JournalFull):
            journal.append(1, record(11))
        journal.ack(4)  # one short of a segment
        with self.assertRaises(JournalFull):
            journal.append(1, record(11))
        self.assertEqual((journal.next, sequences(journal)), (11, list(range(5, 11))))
        journal.ack(5)
        put(journal, 5)
        self.assertEqual(sequences(self.opened(limit_bytes=10 * FRAME)), list(range(6, 16)))

    def test_gives_up_history_when_the_room_is_needed(self):
        journal = self.opened(limit_bytes=10 * FRAME, keep_acked=1000)
        for _ in range(9):
            put(journal, 5)
            journal.ack(journal.next - 1)
        self.assertTrue(journal.used_bytes <= 10 * FRAME)
        self.assertEqual((journal.next, journal.read(45)), (46, (1, record(45))))

    def test_reads_in_order_without_searching(self):
        put(self.opened(segment_bytes=20 * FRAME), 30)
        journal, finds = self.opened(segment_bytes=20 * FRAME), []

        class Counting(FrameScan):
            def find(self):
                finds.append(self)
                return FrameScan.find(self)

        segments.FrameScan = ring_segments.FrameScan = Counting
        try:
            self.assertEqual(len(list(unacked(journal))), 30)
        finally:
            segments.FrameScan = ring_segments.FrameScan = FrameScan
        self.assertEqual(len(finds), 30)


class FilePromises(JournalPromises):
    def test_stores_empty_and_largest_payloads(self):
        journal = self.opened(segment_bytes=8207, limit_bytes=20000)
        payloads = [b"", bytes(range(256)) * 32, b"x"]
        for payload in payloads:
            journal.append(9, payload)
        for n in range(3):
            self.assertTrue(journal.read(n + 1) == (9, payloads[n]))
        with self.assertRaises(ValueError):
            journal.append(9, bytes(8193))
        self.assertEqual(self.opened(segment_bytes=8207, limit_bytes=20000).next, 4)


class JournalOnRingTest(OnRing, JournalPromises, unittest.TestCase):
    pass


class JournalOnHostTest(FilePromises, OnHost, unittest.TestCase):
    def test_goes_on_in_the_same_segment_after_a_restart(self):
        put(self.opened(), 3)
        put(self.opened(), 2)
        self.assertEqual(self.names(), ["00000001.seg"])
        put(self.opened(), 1)
        self.assertEqual(self.names(), ["00000001.seg", "00000006.seg"])

    def test_leaves_foreign_files_alone(self):
        for name in ("notes.txt", "0000000g.seg", "1.seg", "00000001.SEG"):
            with open(self.folder_made() + "/" + name, "w") as file:
                file.write("hello")
        put(self.opened(), 2)
        self.assertEqual(self.opened().next, 3)
        self.assertTrue("notes.txt" in os.listdir(self.folder))

    def test_refuses_a_limit_that_could_block_itself(self):
        with self.assertRaises(ValueError):
            on_files(self.folder, segment_bytes=1000, limit_bytes=1999)


if VfsLfs2:

    class JournalOnLittleFsTest(FilePromises, OnLittleFs, unittest.TestCase):
        def test_history_makes_way_when_the_file_system_is_full(self):
            journal = self.opened(segment_bytes=2048, limit_bytes=1 << 20, keep_acked=10000)
            payload = bytes(400)
            for _ in range(200):
                journal.append(1, payload)
                journal.ack(journal.next - 1)
            self.assertEqual(journal.read(200), (1, payload))

        def test_a_full_file_system_loses_no_record(self):
            journal = self.opened(segment_bytes=2048, limit_bytes=1 << 20)
            stored = 0
            with self.assertRaises(JournalFull):
                while stored < 500:
                    journal.append(1, record(stored + 1) * 10)
                    stored += 1
            self.assertTrue(50 < stored < 150)
            journal = self.opened(segment_bytes=2048, limit_bytes=1 << 20)
            self.assertEqual((journal.next, journal.lost), (stored + 1, []))
            self.assertEqual(sequences(journal), list(range(1, stored + 1)))
            journal.ack(stored)
            self.assertEqual(journal.append(1, b"there is room again"), stored + 1)
