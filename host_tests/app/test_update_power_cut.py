"""The power fails at every flash operation of an update; the old or the new version starts."""

import gc
import unittest

import scratch_folder
from update_cuts import Scenario, points


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
