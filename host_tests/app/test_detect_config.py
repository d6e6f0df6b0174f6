"""The configuration is replaced whole or not at all, checked before, and all else is kept."""

import os
import unittest

import scratch_folder
from failing_files import FailingFiles
from nor_flash import TORN_MODES, NorFlash

from wattseal.core.settings import ConfigError
from wattseal.drivers import config_file, detect_config

OLD = """{"version": 1, "live_ms": 500,
  "connectors": [{"id": 1, "meter": "sdm630", "p_max_w": 11000}],
  "broker": {"host": "b", "tls": "plain-text-accepted"}}
"""
LINE = (19200, "E", 1)
FOUND = [(0, "b23", 7)]
BLOCKS = 16
MOST_BYTES = 8192  # as config_file has it


class TestUpdate(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.path = self.folder + "/config.json"
        write(self.path, OLD)

    def tearDown(self):
        scratch_folder.remove(self.folder)

    def text(self):
        return read(self.path)

    def test_writes_what_was_found_and_leaves_the_rest(self):
        self.assertTrue(detect_config.update(self.path, 0, LINE, FOUND))
        config = config_file.load(self.path)
        bus, row = config.buses[0], config.connectors[0]
        self.assertEqual((bus.baud, bus.parity, bus.stop_bits), LINE)
        self.assertEqual(
            (row.meter, row.unit, row.p_max_w, config.live_ms), ("b23", 7, 11000, 500)
        )
        self.assertTrue(self.text().startswith('{"version": 1, "live_ms": 500,\n  "connectors"'))
        self.assertEqual(os.listdir(self.folder), ["config.json"])

    def test_says_when_there_is_nothing_to_write(self):
        detect_config.update(self.path, 0, LINE, FOUND)
        text = self.text()
        self.assertFalse(detect_config.update(self.path, 0, LINE, FOUND))
        self.assertEqual(self.text(), text)

    def test_what_would_be_no_configuration_is_not_written(self):
        for line, found in (((1, "E", 1), FOUND), (LINE, [(0, "abacus", 1)])):
            with self.assertRaises(ConfigError):
                detect_config.update(self.path, 0, line, found)
            self.assertEqual(os.listdir(self.folder), ["config.json"])
            self.assertEqual(self.text(), OLD)

    def test_what_could_not_be_read_again_is_not_written(self):
        detect_config.update(self.path, 0, LINE, FOUND)
        room = MOST_BYTES - len(self.text())
        write(self.path, OLD + " " * room)
        self.assertTrue(detect_config.update(self.path, 0, LINE, FOUND))
        self.assertEqual(config_file.load(self.path).buses[0].baud, 19200)
        text = OLD + " " * (room + 1)
        write(self.path, text)
        config_file.load(self.path)
        with self.assertRaises(ConfigError):
            detect_config.update(self.path, 0, LINE, FOUND)
        self.assertEqual((self.text(), os.listdir(self.folder)), (text, ["config.json"]))

    def test_what_was_made_of_the_file_since_is_left_alone(self):
        gone = OLD.replace('[{"id": 1, "meter": "sdm630", "p_max_w": 11000}]', "[]")
        for text in ("", OLD[:-4], "5", "[]", gone):
            write(self.path, text)
            with self.assertRaises(ConfigError):
                detect_config.update(self.path, 0, LINE, FOUND)
            self.assertEqual(self.text(), text)

    def test_a_medium_that_fails_at_any_call_leaves_the_old_one_or_the_new(self):
        detect_config.update(self.path, 0, LINE, FOUND)
        new = self.text()
        for done in ("nothing", "half", "all"):
            calls = 1
            while True:
                write(self.path, OLD)
                files = FailingFiles([detect_config], calls, OSError(5), done)
                try:
                    detect_config.update(self.path, 0, LINE, FOUND)
                    self.assertEqual(self.text(), new)
                    break
                except OSError:
                    self.assertTrue(self.text() in (OLD, new), (done, calls))
                finally:
                    files.restore()
                calls += 1
            self.assertTrue(calls > 5, calls)


class TestPowerCut(unittest.TestCase):
    """LittleFS: the power fails at every program and erase of an update, torn in four ways."""

    def test_old_or_new_and_never_half(self):
        if not scratch_folder.VfsLfs2:
            raise unittest.SkipTest("CPython has no LittleFS")
        flash, before = NorFlash(BLOCKS), NorFlash(BLOCKS)
        path = mounted(before, True)
        write(path, OLD)
        scratch_folder.leave_littlefs()
        flash.image[:] = before.image
        flash.log = []
        new = updated(flash)
        log, flash.log = flash.log, None
        self.assertTrue(len(log) > 5)
        seen = []
        for entry in log:
            for torn in TORN_MODES:
                flash.image[:] = before.image
                flash.replay_torn(entry, torn)
                mounted(flash, False)
                text = read(path)
                scratch_folder.leave_littlefs()
                self.assertTrue(text in (OLD, new), torn)
                seen.append(text == new)
                # once more, over whatever lies beside it
                self.assertEqual(updated(flash), new)
            before.replay(entry)
        self.assertTrue(True in seen and False in seen)


def mounted(flash, fresh):
    folder = scratch_folder.on_littlefs(flash, fresh)
    return folder[: folder.rindex("/")] + "/config.json"


def updated(flash):
    """The text behind an update."""
    path = mounted(flash, False)
    try:
        detect_config.update(path, 0, LINE, FOUND)
        return read(path)
    finally:
        scratch_folder.leave_littlefs()


def read(path):
    with open(path) as file:
        return file.read()


def write(path, text):
    with open(path, "w") as file:
        file.write(text)
