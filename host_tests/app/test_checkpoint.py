"""Checkpoints come back as saved, or as saved before; what is no more a copy is told."""

import os
import unittest

import scratch_folder

from wattseal.drivers.checkpoint import Checkpoints


class CheckpointTest(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.checkpoints = Checkpoints(self.folder)

    def tearDown(self):
        scratch_folder.remove(self.folder)

    def damage(self, name, edit):
        path = self.folder + "/" + name
        with open(path, "rb") as file:
            content = file.read()
        with open(path, "wb") as file:
            file.write(edit(content))

    def test_loads_nothing_before_the_first_save(self):
        self.assertEqual(self.checkpoints.load("session1"), None)

    def test_loads_what_was_saved_last(self):
        for blob in (b"first", b"", bytes(range(256)), b"last"):
            self.checkpoints.save("session1", blob)
            self.assertEqual(self.checkpoints.load("session1"), blob)
            self.assertEqual(Checkpoints(self.folder).load("session1"), blob)

    def test_tells_what_was_lost_from_what_never_was(self):
        self.assertFalse(self.checkpoints.damaged("pulses1"))
        self.checkpoints.save("pulses1", b"one")
        self.checkpoints.save("pulses1", b"two")
        self.assertFalse(Checkpoints(self.folder).damaged("pulses1"))
        for copy in ("pulses1.0", "pulses1.1"):
            self.damage(copy, lambda content: b"?" + content[1:])
            self.assertTrue(Checkpoints(self.folder).damaged("pulses1"))

    def test_a_damaged_copy_beside_a_good_one_is_told_until_the_next_save(self):
        for copy in ("s.0", "s.1"):
            self.checkpoints.save("s", b"one")
            self.checkpoints.save("s", b"two")
            self.damage(copy, lambda content: content[:-1])
            again = Checkpoints(self.folder)
            self.assertTrue(again.damaged("s") and again.load("s") is not None)
            again.save("s", b"three")
            self.assertFalse(again.damaged("s"))
            self.checkpoints = again

    def test_a_save_that_was_cut_off_at_its_start_is_no_damage(self):
        self.checkpoints.save("s", b"one")
        self.checkpoints.save("s", b"two")
        self.damage("s.0", lambda content: b"")
        again = Checkpoints(self.folder)
        self.assertEqual((again.load("s"), again.damaged("s")), (b"two", False))

    def test_keeps_names_apart(self):
        self.checkpoints.save("session1", b"one")
        self.checkpoints.save("session2", b"two")
        self.assertEqual(self.checkpoints.load("session1"), b"one")
        self.assertEqual(self.checkpoints.load("session2"), b"two")

    def test_goes_on_from_the_newest_copy_after_a_restart(self):
        for n in range(7):
            Checkpoints(self.folder).save("s", b"%d" % n)
        self.assertEqual(Checkpoints(self.folder).load("s"), b"6")

    def test_a_damaged_copy_gives_the_one_before_and_is_the_next_to_be_replaced(self):
        cuts = (lambda c: b"", lambda c: c[:-1], lambda c: c + b"x", lambda c: b"\xff" * len(c))
        for cut in cuts:
            self.checkpoints.save("s", b"older")
            self.checkpoints.save("s", b"newer")
            newest = "s.1" if self.checkpoints._newest["s"][1] else "s.0"
            self.damage(newest, cut)
            again = Checkpoints(self.folder)
            self.assertEqual(again.load("s"), b"older")
            again.save("s", b"newest")
            self.assertEqual(Checkpoints(self.folder).load("s"), b"newest")
            self.checkpoints = again

    def test_both_copies_damaged_is_nothing(self):
        self.checkpoints.save("s", b"older")
        self.checkpoints.save("s", b"newer")
        for copy in ("s.0", "s.1"):
            self.damage(copy, lambda content: content[:9])
        self.assertEqual(Checkpoints(self.folder).load("s"), None)

    def test_remove_leaves_no_file_and_no_memory(self):
        self.checkpoints.save("s", b"older")
        self.checkpoints.save("s", b"newer")
        self.checkpoints.remove("s")
        self.checkpoints.remove("s")
        self.assertEqual(os.listdir(self.folder), [])
        self.assertEqual(self.checkpoints.load("s"), None)
        self.checkpoints.save("s", b"new life")
        self.assertEqual(Checkpoints(self.folder).load("s"), b"new life")

    def test_a_removal_cut_half_way_brings_no_older_blob_back(self):
        from failing_files import FailingFiles

        import wattseal.drivers.checkpoint as module

        for saves in (2, 3):
            for n in range(saves):
                self.checkpoints.save("s", b"%d" % n)
            # Four reads (open, read, close twice each), then the two removals.
            files = FailingFiles((module,), 8, KeyboardInterrupt())
            try:
                with self.assertRaises(KeyboardInterrupt):
                    self.checkpoints.remove("s")
            finally:
                files.restore()
            self.assertEqual(len(os.listdir(self.folder)), 1)
            self.assertEqual(Checkpoints(self.folder).load("s"), b"%d" % (saves - 1))
            self.checkpoints = Checkpoints(self.folder)

    def test_refuses_a_blob_that_no_frame_can_hold(self):
        with self.assertRaises(ValueError):
            self.checkpoints.save("s", bytes(8193))

    def test_a_copy_that_cannot_be_read_is_told_where_there_is_no_other(self):
        import wattseal.drivers.checkpoint as module

        self.checkpoints.save("s", b"one")  # s.0
        self.checkpoints.save("s", b"two")

        refused = []

        def opens(path, mode):
            if path[-2:] in refused:
                raise OSError(5)
            return open(path, mode)

        module.open = opens
        try:
            for copy, found in ((".1", b"one"), (".0", b"two")):
                refused[:] = [copy]
                self.assertEqual(Checkpoints(self.folder).load("s"), found)
            refused[:] = [".0", ".1"]
            with self.assertRaises(OSError):
                Checkpoints(self.folder).load("s")
        finally:
            del module.open
