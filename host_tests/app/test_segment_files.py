"""Whatever a file of the journal raises, no handle of it is left to the collector."""

import unittest

from failing_files import FailingFiles
from journal_case import JournalCase, OnHost, put

import wattseal.drivers.segments as segments


class SegmentFilesTest(OnHost, JournalCase, unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.files = FailingFiles((segments,))

    def tearDown(self):
        self.files.restore()
        super().tearDown()

    def test_a_write_that_fails_closes_the_file(self):
        for done in ("nothing", "half", "all"):
            journal = self.opened()
            put(journal, 1)
            self.assertEqual(self.files.left_open, 1)
            self.files.fail(1, OSError(5), done, False)
            with self.assertRaises(OSError):
                put(journal, 1)
            self.assertEqual(self.files.left_open, 0)
            put(journal, 1)

    def test_the_next_one_is_begun_when_the_one_before_is_closed(self):
        put(self.opened(), 12)
        self.assertEqual((len(self.names()), self.files.left_open), (3, 1))
