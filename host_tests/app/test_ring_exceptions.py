"""An exception at every program and erase of the ring, before or after it; go on, then restart."""

import gc
import unittest

from journal_model import Model
from nor_flash import RawNor

from wattseal.core.journal_frame import JournalFull
from wattseal.storage import on_flash

STEPS = "aaaKaaKaaaKaaKaa"  # append, and acKnowledge all but one; reuses areas
SECTORS = 10  # three areas of two sectors, four sectors of checkpoints
SECTOR_BYTES = 256
FAULTS = (OSError, MemoryError, KeyboardInterrupt)


class FailingNor(RawNor):
    """The `fail_at`-th operation raises an `error()`, once or for ever, before or behind it."""

    calls = fail_at = 0
    error, after, forever = None, False, False

    def program(self, at, data):
        self.strike(lambda: RawNor.program(self, at, data))

    def erase(self, sector):
        self.strike(lambda: RawNor.erase(self, sector))

    def strike(self, action):
        self.calls += 1
        fails = self.calls == self.fail_at or (
            self.forever and self.fail_at and self.calls > self.fail_at
        )
        if self.after or not fails:
            action()
        if fails:
            raise self.error()  # a new one: what is raised again keeps all that it came through


def opened(flash):
    journal, checkpoints = on_flash(flash, 4, 2, keep_acked=1)
    journal.open()
    return journal, checkpoints


def play(flash, model, notes):
    """`notes`: the checkpoint that stands, then those that were tried since."""
    journal, checkpoints = opened(flash)
    for count, step in enumerate(STEPS):
        for _ in range(3):
            try:
                notes.append(b"%d" % count)
                checkpoints.save("note", notes[-1])
                notes[:] = notes[-1:]
                if step == "a":
                    model.append(journal)
                else:
                    model.ack(journal, journal.next - 2)
                break
            except FAULTS + (JournalFull,):
                pass


class RingExceptionTest(unittest.TestCase):
    def each(self, error, after, forever=False):
        calls, fail_at = 1, 0
        while fail_at <= calls:
            gc.collect()
            flash, model, notes = FailingNor(SECTORS, SECTOR_BYTES), Model(), [None]
            flash.error, flash.after, flash.forever, flash.fail_at = error, after, forever, fail_at
            try:
                play(flash, model, notes)
            except FAULTS:
                pass
            calls = calls if fail_at else flash.calls
            if not fail_at:
                self.assertEqual((len(model.stored), model.acked), (12, 9))
            flash.fail_at = 0
            for _ in range(2):
                journal, checkpoints = opened(flash)
                self.assertTrue(checkpoints.load("note") in notes)
                model.check(journal)
                model.append(journal)
            fail_at += 1
        self.assertTrue(calls > 100, calls)

    def test_an_error_before_any_operation(self):
        self.each(lambda: OSError(5), False)

    def test_an_error_after_any_operation(self):
        self.each(lambda: OSError(5), True)

    def test_a_flash_that_stays_broken(self):
        self.each(lambda: OSError(5), False, forever=True)

    def test_no_memory_before_any_operation(self):
        self.each(MemoryError, False)

    def test_an_interrupt_before_any_operation(self):
        self.each(KeyboardInterrupt, False)

    def test_an_interrupt_after_any_operation(self):
        self.each(KeyboardInterrupt, True)
