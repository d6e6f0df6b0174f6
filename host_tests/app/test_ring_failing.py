"""What fails in the ring for a time costs no record, gives no number twice, promises no room."""

import unittest

from failing_list import FailingList
from nor_flash import RawNor

from wattseal.core import journal_frame
from wattseal.core.journal_frame import JournalFull
from wattseal.storage import on_flash

SECTOR_BYTES = 512
BODY = SECTOR_BYTES - 40  # behind the header of a sector
AREA_SECTORS = 2
CHECKPOINT_SECTORS = 4


class FailingNor(RawNor):
    """`hidden`: sectors that cannot be read; `dead`: nor programmed, once their header is down."""

    hidden = dead = ()
    no_zeros = False  # it does not take them over data

    def read_into(self, at, buffer):
        if at // SECTOR_BYTES in self.hidden:
            raise OSError(5)
        super().read_into(at, buffer)

    def program(self, at, data):
        header = at % SECTOR_BYTES == 0 and data[0]
        over = any(byte < 255 for byte in self.image[at : at + len(data)])
        zeros = self.no_zeros and over and not any(data)
        if zeros or (at // SECTOR_BYTES in self.dead and not header):
            raise OSError(5)
        super().program(at, data)


def opened(flash):
    journal, _ = on_flash(flash, CHECKPOINT_SECTORS, AREA_SECTORS, keep_acked=1)
    journal.open()
    return journal


def record(number, frames=2):
    """So many fill a sector to its last byte."""
    return b"%d" % (number % 10) * (BODY // frames - journal_frame.OVERHEAD)


def put(journal, count):
    for _ in range(count):
        journal.append(1, record(journal.next))


class RingFailingTest(unittest.TestCase):
    def flash(self, areas=4):
        return FailingNor(areas * AREA_SECTORS + CHECKPOINT_SECTORS, SECTOR_BYTES)

    def stored(self, journal, numbers):
        for number in numbers:
            self.assertEqual(journal.read(number), (1, record(number)))

    def test_of_two_areas_with_one_base_the_later_counts_over_restarts(self):
        flash = self.flash()
        journal = opened(flash)
        put(journal, 4)
        flash.dead = (2, 3)
        with self.assertRaises(OSError):
            put(journal, 1)
        put(opened(flash), 1)  # the header that failed cannot be cleared
        self.stored(opened(flash), range(1, 6))

    def test_nothing_is_put_where_a_sector_cannot_be_read(self):
        flash = self.flash()
        put(opened(flash), 3)  # two end with the first sector
        flash.hidden = (1,)
        journal = opened(flash)
        put(journal, 1)
        self.assertEqual(journal.next, 5)
        flash.hidden = ()
        self.stored(opened(flash), range(1, 5))

    def test_without_a_cursor_the_numbers_in_it_are_spent(self):
        flash = self.flash()
        put(opened(flash), 3)
        at = 4 * AREA_SECTORS * SECTOR_BYTES
        flash.image[at:] = b"\xff" * (CHECKPOINT_SECTORS * SECTOR_BYTES)
        flash.hidden = (1,)
        self.assertTrue(opened(flash).next > 3)

    def test_an_area_that_failed_is_not_healed_over_its_records(self):
        flash = self.flash()
        put(opened(flash), 2)
        flash.dead = (1,)
        journal = opened(flash)
        with self.assertRaises(OSError):
            put(journal, 1)
        flash.dead = ()
        self.assertFalse(journal.heal())
        self.stored(journal, (1, 2))

    def test_an_acknowledged_area_that_failed_is_no_room(self):
        flash = self.flash(areas=2)
        flash.dead = (1,)
        journal = opened(flash)
        put(journal, 2)
        with self.assertRaises(OSError):
            put(journal, 1)
        put(journal, 1)
        journal.ack(3)
        room, next_was = journal.room_bytes, journal.next
        with self.assertRaises(JournalFull):
            put(journal, 9)
        self.assertEqual(room, (journal.next - next_was) * BODY // 2)

    def test_what_is_wiped_is_gone_where_zeros_are_refused(self):
        flash = self.flash()
        journal = opened(flash)
        put(journal, 5)
        journal.ack(4)
        flash.no_zeros = True
        for _ in journal.aging().remove_steps(4):
            pass
        gone = [number for number in range(1, 6) if record(number) not in flash.image]
        self.assertEqual(gone, [1, 2, 3, 4])
        self.stored(journal, (5,))

    def test_a_table_that_does_not_grow_mixes_no_areas_up(self):
        flash = self.flash()
        journal = opened(flash)
        put(journal, 4)
        journal.segments.bases = FailingList(journal.segments.bases)
        with self.assertRaises(MemoryError):
            put(journal, 1)
        put(journal, 3)
        for each in (journal, opened(flash)):
            self.stored(each, range(1, 8))

    def test_an_area_that_gets_new_records_while_it_is_wiped_keeps_them(self):
        journal = opened(self.flash(areas=2))
        put(journal, 5)
        journal.ack(4)
        steps = journal.aging().remove_steps(4)
        next(steps)
        put(journal, 6)  # the last three are where the first four were
        for _ in steps:
            pass
        self.stored(journal, range(5, 12))

    def test_what_an_area_has_unused_at_its_end_is_no_torn_record(self):
        flash = self.flash()
        journal = opened(flash)
        for _ in range(9):
            journal.append(1, b"x" * 200)  # four fit in an area, and some bytes are left
        journal = opened(flash)
        self.assertEqual((journal.next, journal.counters["torn_tails"]), (10, 0))
