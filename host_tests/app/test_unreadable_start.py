"""What a start cannot read is neither removed nor passed over, and comes once it can be read."""

import unittest

from journal_case import CHECKPOINT_SECTORS, JournalCase, OnHost, put, record, unacked
from nor_flash import RawNor

import wattseal.drivers.segments as segments
from wattseal.core import journal_cursor
from wattseal.drivers.checkpoint import Checkpoints
from wattseal.storage import on_flash

SECTOR_BYTES = 512


class FilesTest(OnHost, JournalCase, unittest.TestCase):
    def test_a_newest_file_that_the_mark_does_not_know_stays(self):
        put(self.opened(), 6)  # the sixth in a file of its own
        self.let_go()
        Checkpoints(self.folder).save("cursor", journal_cursor.encode(0, 5))  # as a cut leaves it

        def opens(path, mode):
            if path.endswith("00000006.seg") and mode == "rb":
                raise OSError(5)
            return open(path, mode)

        segments.open = opens
        try:
            journal = self.opened()
        finally:
            del segments.open
        self.assertEqual((journal.next, journal.lost), (7, []))
        put(journal, 1)
        journal = self.opened()
        self.assertEqual([row[2] for row in unacked(journal)], [record(n) for n in range(1, 8)])


class UnreadableNor(RawNor):
    hidden = ()  # sectors

    def read_into(self, at, buffer):
        if at // SECTOR_BYTES in self.hidden:
            raise OSError(5)
        super().read_into(at, buffer)


class RingTest(unittest.TestCase):
    def opened(self, flash):
        journal, _ = on_flash(flash, CHECKPOINT_SECTORS, 1, keep_acked=1)
        journal.open()
        return journal

    def test_without_a_cursor_nothing_in_it_counts_as_acknowledged(self):
        flash = UnreadableNor(8 + CHECKPOINT_SECTORS, SECTOR_BYTES)
        journal = self.opened(flash)
        for number in range(1, 5):
            journal.append(1, b"%d" % number * 300)  # a sector each
        flash.image[8 * SECTOR_BYTES :] = b"\xff" * (CHECKPOINT_SECTORS * SECTOR_BYTES)
        flash.hidden = (0, 1)
        journal = self.opened(flash)
        self.assertEqual((journal.acked, journal.lost), (0, []))
        with self.assertRaises(OSError):
            journal.read(1)
        flash.hidden = ()
        journal = self.opened(flash)
        self.assertEqual([row[0] for row in unacked(journal)][:4], [1, 2, 3, 4])
