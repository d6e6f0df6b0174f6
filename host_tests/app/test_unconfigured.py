"""The first start without a configuration makes the journal's folder, and touches nothing else."""

import os
import unittest

import scratch_folder

from wattseal import unconfigured


class UnconfiguredTest(unittest.TestCase):
    def setUp(self):
        self.parent = scratch_folder.on_host()
        self.folder = self.parent + "/data"

    def tearDown(self):
        if scratch_folder.exists(self.folder):
            if scratch_folder.exists(self.folder + "/journal"):
                scratch_folder.remove(self.folder + "/journal")
            scratch_folder.remove(self.folder)
        os.rmdir(self.parent)

    def test_makes_both_folders(self):
        unconfigured.prepare(self.folder)
        self.assertEqual(os.listdir(self.folder), ["journal"])
        self.assertEqual(os.listdir(self.folder + "/journal"), [])

    def test_leaves_alone_what_is_there(self):
        os.mkdir(self.folder)
        os.mkdir(self.folder + "/journal")
        with open(self.folder + "/journal/00000001.seg", "w") as file:
            file.write("a record")
        unconfigured.prepare(self.folder)
        self.assertEqual(os.listdir(self.folder + "/journal"), ["00000001.seg"])

    def test_lives_with_a_medium_that_makes_none(self):
        with open(self.folder, "w") as file:
            file.write("no folder")
        unconfigured.prepare(self.folder)
        os.remove(self.folder)
