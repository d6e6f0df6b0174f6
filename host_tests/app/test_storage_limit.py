"""How much of a file system the journal may take."""

import unittest

import scratch_folder

from wattseal.storage import limit_of, on_files

BLOCK_BYTES = 4096
ESP32_BYTES, PICO_W_BYTES = 512 * BLOCK_BYTES, 212 * BLOCK_BYTES  # of stock images
RECORD_BYTES = 1030


class SparseFlash:
    """A block device that keeps only what was written, for the heap is small."""

    def __init__(self, blocks):
        self._blocks = blocks
        self._written = {}

    def readblocks(self, block, buffer, offset=0):
        kept = self._written.get(block)
        for i in range(len(buffer)):
            buffer[i] = kept[offset + i] if kept else 0xFF

    def writeblocks(self, block, buffer, offset=0):
        kept = self._written.setdefault(block, bytearray(b"\xff" * BLOCK_BYTES))
        kept[offset : offset + len(buffer)] = buffer

    def ioctl(self, operation, block):
        if operation == 6:
            self._written.pop(block, None)
        return {4: self._blocks, 5: BLOCK_BYTES}.get(operation, 0)


class LimitTest(unittest.TestCase):
    def test_a_share_of_the_file_system_between_two_bounds(self):
        self.assertEqual(limit_of(32 * BLOCK_BYTES), 524288)
        self.assertEqual(limit_of(PICO_W_BYTES), 524288)
        self.assertEqual(limit_of(1000000), 600000)
        self.assertEqual(limit_of(1800000), 1048576)
        self.assertEqual(limit_of(ESP32_BYTES), 786432)  # three archives of modules lie beside it
        self.assertEqual(limit_of(1 << 40), 1048576)

    def test_an_esp32_holds_thirty_days_of_twelve_sessions(self):
        day_bytes = 12 * 2 * RECORD_BYTES
        self.assertTrue(limit_of(ESP32_BYTES) // day_bytes >= 30)
        self.assertTrue(limit_of(PICO_W_BYTES) // day_bytes >= 20)

    @unittest.skipIf(scratch_folder.VfsLfs2 is None, "CPython has no LittleFS")
    def test_the_journal_asks_the_file_system_of_its_folder(self):
        folder = scratch_folder.on_littlefs(SparseFlash(250))
        try:
            journal, named = on_files(folder), on_files(folder, limit_bytes=70000)
        finally:
            scratch_folder.leave_littlefs()
        self.assertEqual((journal.room_bytes, named.room_bytes), (614400, 70000))


if __name__ == "__main__":
    unittest.main()
