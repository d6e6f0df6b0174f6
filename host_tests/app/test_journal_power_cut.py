"""The power fails at every program and erase of LittleFS, torn in four ways; then a restart."""

import gc
import unittest

import scratch_folder
from journal_model import Model
from nor_flash import TORN_MODES, NorFlash

from wattseal.storage import on_files

STEPS = "aaaaaKaaaaaKaaaaaKaaaaaK"  # 20 appends; an ack of all but two after every fifth
BLOCKS = 32
RECORD = 90


def opened(folder):
    journal = on_files(folder, segment_bytes=500, limit_bytes=5000, keep_acked=4)
    journal.open()
    return journal


class Restart:
    """Mounts an image, checks the journal in it against the model, goes on and checks again."""

    def __init__(self, flash, progsize):
        self.flash = flash
        self.progsize = progsize

    def __call__(self, model):
        folder = scratch_folder.on_littlefs(self.flash, False, self.progsize)
        try:
            for _ in range(2):
                journal = opened(folder)
                try:
                    model.check(journal)
                    model.append(journal, RECORD)
                finally:
                    journal.close()
        finally:
            scratch_folder.leave_littlefs()


def model_at(states, operation):
    """The promises that stood before `operation` of the log, and what was under way."""
    model = Model()
    for count, stored, under_way, acked, acking in states:
        if count > operation:
            break
        model.stored, model.under_way = list(stored), list(under_way)
        model.acked, model.acking = acked, acking
    return model


class PowerCutTest(unittest.TestCase):
    def record(self, progsize):
        """Play the scenario once. Returns the log, and the model's states by length of the log."""
        folder = scratch_folder.on_littlefs(self.flash, True, progsize)
        self.start.image[:] = self.flash.image
        self.flash.log, model, states = [], Model(), []
        journal = opened(folder)
        for step in STEPS:
            upto = journal.next - 3
            acking = upto if step == "K" else model.acked
            tried = self.attempt(model, journal, step)
            row = (len(self.flash.log), tuple(model.stored), tried, model.acked, acking)
            states.append(row)
            if step == "a":
                model.append(journal, RECORD)
            else:
                model.ack(journal, upto)
        states.append((len(self.flash.log), tuple(model.stored), (), model.acked, model.acked))
        journal.close()
        scratch_folder.leave_littlefs()
        log, self.flash.log = self.flash.log, None
        return log, states

    def attempt(self, model, journal, step):
        """The payload that the next append is going to try."""
        if step == "K":
            return ()
        payload = b"%d, try %d, " % (journal.next, model.attempts + 1)
        return (payload + b"." * (RECORD - len(payload)),)

    def test_keeps_its_promises_whenever_the_power_fails(self):
        self.cut_everywhere(32)

    def test_keeps_them_when_the_power_fails_again_during_recovery(self):
        self.cut_everywhere(32, again=True)

    def test_keeps_them_on_flash_that_is_programmed_in_pages(self):
        self.cut_everywhere(256)

    def cut_everywhere(self, progsize, again=False):
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        self.flash = self.start = None
        gc.collect()
        self.flash, self.start = NorFlash(BLOCKS), NorFlash(BLOCKS)
        log, states = self.record(progsize)
        restart, cuts = Restart(self.flash, progsize), 0
        for operation, entry in enumerate(log):
            for mode in TORN_MODES:
                for second in self.recovery_of(entry, mode, progsize) if again else [()]:
                    self.put_back(entry, mode)
                    for done in second[:-1]:
                        self.flash.replay(done)
                    for torn in second[-1:]:
                        self.flash.replay_torn(torn, "half")
                    restart(model_at(states, operation))
                    cuts += 1
            self.start.replay(entry)
            gc.collect()
        print("%d cuts" % cuts, end=" ")
        self.assertTrue(cuts > 300)

    def put_back(self, entry, mode):
        """The flash as it is after a first cut in the operation `entry`."""
        self.flash.image[:] = self.start.image
        self.flash.replay_torn(entry, mode)

    def recovery_of(self, entry, mode, progsize):
        """What mounting and opening writes after that cut: the log up to each operation."""
        self.put_back(entry, mode)
        self.flash.log = []
        opened(scratch_folder.on_littlefs(self.flash, False, progsize)).close()
        scratch_folder.leave_littlefs()
        log, self.flash.log = self.flash.log, None
        return [log[: end + 1] for end in range(len(log))]
