"""The power fails at every program and erase while old records go; then comes another review."""

import asyncio
import gc
import unittest

# First of all: later there are no pieces as large in 256 KB.
CHIPS = [bytearray(b"\xff" * 16384) for _ in range(2)]

import scratch_folder  # noqa: E402 - so is every other module
from journal_model import Model  # noqa: E402
from nor_flash import TORN_MODES, NorFlash, RawNor  # noqa: E402

from wattseal.app import record_retention  # noqa: E402
from wattseal.drivers.checkpoint import Checkpoints  # noqa: E402
from wattseal.storage import on_files, on_flash  # noqa: E402

STEPS = "aaaaaaaaKRaaaaaaKRRaKRRaaaaaaKRR"  # K acknowledges all, R is a review half a day later
KEEP_DAYS = 1
RECORD = 60


class OnRing:
    def begin(self):
        return RawNor(16, 256)  # five areas of two sectors, six sectors of checkpoints

    def opened(self, flash):
        journal, checkpoints = on_flash(flash, 6, 2, keep_acked=1000)
        journal.open()
        return journal, checkpoints

    def leave(self):
        pass


class OnLittleFs:
    fresh = True

    def begin(self):
        return NorFlash(32, image=CHIPS.pop())

    def opened(self, flash):
        folder = scratch_folder.on_littlefs(flash, self.fresh)
        self.fresh = False
        checkpoints = Checkpoints(folder)
        journal = on_files(folder, 500, 5000, keep_acked=1000)
        journal.open()
        return journal, checkpoints

    def leave(self):
        scratch_folder.leave_littlefs()


async def no_wait():
    pass


def review(journal, checkpoints, now_s):
    asyncio.run(
        record_retention.review(journal, journal.aging(), checkpoints, KEEP_DAYS, now_s, no_wait)
    )


class RetentionPowerCutTest(unittest.TestCase):
    def record(self):
        """Play the scenario once: the log, and what was promised by its length."""
        flash, model, states = self.flash, Model(), []
        flash.log, self.now_s = [], 1795000000
        journal, checkpoints = self.medium.opened(flash)
        for step in STEPS:
            states.append((len(flash.log), step, len(model.stored), model.acked, self.now_s))
            if step == "a":
                model.append(journal, RECORD)
            elif step == "K":
                model.ack(journal, journal.next - 1)
            else:
                self.now_s += 43200
                review(journal, checkpoints, self.now_s)
        self.removed = journal.read(1) is None
        journal.close()
        self.medium.leave()
        self.stored, log, flash.log = model.stored, flash.log, None
        return log, states

    def model_at(self, states, operation):
        _, step, stored, acked, now_s = [row for row in states if row[0] <= operation][-1]
        model = Model()
        model.stored, model.acked, model.acking = self.stored[:stored], acked, acked
        if step == "a":
            payload = b"%d, try %d, " % (stored + 1, stored + 1)
            model.under_way = [payload + b"." * (RECORD - len(payload))]
        elif step == "K":
            model.acking = stored
        return model, now_s

    def restart(self, model, now_s):
        for _ in range(2):
            journal, checkpoints = self.medium.opened(self.flash)
            model.check(journal)
            now_s += 43200
            review(journal, checkpoints, now_s)
            model.check(journal)
            model.append(journal, RECORD)
            journal.close()
            self.medium.leave()
        self.settle(model, now_s)

    def settle(self, model, now_s):
        """All that is acknowledged goes once it is old, but for the newest segment."""
        journal, checkpoints = self.medium.opened(self.flash)
        model.ack(journal, journal.next - 1)
        for _ in range(2):
            now_s += 10 * 86400
            review(journal, checkpoints, now_s)
        model.append(journal, RECORD)
        for _ in range(2):
            review(journal, checkpoints, now_s)
        model.check(journal)
        self.assertEqual(journal.oldest, journal.next - 1)
        self.assertEqual([journal.read(number) for number in range(1, journal.next - 1)],
                         [None] * (journal.next - 2))  # fmt: skip
        journal.close()
        self.medium.leave()

    def cut_everywhere(self, medium):
        self.medium = medium
        self.flash = start = None
        gc.collect()
        self.flash, start = medium.begin(), medium.begin()
        if isinstance(medium, OnLittleFs):
            medium.opened(self.flash)[0].close()
            medium.leave()
        start.image[:] = self.flash.image
        (log, states), cuts = self.record(), 0
        self.assertTrue(self.removed)
        reviews = [row[0] for row in states if row[1] == "R"]
        for operation, entry in enumerate(log):
            # What lies before the first review is test_ring_power_cut's, and the journal's.
            if operation >= reviews[0]:
                for mode in TORN_MODES:
                    self.flash.image[:] = start.image
                    self.flash.log = None
                    self.flash.replay_torn(entry, mode)
                    self.restart(*self.model_at(states, operation))
                    cuts += 1
            start.replay(entry)
            gc.collect()
        print("%d cuts" % cuts, end=" ")
        self.assertTrue(cuts > 100, cuts)

    def test_on_raw_flash(self):
        self.cut_everywhere(OnRing())

    def test_on_littlefs(self):
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        self.cut_everywhere(OnLittleFs())


if __name__ == "__main__":
    unittest.main()
