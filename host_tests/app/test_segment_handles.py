"""No memory while a segment is begun: what a later try stores outlives the collector."""

import gc
import os
import sys
import unittest

import scratch_folder
from failing_list import FailingList
from nor_flash import NorFlash

from wattseal.core import journal_frame
from wattseal.drivers.segment_writer import SegmentWriter
from wattseal.drivers.segments import Segments

BLOCKS = 16


class UnallocatingFlash(NorFlash):
    """Works in a finaliser too, where the heap is locked, as a chip's own driver does."""

    def readblocks(self, block, buffer, offset=0):
        at, image = block * self.block_bytes + offset, self.image
        for i in range(len(buffer)):
            buffer[i] = image[at + i]

    def writeblocks(self, block, buffer, offset=0):
        self._program(block * self.block_bytes + offset, buffer)

    def _program(self, at, data):
        image = self.image
        for i in range(len(data)):
            image[at + i] &= data[i]

    def _erase(self, at, size):
        image = self.image
        for i in range(at, at + size):
            image[i] = 0xFF


class SegmentHandleTest(unittest.TestCase):
    def setUp(self):
        if sys.implementation.name != "micropython":
            raise unittest.SkipTest("CPython has no LittleFS")
        gc.collect()
        self.folder = scratch_folder.on_littlefs(UnallocatingFlash(BLOCKS))

    def tearDown(self):
        if sys.implementation.name == "micropython":
            scratch_folder.leave_littlefs()

    def stored(self, name):
        """Bytes of the record's segment after `name`, a list of the table, found no memory."""
        self.segments = Segments(self.folder, bytearray(64))
        self.segments.find_all()
        setattr(self.segments, name, FailingList())
        self.writer = SegmentWriter(self.segments, 4096)
        self.frame = journal_frame.encode(1, 1, b"a record")
        self.attempt(MemoryError)
        self.writer.write(self.frame, 1)
        self.assertEqual((len(self.segments.bases), self.segments.sizes), (1, [len(self.frame)]))
        self.overwrite_stack(20)
        gc.collect()
        return os.stat(self.folder + "/00000001.seg")[6]

    def attempt(self, fault):
        with self.assertRaises(fault):
            self.writer.write(self.frame, 1)

    def overwrite_stack(self, depth):
        """So that the collector sees no trace of what was there."""
        return self.overwrite_stack(depth - 1) + 1 if depth else 0

    def test_a_table_that_does_not_grow(self):
        self.assertEqual(self.stored("bases"), len(self.frame))
        self.writer.close()

    def test_a_table_that_does_not_grow_by_its_sizes(self):
        self.assertEqual(self.stored("sizes"), len(self.frame))
        self.writer.close()
