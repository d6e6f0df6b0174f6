"""What telemetry costs LittleFS's flash, at blocks of 4096 bytes and long past its bound."""

import gc
import unittest

import scratch_folder
from nor_flash import NorFlash
from telemetry_model import made

MOST_ERASES = 0.1  # of a record
RECORDS = 3000
FLASH = NorFlash(16, 4096) if scratch_folder.VfsLfs2 else None  # before the heap is in pieces


class WearTest(unittest.TestCase):
    def test_a_record_costs_a_tenth_of_an_erase_at_most(self):
        if not FLASH:
            raise unittest.SkipTest("CPython has no LittleFS")
        for size in (60, 120):
            for progsize in (32, 256):
                gc.collect()
                erases = self.erases(size, progsize)
                print("%d B, %d: %.3f" % (size, progsize, erases / RECORDS), end=" ")
                self.assertTrue(erases <= MOST_ERASES * RECORDS, erases)

    def erases(self, size, progsize):
        telemetry = made(scratch_folder.on_littlefs(FLASH, True, progsize), 8192, 32768)
        telemetry.open()
        FLASH.erases = 0
        for _ in range(RECORDS):
            telemetry.add(1, bytes(size))
            if telemetry._buffer.is_due():
                self.assertTrue(telemetry.flush())
                telemetry.ack(telemetry.next - 1)
        self.assertTrue(telemetry.counters["dropped_segments"] > 0)
        telemetry.close()
        scratch_folder.leave_littlefs()
        return FLASH.erases
