"""The ring's areas: what lay there before, sectors that are gone, and those that die in use."""

import gc
import unittest

from nor_flash import TORN_MODES, DyingNor, RawNor

from wattseal.core import journal_frame
from wattseal.core.journal_frame import JournalFull
from wattseal.storage import on_flash

AREA_SECTORS = 3
AREAS = 5
CHECKPOINT_SECTORS = 4
SECTORS = AREAS * AREA_SECTORS + CHECKPOINT_SECTORS
SECTOR_BYTES = 256
TRIES = 4


def opened(flash):
    journal, _ = on_flash(flash, CHECKPOINT_SECTORS, AREA_SECTORS, keep_acked=1)
    journal.open()
    return journal


def record(sequence):
    return b"record %04d, " % sequence + b"." * 50


def put(journal, count):
    for _ in range(count):
        journal.append(1, record(journal.next))


class AreaTest(unittest.TestCase):
    def setUp(self):
        self.flash = self.start = None
        gc.collect()
        self.flash, self.start = DyingNor(SECTORS, SECTOR_BYTES), RawNor(SECTORS, SECTOR_BYTES)

    def lay_down(self, sequence):
        """An older device's frames, from `sequence` on, all over the journal's part."""
        at, end = 0, AREAS * AREA_SECTORS * SECTOR_BYTES
        while at < end:
            frame = journal_frame.encode(2, sequence, b"of an older life, " + b"o" * 40)
            frame = frame[: end - at]
            self.flash.image[at : at + len(frame)] = frame
            at += len(frame)
            sequence += 1

    def test_frames_of_an_earlier_life_of_the_flash_are_nobodys(self):
        self.lay_down(301)
        journal = opened(self.flash)
        self.assertEqual((journal.next, journal.lost), (1, []))
        for number in range(1, 41):
            self.cut_appends_of(number)
            journal = opened(self.flash)
            put(journal, 1)
            journal.ack(journal.next - 1)
            self.assertEqual(journal.next, number + 1)

    def cut_appends_of(self, number):
        """The power fails in each operation of the next append; all is put back behind it."""
        self.start.image[:] = self.flash.image
        self.flash.log = []
        put(opened(self.flash), 1)
        log, self.flash.log = self.flash.log, None
        for count, torn in enumerate(log):
            self.flash.image[:] = self.start.image
            for entry in log[:count]:
                self.flash.replay(entry)
            self.flash.replay_torn(torn, TORN_MODES[count % 4])
            journal = opened(self.flash)
            self.assertTrue(journal.next in (number, number + 1), (number, journal.next))
            self.assertEqual(journal.lost, [])
            for found in range(max(1, number - 2), journal.next):
                self.assertTrue(journal.read(found) in (None, (1, record(found))))
        self.flash.image[:] = self.start.image

    def test_a_wiped_sector_takes_the_records_in_it_and_no_neighbour(self):
        put(opened(self.flash), 26)
        self.start.image[:] = self.flash.image
        for sector in range(AREAS * AREA_SECTORS):
            self.flash.image[:] = self.start.image
            at = sector * SECTOR_BYTES
            self.flash.image[at : at + SECTOR_BYTES] = b"\x00" * SECTOR_BYTES
            journal = opened(self.flash)
            gone = [n for n in range(1, 27) if journal.read(n) != (1, record(n))]
            self.assertTrue(len(gone) <= SECTOR_BYTES // len(record(1)) + 1, (sector, gone))
            self.assertEqual(journal.lost, gone)
            self.assertEqual(journal.append(1, record(27)), 27)

    def appended(self, journal):
        """The numbers of so many appends, each acknowledged; a refused one is tried again."""
        for _ in range(40):
            for _ in range(TRIES):
                try:
                    put(journal, 1)
                    break
                except (OSError, JournalFull):
                    pass
            else:
                self.assertTrue(False, "%d tries failed" % TRIES)
            journal.ack(journal.next - 1)

    def test_an_area_that_dies_before_its_first_frame_stops_nothing(self):
        for silent in (False, True):
            self.setUp()
            journal = opened(self.flash)
            put(journal, 4)  # two in the last sector of the first area
            while self.flash.image[3 * SECTOR_BYTES] == 0xFF:
                room, log = journal.next, self.flash.image[:]
                put(journal, 1)
            self.flash.image[:] = log
            journal = opened(self.flash)
            self.die_after_header(3, silent)
            self.appended(journal)
            self.assertEqual(journal.next, room + 40)
            journal = opened(self.flash)
            self.assertEqual(journal.next, room + 40)
            self.appended(journal)

    def die_after_header(self, sector, silent):
        program = self.flash.program

        def dying(at, data):
            program(at, data)
            if at == sector * SECTOR_BYTES:
                self.flash.dead, self.flash.silent = sector, silent
                del self.flash.program

        self.flash.program = dying

    def test_an_acknowledged_area_that_cannot_be_cleared_makes_way_for_no_other(self):
        for silent in (False, True):
            self.setUp()
            journal = opened(self.flash)
            put(journal, 9)
            self.flash.dead, self.flash.silent = 0, silent
            self.appended(journal)
            self.assertEqual(journal.next, 50)
            self.assertEqual(journal.counters["areas_bad"], 1)
            journal = opened(self.flash)
            self.assertEqual((journal.next, journal.lost), (50, []))
            self.appended(journal)

    def test_a_bad_area_that_is_in_use_is_not_counted_as_room(self):
        self.flash.dead = 2  # the last sector of the first area
        journal = opened(self.flash)
        for _ in range(20):
            try:
                put(journal, 1)
            except OSError:
                pass
        acked = journal.next - 2
        journal.ack(acked)
        room, taken = journal.room_bytes, 0
        while True:
            try:
                put(journal, 1)
            except JournalFull:
                break
            taken += len(record(1)) + journal_frame.OVERHEAD
        self.assertTrue(room <= taken + len(record(1)) + journal_frame.OVERHEAD, (room, taken))


if __name__ == "__main__":
    unittest.main()
