"""The power fails at every program and erase under the telemetry journal; then a restart."""

import gc
import unittest

import scratch_folder
from nor_flash import TORN_MODES, NorFlash
from telemetry_model import Model, made, restarts

STEPS = "bbKbbbKbbbKb"  # a batch of four records; an ack of all but three
BLOCKS = 20
FLASH, START = NorFlash(BLOCKS), NorFlash(BLOCKS)  # once, before the heap is cut up


class Scenario:
    """Played once; `model_at` gives what was promised when an operation of its log began."""

    def __init__(self, flash, start, progsize):
        folder = scratch_folder.on_littlefs(flash, True, progsize)
        start.image[:] = flash.image
        flash.log, self._states = [], []
        model, telemetry = Model(), made(folder)
        telemetry.open()
        for step in STEPS:
            if step == "b":
                model.add(telemetry, 4)
            else:
                model.acking = telemetry.next - 3
            self._note(flash, model)
            if step == "b":
                model.flush(telemetry)
            else:
                model.ack(telemetry, model.acking)
        self._note(flash, model)
        telemetry.close()
        scratch_folder.leave_littlefs()
        self.dropped = telemetry.counters["dropped_segments"]
        self.log, flash.log = flash.log, None

    def _note(self, flash, model):
        under_way = dict(model.under_way)
        row = (len(flash.log), dict(model.stored), under_way, model.acked, model.acking)
        self._states.append(row)

    def model_at(self, operation):
        model = Model()
        for count, stored, under_way, acked, acking in self._states:
            if count > operation:
                break
            model.stored, model.under_way = dict(stored), dict(under_way)
            model.acked, model.acking = acked, acking
            model.tries = {0, len(under_way)}
        return model


class PowerCutTest(unittest.TestCase):
    def test_keeps_its_promises_whenever_the_power_fails(self):
        self.cut_everywhere(32)

    def test_keeps_them_on_flash_that_is_programmed_in_pages(self):
        self.cut_everywhere(256)

    def cut_everywhere(self, progsize):
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        gc.collect()
        flash, start = FLASH, START
        scenario, cuts = Scenario(flash, start, progsize), 0
        self.assertTrue(scenario.dropped > 0)
        for operation, entry in enumerate(scenario.log):
            for mode in TORN_MODES:
                flash.image[:] = start.image
                flash.replay_torn(entry, mode)
                folder = scratch_folder.on_littlefs(flash, False, progsize)
                try:
                    restarts(folder, scenario.model_at(operation))
                finally:
                    scratch_folder.leave_littlefs()
                cuts += 1
                gc.collect()
            start.replay(entry)
            scenario.log[operation] = None  # a small heap needs the room
        print("%d cuts" % cuts, end=" ")
        self.assertTrue(cuts > 150)
