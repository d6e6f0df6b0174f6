"""Settings that rot are put right from their copy, and what a person changes is taken."""

import os
import unittest

import scratch_folder
from failing_files import FailingFiles
from nor_flash import TORN_MODES, NorFlash
from timed_files import TimedFiles

from wattseal.drivers import accepted, durable

TEXT = b'{"version":1,"connectors":[{"id":1,"meter":"sdm630"}]}'
OTHER = b'{"version":1,"connectors":[{"id":3,"meter":"sdm630"}]}'  # of the same length
NAME, KEPT = "/config.json", ".accepted"
ENOSPC, EIO = 28, 5
BLOCKS = 12


def refuses(path):
    raise ValueError("refused")


class AcceptedTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.path = self.folder + NAME
        self.counts, self.said = {}, []
        self.files = TimedFiles(accepted)

    def tearDown(self):
        self.files.restore()
        scratch_folder.remove(self.folder)

    def load(self):
        self.counts = {}
        return accepted.load(self.path, read, self.counts, self.said.append)

    def accept(self, text=TEXT):
        write(self.path, text)
        self.assertEqual(self.load(), text)

    def test_each_bit_that_rots_is_put_right(self):
        self.accept()
        for bit in range(8 * len(TEXT)):
            write(self.path, flipped(TEXT, bit))
            self.assertEqual(self.load(), TEXT, bit)
            self.assertEqual(self.counts, {"settings_mended": 1}, bit)
            self.assertEqual((read(self.path), self.load()), (TEXT, TEXT))
            self.assertEqual(self.counts, {}, bit)

    def test_what_rots_whole_is_put_right(self):
        self.accept()
        write(self.path, b"\xff" * len(TEXT))
        self.assertEqual(self.load(), TEXT)

    def test_each_bit_of_the_copy_that_rots_is_put_right_and_changes_nothing(self):
        self.accept()
        copy = read(self.path + KEPT)
        for bit in range(8 * len(copy)):
            write(self.path + KEPT, flipped(copy, bit))
            self.assertEqual((self.load(), self.counts), (TEXT, {}), bit)
            self.assertEqual(read(self.path + KEPT), copy, bit)

    def test_a_copy_of_which_a_part_is_there_is_none(self):
        self.accept()
        copy = read(self.path + KEPT)
        for most in range(len(copy)):
            write(self.path + KEPT, copy[:most])
            self.assertEqual((self.load(), self.counts), (TEXT, {}), most)

    def test_what_a_person_changes_is_taken(self):
        self.accept()
        self.files.changed += 1
        self.accept(OTHER)
        self.assertEqual(self.counts, {})
        write(self.path, flipped(OTHER, 100))
        self.assertEqual(self.load(), OTHER)

    def test_another_length_is_a_change_whatever_its_time(self):
        self.accept()
        self.accept(TEXT + b" ")
        self.assertEqual(self.counts, {})

    def test_a_program_changes_it_in_the_same_second(self):
        for text in (OTHER, TEXT):  # without a copy, and with one
            write(self.path + ".new", text)
            accepted.replace(self.path + ".new", self.path)
            self.assertEqual((self.load(), self.counts), (text, {}))
        self.assertEqual(len(os.listdir(self.folder)), 2)

    def test_the_copy_is_forgotten_before_the_file_is_replaced(self):
        """Between the two the power may fail."""
        self.accept()
        write(self.path + ".new", OTHER)

        def rename(old, new):
            raise OSError(EIO)

        self.files.rename = rename
        with self.assertRaises(OSError):
            accepted.replace(self.path + ".new", self.path)
        self.files.rename = os.rename
        self.assertEqual(sorted(os.listdir(self.folder)), [NAME[1:], NAME[1:] + ".new"])

    def test_what_is_refused_gets_no_copy(self):
        write(self.path, TEXT)
        with self.assertRaises(ValueError):
            accepted.load(self.path, refuses, self.counts, self.said.append)
        self.assertEqual(os.listdir(self.folder), [NAME[1:]])

    def test_what_is_taken_away_is_not_put_back_and_leaves_no_secret(self):
        self.accept()
        os.remove(self.path)
        with self.assertRaises(OSError):
            self.load()
        self.assertEqual(os.listdir(self.folder), [])

    def test_a_file_system_that_keeps_no_time_tells_of_no_change(self):
        self.files.changed = 0
        self.accept()
        self.accept(OTHER)
        self.assertEqual(self.counts, {})

    def test_it_says_once_which_file_has_rotted_and_nothing_of_what_is_in_it(self):
        self.accept()
        write(self.path, OTHER)
        self.load()
        self.load()
        told = "%s had rotted; what was accepted is back in its place" % self.path
        self.assertEqual(self.said, [told])

    def test_what_changes_between_reading_and_keeping_is_not_kept(self):
        def changes(path):
            found = read(path)
            write(path, OTHER)
            return found

        write(self.path, TEXT)
        accepted.load(self.path, changes, self.counts, self.said.append)
        self.assertEqual(self.counts, {"settings_unkept": 1})
        self.assertEqual(os.listdir(self.folder), [NAME[1:]])

    def each_failing_call(self, error, forever, prepare):
        """For each call of a load that fails: (the text or None for an OSError, `counts`)."""
        at = calls = 0
        while calls >= at:
            at += 1
            for done in ("nothing", "half", "all"):
                prepare()
                files = FailingFiles([accepted], at, OSError(error), done, forever)
                files.stat = lambda path, files=files: files.call(self.files.stat, path)
                try:
                    text = self.load()
                except OSError:
                    text = None
                calls = files.calls
                files.restore()
                accepted.os = self.files
                yield text, dict(self.counts)
        self.assertTrue(at > 4, at)

    def test_whatever_fails_a_good_file_is_in_force_and_kept_the_next_time(self):
        def prepare():
            remove(self.path + KEPT)
            write(self.path, TEXT)

        for error in (ENOSPC, EIO):
            for forever in (False, True):
                for text, counts in self.each_failing_call(error, forever, prepare):
                    self.assertEqual(text, TEXT)
                    self.assertTrue(counts in ({}, {"settings_unkept": 1}), counts)
                    self.assertEqual((self.load(), self.counts), (TEXT, {}))
                    write(self.path, OTHER)
                    self.assertEqual(self.load(), TEXT)

    def test_whatever_fails_what_has_rotted_is_never_accepted(self):
        def prepare():
            remove(self.path + KEPT)
            self.accept()
            write(self.path, OTHER)

        for error in (ENOSPC, EIO):
            for forever in (False, True):
                rotten = 0
                for text, counts in self.each_failing_call(error, forever, prepare):
                    if text == OTHER:  # what was accepted could not be read: it says so
                        rotten += 1
                        self.assertEqual(counts, {"settings_unkept": 1})
                    self.assertEqual(self.load(), TEXT)
                    self.assertEqual(len(os.listdir(self.folder)), 2)
                # It is asked for, opened, read and closed, and the file's time is asked for.
                self.assertEqual(rotten, 3 * 5)


