"""What the journal and the checkpoints cost the flash: erases, and bytes read with a backlog."""

import gc
import unittest

import scratch_folder
from nor_flash import NorFlash, RawNor

from wattseal.drivers.checkpoint import Checkpoints
from wattseal.storage import on_files, on_flash

SECTOR_BYTES = 4096
ROUNDS = 16


class CountingNor(NorFlash):
    read_bytes = 0

    def readblocks(self, block, buffer, offset=0):
        self.read_bytes += len(buffer)
        NorFlash.readblocks(self, block, buffer, offset)


def ring(sectors=14, checkpoint_sectors=4, area_sectors=2):
    flash = RawNor(sectors, SECTOR_BYTES)
    journal, checkpoints = on_flash(flash, checkpoint_sectors, area_sectors, keep_acked=1)
    journal.open()
    return flash, journal, checkpoints


def erases_of(flash, journal, size, records):
    payload = bytes(size)
    before = flash.erases
    for _ in range(records):
        journal.append(1, payload)
        journal.ack(journal.next - 1)
    return (flash.erases - before) / records


def read_bytes_at(flash, journal, backlog):
    """Of an append and of fetching the record that is next to be sent, with so many unsent."""
    while journal.next - journal.oldest < backlog:
        journal.append(1, b"twenty bytes of text")
    at = journal.oldest
    journal.read(at)
    gc.collect()
    flash.read_bytes = 0
    for step in range(1, 1 + min(ROUNDS, backlog - 1)):
        journal.append(1, b"twenty bytes of text")
        assert journal.read(at + step)
    return flash.read_bytes / min(ROUNDS, backlog - 1)


class RingFiguresTest(unittest.TestCase):
    def setUp(self):
        gc.collect()

    def test_erases_of_a_billing_record(self):
        flash, journal, _ = ring(sectors=8, checkpoint_sectors=4)
        for size, most in ((300, 0.12), (1000, 0.32)):
            found = erases_of(flash, journal, size, 300)
            self.assertTrue(size / SECTOR_BYTES < found <= most, (size, found))

    def test_erases_of_a_checkpoint(self):
        flash, _, checkpoints = ring(sectors=8)
        checkpoints.save("rare", bytes(200))
        before = flash.erases
        for n in range(2000):
            checkpoints.save("session1", bytes([n & 0xFF] * 64))
        found = (flash.erases - before) / 2000
        self.assertTrue(64 / SECTOR_BYTES < found <= 0.03, found)
        self.assertEqual(checkpoints.load("rare"), bytes(200))

    def test_a_backlog_costs_no_reading(self):
        flash, journal, _ = ring(sectors=12, checkpoint_sectors=2, area_sectors=5)
        few = read_bytes_at(flash, journal, 10)
        many = read_bytes_at(flash, journal, 1000)
        self.assertTrue(0 < many <= 1.05 * few, (few, many))


if scratch_folder.VfsLfs2:

    class FileFiguresTest(unittest.TestCase):
        def opened(self, blocks):
            self.flash = None
            gc.collect()
            self.flash = CountingNor(blocks, SECTOR_BYTES)
            folder = scratch_folder.on_littlefs(self.flash, progsize=256)
            second = Checkpoints(folder.rsplit("/", 1)[0])
            self.journal = on_files(folder, 12288, 40000 if blocks < 16 else 48000, 1, second)
            self.journal.open()

        def tearDown(self):
            self.journal.close()
            scratch_folder.leave_littlefs()
            self.journal = self.flash = None
            gc.collect()

        def test_erases_of_a_short_record(self):
            self.opened(14)
            found = erases_of(self.flash, self.journal, 300, 200)
            self.assertTrue(0.5 < found <= 1.6, found)

        def test_erases_of_a_long_record(self):
            self.opened(14)
            found = erases_of(self.flash, self.journal, 1000, 200)
            self.assertTrue(0.5 < found <= 1.6, found)

        def test_reading_with_a_backlog(self):
            self.opened(16)
            few = read_bytes_at(self.flash, self.journal, 10)
            many = read_bytes_at(self.flash, self.journal, 1000)
            self.assertTrue(0 < many <= 2.5 * few, (few, many))
