"""The journal's promises, on the host's file system and on LittleFS; power cuts: see beside."""

import os
import unittest

import scratch_folder
from nor_flash import NorFlash

from wattseal.core import journal_frame
from wattseal.core.journal_frame import FrameScan, JournalFull
from wattseal.drivers import segments
from wattseal.drivers.file_journal import FileJournal

FRAME = 40  # bytes of the frames of `record`


def record(sequence):
    return b"record %06d, padded out" % sequence


def put(journal, count):
    for _ in range(count):
        number = journal.next
        assert journal.append(1, record(number)) == number


def sequences(journal, after=0):
    return [row[0] for row in journal.unacked(after)]


class JournalPromises:
    journal = None

    def opened(self, **changes):
        """A journal as a restart finds it: only the file is let go, there is nothing to save."""
        self.let_go()
        settings = {"segment_bytes": 5 * FRAME, "limit_bytes": 40 * FRAME, "keep_acked": 5}
        settings.update(changes)
        journal = FileJournal(self.folder, **settings)
        journal.open()
        self.journal = journal
        return journal

    def let_go(self):
        if self.journal:
            self.journal.close()
            self.journal = None

    def names(self):
        return sorted(name for name in os.listdir(self.folder) if name.endswith(".seg"))

    def change(self, name, edit):
        path = self.folder + "/" + name
        with open(path, "rb") as file:
            content = bytearray(file.read())
        with open(path, "wb") as file:
            file.write(edit(content))

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
        self.assertEqual([(n, 1, record(n)) for n in range(1, 13)], list(journal.unacked()))

    def test_goes_on_in_the_same_segment_after_a_restart(self):
        put(self.opened(), 3)
        put(self.opened(), 2)
        self.assertEqual(self.names(), ["00000001.seg"])
        put(self.opened(), 1)
        self.assertEqual(self.names(), ["00000001.seg", "00000006.seg"])

    def test_stores_empty_and_largest_payloads(self):
        journal = self.opened(segment_bytes=8192, limit_bytes=20000)
        payloads = [b"", bytes(range(256)) * 32, b"x"]
        for payload in payloads:
            journal.append(9, payload)
        for n in range(3):
            self.assertTrue(journal.read(n + 1) == (9, payloads[n]))
        with self.assertRaises(ValueError):
            journal.append(9, bytes(8193))
        self.assertEqual(self.opened(segment_bytes=8192, limit_bytes=20000).next, 4)

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
        for sequence, _, _ in journal.unacked(1):
            seen.append(sequence)
            journal.ack(4)
        self.assertEqual(seen, [2, 5, 6])

    def test_scans_everything_that_is_left_with_its_kind(self):
        journal = self.opened()
        journal.append(1, b"begin")
        journal.append(2, b"session")
        journal.ack(2)
        seen = []
        self.opened().scan_all(lambda *frame: seen.append(frame))
        self.assertEqual(seen, [(1, 1, b"begin"), (2, 2, b"session")])

    def test_keeps_acknowledged_records_only_as_long_as_it_was_told(self):
        journal = self.opened(keep_acked=5)
        put(journal, 20)
        journal.ack(20)
        put(journal, 1)
        self.assertEqual(journal.read(16), (1, record(16)))
        self.assertEqual(journal.read(10), None)
        self.assertEqual((journal.lost, journal.counters["bad_frames"]), ([], 0))

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

    def scanned(self, journal):
        seen = []
        journal.scan_all(lambda kind, sequence, payload: seen.append(payload))
        return seen

    def test_reads_in_order_without_searching(self):
        put(self.opened(segment_bytes=20 * FRAME), 30)
        journal, finds = self.opened(segment_bytes=20 * FRAME), []

        class Counting(FrameScan):
            def find(self):
                finds.append(self)
                return FrameScan.find(self)

        segments.FrameScan = Counting
        try:
            self.assertEqual(len(list(journal.unacked())), 30)
        finally:
            segments.FrameScan = FrameScan
        self.assertEqual(len(finds), 30)

    def test_leaves_foreign_files_alone(self):
        for name in ("notes.txt", "0000000g.seg", "1.seg", "00000001.SEG"):
            with open(self.folder_made() + "/" + name, "w") as file:
                file.write("hello")
        put(self.opened(), 2)
        self.assertEqual(self.opened().next, 3)
        self.assertTrue("notes.txt" in os.listdir(self.folder))

    def test_refuses_a_limit_that_could_block_itself(self):
        with self.assertRaises(ValueError):
            FileJournal(self.folder, segment_bytes=1000, limit_bytes=1999)

    def folder_made(self):
        if self.folder.split("/")[-1] not in os.listdir(self.folder.rsplit("/", 1)[0]):
            os.mkdir(self.folder)
        return self.folder


def _flipper(byte):
    def flip(content):
        content[byte] ^= 0x04
        return content

    return flip


class OnTheHostsFileSystem(JournalPromises, unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()

    def tearDown(self):
        self.let_go()
        scratch_folder.remove(self.folder)


if scratch_folder.VfsLfs2:

    class OnLittleFs(JournalPromises, unittest.TestCase):
        flash = NorFlash(96)

        def setUp(self):
            self.folder = scratch_folder.on_littlefs(self.flash)

        def tearDown(self):
            self.let_go()
            scratch_folder.leave_littlefs()

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
            with self.assertRaises(OSError):
                while stored < 500:
                    journal.append(1, record(stored + 1) * 10)
                    stored += 1
            self.assertTrue(50 < stored < 150)
            journal = self.opened(segment_bytes=2048, limit_bytes=1 << 20)
            self.assertEqual((journal.next, journal.lost), (stored + 1, []))
            self.assertEqual(sequences(journal), list(range(1, stored + 1)))
            journal.ack(stored)
            self.assertEqual(journal.append(1, b"there is room again"), stored + 1)