class PowerCutTest(unittest.TestCase):
    """LittleFS: the power fails at every program and erase of a load, torn in four ways."""

    def cuts(self, prepare):
        """The texts that loads behind the cuts gave, and how many cuts there were."""
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        flash, before = NorFlash(BLOCKS), NorFlash(BLOCKS)
        path = mounted(before, True)
        write(path, TEXT)
        prepare(path)
        scratch_folder.leave_littlefs()
        flash.image[:] = before.image
        flash.log = []
        texts = [loaded(flash)]
        log, flash.log = flash.log, None
        for entry in log:
            for torn in TORN_MODES:
                flash.image[:] = before.image
                flash.replay_torn(entry, torn)
                texts.append(loaded(flash))
            before.replay(entry)
        return texts, len(log)

    def test_a_first_copy(self):
        texts, cuts = self.cuts(lambda path: None)
        self.assertTrue(cuts > 2, cuts)
        self.assertEqual(texts, [TEXT] * len(texts))

    def test_what_has_rotted(self):
        def rotten(path):
            accepted.load(path, read, {}, str)
            changed = os.stat(path)[8]
            write(path, OTHER)
            if os.stat(path)[8] != changed:  # a second began meanwhile
                prepare_again(path)

        def prepare_again(path):
            remove(path + KEPT)
            write(path, TEXT)
            rotten(path)

        texts, cuts = self.cuts(rotten)
        self.assertTrue(cuts > 4, cuts)
        self.assertEqual(texts, [TEXT] * len(texts))


def flipped(text, bit):
    other = bytearray(text)
    other[bit // 8] ^= 1 << bit % 8
    return bytes(other)


def mounted(flash, fresh):
    folder = scratch_folder.on_littlefs(flash, fresh)
    return folder[: folder.rindex("/")] + NAME


def loaded(flash):
    try:
        return accepted.load(mounted(flash, False), read, {}, str)
    finally:
        scratch_folder.leave_littlefs()


def remove(path):
    try:
        os.remove(path)
    except OSError:
        pass  # it is not there


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, text):
    with open(path, "wb") as file:
        durable.write_durably(file, text)


if __name__ == "__main__":
    unittest.main()
