"""What a saved pulse total costs the flash: the figure that drivers/pulse_total.py gives."""

import os
import unittest

import scratch_folder
from nor_flash import NorFlash

from wattseal.drivers.checkpoint import Checkpoints
from wattseal.drivers.pulse_total import PulseTotal

SAVES = 3200


class Wear:
    """A log that counts the erases of each block."""

    def __init__(self):
        self.blocks = {}

    def append(self, entry):
        if entry[0] == "erase":
            self.blocks[entry[1]] = self.blocks.get(entry[1], 0) + 1


class TestWear(unittest.TestCase):
    def test_sixteen_saves_erase_one_block(self):
        if scratch_folder.VfsLfs2 is None:
            raise unittest.SkipTest("CPython has no LittleFS")
        flash = NorFlash(12, 4096)
        folder = scratch_folder.on_littlefs(flash, progsize=256)
        try:
            os.mkdir(folder)
            total = PulseTotal(Checkpoints(folder), "pulses1", 1000)
            total.save()
            flash.log = Wear()
            for _ in range(SAVES):
                total.register.add(360)
                total.save()
        finally:
            scratch_folder.leave_littlefs()
        erases = flash.log.blocks.values()
        self.assertTrue(SAVES // 17 <= sum(erases) <= SAVES // 15, sum(erases))
        self.assertTrue(max(erases) <= 110, flash.log.blocks)
