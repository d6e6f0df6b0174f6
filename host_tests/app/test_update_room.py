"""A package that the flash has no room for beside a full journal is refused before it begins."""

import hashlib
import unittest

import scratch_folder
from nor_flash import NorFlash
from update_life import PART

from wattseal import storage
from wattseal.core.journal_frame import JournalFull
from wattseal.drivers.update_slots import Slots

BLOCKS, BLOCK_BYTES = 48, 512
SEGMENT_BYTES, LIMIT_BYTES = 1024, 8192
FLASH = NorFlash(BLOCKS, BLOCK_BYTES)  # once, before the heap is cut up


class UpdateRoomTest(unittest.TestCase):
    def setUp(self):
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        FLASH.image[:] = b"\xff" * len(FLASH.image)
        self.data = scratch_folder.on_littlefs(FLASH)[: -len("/journal")]
        self.slots = Slots(self.data + "/update")
        self.journal = storage.on_files(self.data + "/journal", SEGMENT_BYTES, LIMIT_BYTES)
        self.journal.open()

    def tearDown(self):
        if scratch_folder.VfsLfs2:
            self.journal.close()
            scratch_folder.leave_littlefs()

    def begin(self, size, beside=True):
        rest = LIMIT_BYTES - self.journal.used_bytes if beside else 0
        return self.slots.begin(0, size, hashlib.sha256(b"%d" % size).digest(), rest)

    def taken(self, size):
        """A whole package in its slot."""
        for at in range(0, size, PART):
            self.assertTrue(self.slots.write(at, bytes(min(PART, size - at))))

    def fill(self):
        """Records until the journal says that it is full; the bytes that it then has."""
        try:
            while True:
                self.journal.append(1, bytes(180))
        except JournalFull:
            return self.journal.used_bytes

    def largest(self):
        """Of the packages that are taken, the size of the longest."""
        for size in range(16000, 400, -128):
            try:
                self.begin(size)
                return size
            except ValueError as fault:
                self.assertTrue("no room for it beside the journal" in str(fault))
                self.assertEqual(self.slots.record.pending, 0)
        return 0

    def test_the_largest_that_is_taken_leaves_the_journal_its_room(self):
        size = self.largest()
        self.assertTrue(size > 6000)
        self.taken(size)
        self.assertTrue(self.fill() > LIMIT_BYTES - 256)

    def test_one_that_is_taken_without_a_look_would_be_found(self):
        self.begin(16000, False)
        self.taken(16000)
        self.assertTrue(self.fill() < LIMIT_BYTES - 256)

    def test_what_is_in_the_slot_makes_room_for_what_comes(self):
        for size in (7200, 7300, 7250):
            self.assertEqual(self.begin(size), 0)
            self.taken(size)
        self.assertEqual(self.begin(7250), 7250)  # what has come is not asked for room
