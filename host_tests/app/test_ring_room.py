"""How much the ring says it can take, against what it takes, in areas as large as a device's."""

import gc
import unittest

from nor_flash import RawNor

from wattseal.core.journal_frame import MAX_PAYLOAD, OVERHEAD, JournalFull
from wattseal.storage import on_flash

SECTOR_BYTES = 4096
AREA_SECTORS = 3
SECTORS = 14  # four areas of three sectors, two sectors of checkpoints
BLANK_BYTES = AREA_SECTORS * (SECTOR_BYTES - 40)  # of an area, for frames
PAYLOAD = bytes(MAX_PAYLOAD)


def opened(flash):
    journal, _ = on_flash(flash, 2, AREA_SECTORS, keep_acked=1)
    journal.open()
    return journal


class RingRoomTest(unittest.TestCase):
    flash = RawNor(SECTORS, SECTOR_BYTES)  # once: a small heap has no second piece as large

    def setUp(self):
        gc.collect()
        for sector in range(SECTORS):
            self.flash.erase(sector)

    def fill(self, journal, sizes):
        """Append until it is full. [(the room before a frame, its bytes)], the last is refused."""
        rows = []
        while True:
            size = sizes[len(rows) % len(sizes)]
            rows.append((journal.room_bytes, size + OVERHEAD))
            try:
                journal.append(1, memoryview(PAYLOAD)[:size])
            except JournalFull:
                return rows

    def assert_kept(self, rows):
        """Whatever room was told, frames of so many bytes were taken from there on."""
        taken = 0
        for room, size in reversed(rows):
            taken += size  # with the one that was refused: without it less may have been asked
            self.assertTrue(taken > room, (taken, room))

    def test_what_is_told_fits_whatever_the_sizes(self):
        for sizes in ((MAX_PAYLOAD,), (4100, MAX_PAYLOAD), (900, 6000, 40, 4090), (1000,)):
            self.setUp()
            rows = self.fill(opened(self.flash), sizes)
            self.assertTrue(rows[0][0] > MAX_PAYLOAD + OVERHEAD, rows[0])
            self.assert_kept(rows)

    def test_acknowledged_areas_count_and_unacknowledged_ones_do_not(self):
        journal = opened(self.flash)
        empty = journal.room_bytes
        self.fill(journal, (3000,))
        full = journal.room_bytes
        self.assertTrue(full < 3000 + OVERHEAD, full)
        journal.ack(3)  # of the first area's four
        self.assertEqual(journal.room_bytes, full)
        journal.ack(4)
        self.assertTrue(full < journal.room_bytes < empty, journal.room_bytes)
        self.assert_kept(self.fill(journal, (3000, 500)))

    def test_stores_empty_and_largest_payloads(self):
        journal = opened(self.flash)
        payloads = [b"", bytes(range(256)) * 32, b"x"]
        for payload in payloads:
            journal.append(9, payload)
        journal = opened(self.flash)
        for n in range(3):
            self.assertTrue(journal.read(n + 1) == (9, payloads[n]))
        with self.assertRaises(ValueError):
            journal.append(9, bytes(8193))

    def test_a_restart_tells_the_same(self):
        journal = opened(self.flash)
        for _ in range(7):
            journal.append(1, PAYLOAD[:3000])
            self.assertEqual(opened(self.flash).room_bytes, journal.room_bytes)

    def test_behind_a_frame_that_failed_there_is_no_room(self):
        journal = opened(self.flash)
        journal.append(1, PAYLOAD[:500])
        program, self.flash.program = self.flash.program, refuse
        with self.assertRaises(MemoryError):
            journal.append(1, PAYLOAD[:500])
        self.flash.program = program
        self.assertEqual(journal.room_bytes, 3 * BLANK_BYTES - 2 * (MAX_PAYLOAD + OVERHEAD - 1))
        self.assert_kept(self.fill(journal, (MAX_PAYLOAD, 3900)))


def refuse(at, data):
    raise MemoryError
