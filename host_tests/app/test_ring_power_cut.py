"""The power fails at every program and erase of the raw-flash ring, torn in four ways."""

import gc
import unittest

from journal_model import Model
from nor_flash import TORN_MODES, RawNor
from sample import of

from wattseal.storage import on_flash

STEPS = "aaaaaKaaaaaKaaaaaKaaaaaK"  # 20 appends; each K an ack of all but two
SECTORS = 12  # four areas of two sectors, four sectors of checkpoints
SECTOR_BYTES = 256
RECORD = 60


def opened(flash):
    journal, checkpoints = on_flash(flash, 4, 2, keep_acked=4)
    journal.open()
    return journal, checkpoints


class RingPowerCutTest(unittest.TestCase):
    def record(self):
        """Play the scenario once: its log, and the promises by the length of the log."""
        self.flash.log, model, note = [], Model(), None
        states = [(0, "", 0, 0, (None,))]
        journal, checkpoints = opened(self.flash)
        for count, step in enumerate(STEPS):
            notes = note, b"%d" % count
            note = notes[1]
            states.append((len(self.flash.log), "", len(model.stored), model.acked, notes))
            checkpoints.save("note", note)
            states.append((len(self.flash.log), step, len(model.stored), model.acked, (note,)))
            if step == "a":
                model.append(journal, RECORD)
            else:
                model.ack(journal, journal.next - 3)
        self.stored, log, self.flash.log = model.stored, self.flash.log, None
        return log, states

    def model_at(self, states, operation):
        """The promises before `operation`, what was under way, and the notes that may be there."""
        _, step, stored, acked, notes = [row for row in states if row[0] <= operation][-1]
        model = Model()
        model.stored, model.acked, model.acking = self.stored[:stored], acked, acked
        if step == "a":
            payload = b"%d, try %d, " % (stored + 1, stored + 1)
            model.under_way = [payload + b"." * (RECORD - len(payload))]
        elif step:
            model.acking = max(acked, stored - 2)
        return model, notes

    def restart(self, model, notes):
        for _ in range(2):
            journal, checkpoints = opened(self.flash)
            found = checkpoints.load("note")
            self.assertTrue(found in notes, (found, notes))
            notes = (found,)
            model.check(journal)
            model.append(journal, RECORD)

    def cut_everywhere(self, again=False):
        self.flash = start = None
        gc.collect()
        self.flash, start = RawNor(SECTORS, SECTOR_BYTES), RawNor(SECTORS, SECTOR_BYTES)
        (log, states), cuts = self.record(), 0
        for operation, entry in enumerate(log):
            for mode in TORN_MODES:
                seconds = of(self.recovery_of(start, entry, mode), 4) if again else [[]]
                for second in seconds:
                    self.put_back(start, entry, mode)
                    for done in second[:-1]:
                        self.flash.replay(done)
                    for torn in second[-1:]:
                        self.flash.replay_torn(torn, "half")
                    self.restart(*self.model_at(states, operation))
                    cuts += 1
            start.replay(entry)
            gc.collect()
        print("%d cuts" % cuts, end=" ")
        self.assertTrue(cuts > 300)

    def put_back(self, start, entry, mode):
        """The flash as it is after a first cut in the operation `entry`."""
        self.flash.image[:] = start.image
        self.flash.log = None
        self.flash.replay_torn(entry, mode)

    def recovery_of(self, start, entry, mode):
        """What opening and one record more write after that cut: the log up to each operation."""
        self.put_back(start, entry, mode)
        self.flash.log = []
        opened(self.flash)
        log, self.flash.log = self.flash.log, None
        return [log[: end + 1] for end in range(len(log))]

    def test_keeps_its_promises_whenever_the_power_fails(self):
        self.cut_everywhere()

    def test_keeps_them_when_the_power_fails_again_during_recovery(self):
        self.cut_everywhere(again=True)
