"""The power fails at every flash operation of an update; the old or the new version starts."""

import gc
import unittest

import scratch_folder
import slot_loader
from update_cuts import Scenario, points

from wattseal.drivers.update_slots import Slots


class UpdatePowerCutTest(unittest.TestCase):
    def cut_everywhere(self, before, progsize):
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        gc.collect()
        scenario, cuts, steps = Scenario(before, progsize), 0, set()
        for at, step, mode, wrong in points(scenario):
            self.assertEqual(wrong, [], "operation %d (%s), %s" % (at, step, mode))
            cuts += 1
            steps.add(step)
        print("%d cuts" % cuts, end=" ")
        self.assertTrue(cuts > 150)
        self.assertEqual(steps, {"downloaded", "switched", "booted", "confirmed"})

    def test_the_first_update(self):
        self.cut_everywhere((), 32)

    def test_the_second_update(self):
        self.cut_everywhere((1,), 32)

    def test_an_update_over_an_older_slot_on_flash_that_is_programmed_in_pages(self):
        self.cut_everywhere((1, 2), 256)

    def test_a_switch_before_all_has_come_would_be_found(self):
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        begin, is_whole = Slots.begin, slot_loader.is_whole

        def eager(slots, kind, size, digest):
            at = begin(slots, kind, size, digest)
            slots.record.trial, slots.record.boots = slots.record.pending, 3
            slot_loader.save(slots._folder, slots.record)
            return at

        gc.collect()
        Slots.begin, slot_loader.is_whole = eager, lambda *_: True
        try:
            found = [wrong for _, _, _, wrong in points(Scenario((1,)), 1, 5)]
        finally:
            Slots.begin, slot_loader.is_whole = begin, is_whole
        mixed = [text for wrong in found for text in wrong if text.startswith("mixed")]
        self.assertTrue(len(mixed) > 10)
