"""A start that has much to read feeds the watchdog on the way: before each segment."""

import unittest

from journal_case import JournalCase, OnHost, OnRing, put


class FeedsCase(JournalCase):
    def test_each_segment_is_preceded_by_a_feed(self):
        put(self.opened(), 20)
        journal = self.opened()
        segments = journal.segments
        fed, frames = [], segments.frames

        def watched(index, after=0):
            fed.append(index)
            return frames(index, after)

        segments.frames = watched
        for read in (journal.open, lambda feed: journal.scan_all(lambda *_: None, feed)):
            del fed[:]
            read(lambda: fed.append("fed"))
            indices = [row for row in fed if row != "fed"]
            self.assertTrue(set(indices) >= {0, 1, 2, 3}, fed)
            for before, after in zip(fed, fed[1:]):
                if after != "fed":  # never two segments without one in between
                    self.assertTrue(before in ("fed", after), fed)


class FeedsOnFilesTest(OnHost, FeedsCase, unittest.TestCase):
    pass


class FeedsOnRingTest(OnRing, FeedsCase, unittest.TestCase):
    pass
