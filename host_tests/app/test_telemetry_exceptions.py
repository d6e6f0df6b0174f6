"""An exception at every file call of the telemetry journal, then a restart; and what goes on."""

import unittest

import scratch_folder
from failing_files import FailingFiles
from telemetry_model import Model, made, restarts, told

import wattseal.drivers.checkpoint
import wattseal.drivers.segments

MODULES = (wattseal.drivers.checkpoint, wattseal.drivers.segments)
STEPS = "bbbKbbbKbbb"


def play(telemetry, model):
    """As the firmware does: a flush that is refused is tried again later, an ack is not."""
    telemetry.open()
    for step in STEPS:
        if step == "b":
            model.add(telemetry, 3)
            model.flush(telemetry)
            continue
        try:
            model.ack(telemetry, max(telemetry.oldest - 1, telemetry.next - 2))
        except (OSError, MemoryError):
            pass


def accident(folder, fail_at, error, done, forever):
    """One run with one accident and the restart after it; returns the number of file calls."""
    model = Model()
    files = FailingFiles(MODULES, fail_at, error, done, forever)
    telemetry = made(folder)
    try:
        play(telemetry, model)
    except (OSError, MemoryError, KeyboardInterrupt):
        pass  # open() failed, or the program was ended
    finally:
        files.restore()
        telemetry.close()
    restarts(folder, model)
    return files.calls


class ExceptionTest(unittest.TestCase):
    def each(self, error, done, forever=False):
        calls, fail_at = 1, 0
        while fail_at <= calls:
            folder = scratch_folder.on_host()
            try:
                made = accident(folder, fail_at, error, done, forever)
            finally:
                scratch_folder.remove(folder)
            calls = calls if fail_at else made
            fail_at += 1
        self.assertTrue(calls > 60)

    def test_a_full_disk(self):
        for done in ("nothing", "half", "all"):
            self.each(OSError(28, "full"), done)

    def test_a_broken_disk(self):
        for done in ("nothing", "half", "all"):
            self.each(OSError(5, "broken"), done)

    def test_a_disk_that_stays_full_or_broken(self):
        for number in (28, 5):
            self.each(OSError(number, "for ever"), "half", forever=True)

    def test_no_memory(self):
        for done in ("nothing", "half", "all"):
            self.each(MemoryError(), done)

    def test_an_interrupt_that_ends_the_program(self):
        for done in ("nothing", "half", "all"):
            self.each(KeyboardInterrupt(), done)

    def test_what_the_medium_refused_is_written_later(self):
        folder, model = scratch_folder.on_host(), Model()
        telemetry = made(folder)
        telemetry.open()
        files = FailingFiles(MODULES, 1, OSError(5, "broken"), forever=True)
        try:
            model.add(telemetry, 3)
            model.flush(telemetry)
            self.assertEqual((telemetry.next, telemetry.counters["unwritten"]), (1, 1))
        finally:
            files.restore()
        model.add(telemetry, 1)
        model.flush(telemetry)
        self.assertEqual([(n, p) for n, _, p in told(telemetry)], sorted(model.stored.items()))
        self.assertEqual(telemetry.next, 5)
        telemetry.close()
        scratch_folder.remove(folder)
