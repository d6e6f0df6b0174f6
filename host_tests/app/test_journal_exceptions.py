"""An exception at every single file call of the journal, then a restart: what was stored is there.

A power cut spares LittleFS's open files; an exception does not, because closing commits what was
written so far.
"""

import unittest

import scratch_folder
from failing_files import FailingFiles
from journal_model import Model

import wattseal.drivers.checkpoint
import wattseal.drivers.file_journal
import wattseal.drivers.segments
from wattseal.core.journal_frame import JournalFull
from wattseal.storage import on_files

MODULES = (
    wattseal.drivers.checkpoint,
    wattseal.drivers.file_journal,
    wattseal.drivers.segments,
)
STEPS = "aaaKaaKaaaK"  # append, and acKnowledge all but one; rolls over and deletes segments
FRAME = 35


def journal_in(folder):
    return on_files(folder, segment_bytes=3 * FRAME, limit_bytes=7 * FRAME, keep_acked=1)


def play(journal, model, survive):
    """The scenario; with `survive` the caller tries the same step again, as the recorder would."""
    journal.open()
    for step in STEPS:
        for attempt in (1, 2, 3):
            try:
                if step == "a":
                    model.append(journal)
                else:
                    model.ack(journal, journal.next - 2)
                break
            except (OSError, MemoryError, KeyboardInterrupt, JournalFull):
                if not survive or attempt == 3:
                    return


def accident(folder, fail_at, error, done, forever, survive):
    """One run with one accident and the restart after it; returns the number of file calls."""
    model = Model()
    files = FailingFiles(MODULES, fail_at, error, done, forever)
    journal = journal_in(folder)
    try:
        play(journal, model, survive)
    except (OSError, MemoryError, KeyboardInterrupt):
        pass  # open() itself failed
    finally:
        files.restore()
        journal.close()
    for _ in range(2):
        journal = journal_in(folder)
        journal.open()
        try:
            model.check(journal)
            model.append(journal)
        finally:
            journal.close()
    return files.calls


class ExceptionTest(unittest.TestCase):
    def each(self, error, done, forever=False, survive=False):
        calls, fail_at = 1, 0
        while fail_at <= calls:
            folder = scratch_folder.on_host()
            try:
                made = accident(folder, fail_at, error, done, forever, survive)
            finally:
                scratch_folder.remove(folder)
            calls = calls if fail_at else made
            fail_at += 1
        self.assertTrue(calls > 60)

    def test_without_an_accident_everything_is_stored(self):
        folder = scratch_folder.on_host()
        model = Model()
        journal = journal_in(folder)
        play(journal, model, False)
        journal.close()
        scratch_folder.remove(folder)
        self.assertEqual((len(model.stored), model.acked), (8, 7))

    def test_a_failed_append_leaves_no_file_open(self):
        # The collector would close it one day, and on LittleFS bring the torn frame back.
        folder = scratch_folder.on_host()
        journal = journal_in(folder)
        journal.open()
        files = FailingFiles(MODULES, 2, OSError(5), "half")
        try:
            with self.assertRaises(OSError):
                journal.append(1, b"cut")
        finally:
            files.restore()
            scratch_folder.remove(folder)
        self.assertEqual(files.left_open, 0)

    def test_an_append_stands_though_its_mark_could_not_be_saved(self):
        for error in (OSError(28), MemoryError()):
            folder = scratch_folder.on_host()
            journal, model = journal_in(folder), Model()
            journal.open()
            files = FailingFiles((wattseal.drivers.checkpoint,), 1, error, forever=True)
            try:
                model.append(journal)
                model.append(journal)
            finally:
                files.restore()
                journal.close()
            self.assertEqual(journal.counters["cursor_errors"], 2)
            journal = journal_in(folder)
            journal.open()
            model.check(journal)
            journal.close()
            scratch_folder.remove(folder)

    def test_a_full_disk_before_any_call(self):
        self.each(OSError(28), "nothing", survive=True)

    def test_a_full_disk_half_way_through_any_call(self):
        self.each(OSError(28), "half", survive=True)

    def test_an_error_reported_after_any_call_did_its_work(self):
        self.each(OSError(5), "all", survive=True)

    def test_a_disk_that_stays_full(self):
        self.each(OSError(28), "half", forever=True, survive=True)

    def test_a_disk_that_stays_broken(self):
        self.each(OSError(5), "nothing", forever=True, survive=True)

    def test_no_memory_half_way_through_any_call(self):
        self.each(MemoryError(), "half", survive=True)

    def test_no_memory_after_any_call(self):
        self.each(MemoryError(), "all", survive=True)

    def test_an_interrupt_that_ends_the_program_before_any_call(self):
        self.each(KeyboardInterrupt(), "nothing")

    def test_an_interrupt_that_ends_the_program_half_way_through_any_call(self):
        self.each(KeyboardInterrupt(), "half")

    def test_an_interrupt_that_ends_the_program_after_any_call(self):
        self.each(KeyboardInterrupt(), "all")

    def test_an_interrupt_that_is_survived(self):
        self.each(KeyboardInterrupt(), "all", survive=True)
