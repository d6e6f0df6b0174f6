"""A stock ESP32's 2 MB of LittleFS take one firmware after the other, beside any journal."""

import hashlib
import unittest

import scratch_folder

from wattseal import storage
from wattseal.core.journal_frame import JournalFull
from wattseal.drivers.update_slots import Slots

BLOCKS, BLOCK_BYTES = 512, 4096
ARCHIVE_BYTES = 360000  # more than one has
REST_BYTES = 65536  # commanding/update_desk.py's
FORMER_BYTES = 1048576
PART, RECORD = bytes(4096), bytes(1000)


class Ram:
    """A block device without faults. The tests of this folder have the heap for it."""

    def __init__(self):
        self.image = bytearray(BLOCKS * BLOCK_BYTES)

    def readblocks(self, block, buffer, offset=0):
        at = block * BLOCK_BYTES + offset
        buffer[:] = memoryview(self.image)[at : at + len(buffer)]

    def writeblocks(self, block, buffer, offset=0):
        at = block * BLOCK_BYTES + offset
        self.image[at : at + len(buffer)] = buffer

    def ioctl(self, operation, block):
        return {4: BLOCKS, 5: BLOCK_BYTES}.get(operation, 0)


@unittest.skipIf(scratch_folder.VfsLfs2 is None, "CPython has no LittleFS")
class StockTest(unittest.TestCase):
    def setUp(self):
        self.data = scratch_folder.on_littlefs(Ram())[: -len("/journal")]
        with open(self.data + "/modules.archive", "wb") as file:
            file.write(bytes(ARCHIVE_BYTES))
        self.journal = self.opened()

    def tearDown(self):
        self.journal.close()
        scratch_folder.leave_littlefs()

    def opened(self, limit_bytes=0):
        journal = storage.on_files(self.data + "/journal", limit_bytes=limit_bytes)
        journal.keep_acked = 1 << 29
        journal.open()
        return journal

    def fill(self, most_bytes=1 << 30):
        try:
            while self.journal.used_bytes < most_bytes:
                self.journal.append(1, RECORD)
        except JournalFull:
            pass

    def update(self, slots, number):
        """Begin one as commanding/update_desk.py does, and have it confirmed."""
        journal = self.journal
        rest = max(0, journal.limit_bytes - journal.used_bytes) + REST_BYTES
        digest = hashlib.sha256(b"%d" % number).digest()
        self.assertEqual(slots.begin(0, ARCHIVE_BYTES, digest, rest), 0)
        at = 0
        while at < ARCHIVE_BYTES:
            self.assertTrue(slots.write(at, PART[: ARCHIVE_BYTES - at]))
            at = slots.have()
        record = slots.record
        record.active = record.running = record.pending
        record.pending = 0

    def test_three_in_turn_beside_a_journal_that_is_empty_and_that_fills_up_after(self):
        slots = Slots(self.data + "/update")
        for number in range(3):
            self.update(slots, number)
        self.fill()
        self.assertTrue(self.journal.used_bytes > self.journal.limit_bytes - 2048)
        self.assertEqual(self.journal.room_bytes < 2048, True)

    def test_three_in_turn_beside_a_full_journal(self):
        self.fill()
        slots = Slots(self.data + "/update")
        for number in range(3):
            self.update(slots, number)

    def test_a_journal_of_before_that_is_longer_goes_on_to_its_former_limit(self):
        limit_bytes = self.journal.limit_bytes
        self.journal.close()
        self.journal = self.opened(FORMER_BYTES)
        self.fill(limit_bytes + 50000)
        upto = self.journal.next - 1
        self.journal.close()
        self.journal = self.opened()
        self.assertEqual(self.journal.limit_bytes, FORMER_BYTES)
        self.assertEqual(self.journal.append(1, RECORD), upto + 1)
        self.journal.ack(upto)
        self.journal.close()
        self.journal = self.opened()  # what is acknowledged goes where room is needed
        self.assertEqual(self.journal.limit_bytes, limit_bytes)
        self.journal.append(1, RECORD)
        self.assertTrue(self.journal.used_bytes <= limit_bytes)


if __name__ == "__main__":
    unittest.main()
