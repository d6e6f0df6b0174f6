"""Damage that no frame's CRC sees: a folder taken back in time, a file that leads elsewhere."""

import os
import unittest

import scratch_folder
from journal_case import JournalCase, OnHost, put, record, sequences

from wattseal.core import journal_cursor, journal_frame
from wattseal.drivers.checkpoint import Checkpoints
from wattseal.drivers.journal_marks import Marks
from wattseal.drivers.readable import Readable


class SecondMarkTest(OnHost, JournalCase, unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.elsewhere = scratch_folder.on_host()

    def tearDown(self):
        super().tearDown()
        scratch_folder.remove(self.elsewhere)

    def opened_with_second(self):
        return self.opened(second=Checkpoints(self.elsewhere))

    def empty(self):
        self.let_go()
        for name in os.listdir(self.folder):
            os.remove(self.folder + "/" + name)

    def test_an_emptied_folder_is_a_loss_and_no_fresh_start(self):
        put(self.opened_with_second(), 7)
        self.empty()
        journal = self.opened_with_second()
        self.assertEqual((journal.next, journal.lost), (8, [1, 2, 3, 4, 5, 6, 7]))
        put(journal, 1)
        self.assertEqual(self.opened_with_second().read(8), (1, record(8)))

    def test_without_a_second_mark_its_numbers_would_be_given_out_again(self):
        put(self.opened(), 7)
        self.empty()
        self.assertEqual(self.opened().next, 1)

    def test_what_was_acknowledged_is_not_lost(self):
        journal = self.opened_with_second()
        put(journal, 7)
        journal.ack(5)
        put(journal, 1)
        self.empty()
        journal = self.opened_with_second()
        self.assertEqual((journal.acked, journal.lost), (5, [6, 7, 8]))

    def test_a_second_mark_that_lags_behind_is_of_no_matter(self):
        journal = self.opened_with_second()
        put(journal, 3)
        Checkpoints(self.elsewhere).save("cursor", journal_cursor.encode(0, 1))
        journal = self.opened_with_second()
        self.assertEqual((journal.next, journal.lost), (4, []))
        self.assertEqual(sequences(journal), [1, 2, 3])

    def test_a_cursor_that_no_place_lets_be_read_is_no_fresh_start(self):
        """But where there are records, they tell which numbers are free."""
        for second in (None, Refusing()):
            marks = Marks(Refusing(), second)
            with self.assertRaises(OSError):
                marks.load(False)
            self.assertEqual(marks.load(True), None)
        elsewhere = Checkpoints(self.elsewhere)
        elsewhere.save("cursor", journal_cursor.encode(3, 9))
        self.assertEqual(Marks(Refusing(), elsewhere).load(False), (3, 9))

    def test_each_place_gets_the_cursor_though_the_other_one_refuses(self):
        kept = Checkpoints(self.elsewhere)
        for own, second in ((Refusing(), kept), (kept, Refusing())):
            with self.assertRaises(OSError):
                Marks(own, second).save(3, 9)
            self.assertEqual(journal_cursor.decode(kept.load("cursor")), (3, 9))
            kept.remove("cursor")
        with self.assertRaises(OSError):
            Marks(Refusing(), None).save_own(4, 9)
        Marks(Refusing(), kept).save_own(4, 9)
        self.assertEqual(journal_cursor.decode(kept.load("cursor")), (4, 9))

    def test_two_cursors_tell_together_what_neither_takes_back(self):
        newer = journal_cursor.newer
        self.assertEqual(newer((3, 9), (5, 8)), (5, 9))
        self.assertEqual(newer(None, (1, 2)), (1, 2))
        self.assertEqual(newer((1, 2), None), (1, 2))
        self.assertEqual(newer(None, None), None)


class Refusing:
    """contracts.Checkpoints of a medium that does nothing any more."""

    def load(self, name):
        raise OSError(5)

    def save(self, name, blob):
        raise OSError(5)


class LedElsewhereTest(OnHost, JournalCase, unittest.TestCase):
    def test_a_checkpoint_where_a_record_was_is_no_record(self):
        put(self.opened(), 3)
        self.let_go()
        blob = journal_frame.encode(0, 2, record(2))
        self.change(self.names()[0], lambda content: content[:40] + blob + content[80:])
        journal = self.opened()
        self.assertEqual(journal.read(2), None)
        self.assertEqual(journal.lost, [2])

    def test_a_part_that_cannot_be_read_costs_no_more_than_what_lies_there(self):
        content = b"".join(bytes(journal_frame.encode(1, n, bytes(400))) for n in range(1, 9))
        scan = journal_frame.FrameScan(
            Readable(Holed(content, 500, 1300), {}), len(content), bytearray(64)
        )
        found = []
        while scan.find():
            if scan.load():
                found.append(scan.sequence)
        self.assertEqual(found, [1, 5, 6, 7, 8])

    def test_what_is_refused_is_asked_for_again_and_then_counted(self):
        for read in (lambda file: file.read(9), lambda file: file.readinto(bytearray(9))):
            holed, counters = Holed(b"abcdefghijklmnopqr", 0, 99, 5), {"reads_refused": 0}
            file = Readable(holed, counters)
            self.assertFalse(read(file))
            self.assertEqual((holed.refusals, counters["reads_refused"]), (3, 1))
            holed.most = 5
            self.assertTrue(read(file))
            self.assertEqual((holed.refusals, counters["reads_refused"]), (5, 1))


class Holed:
    """A file that raises between two offsets."""

    def __init__(self, content, first, end, errno=84):
        self.content, self.first, self.end, self.errno = content, first, end, errno
        self.at = self.refusals = 0
        self.most = 1 << 30  # refusals, and then it is read

    def seek(self, offset, whence=0):
        self.at = offset
        return offset

    def read(self, size):
        if self.at < self.end and self.at + size > self.first and self.refusals < self.most:
            self.refusals += 1
            raise OSError(self.errno, "of the test")
        data = self.content[self.at : self.at + size]
        self.at += len(data)
        return data

    def readinto(self, buffer):
        data = self.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)
