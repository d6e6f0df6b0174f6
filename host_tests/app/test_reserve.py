"""A session begins where two of the largest frames fit beside what is promised, to the byte."""

import unittest

from wattseal.app.reserve import Reserve
from wattseal.core import journal_frame


class Journal:
    room_bytes = 0


class TestReserve(unittest.TestCase):
    def test_it_is_full_one_byte_below_the_frames_that_it_needs(self):
        largest = len(journal_frame.encode(1, 1, bytes(journal_frame.MAX_PAYLOAD)))
        journal = Journal()
        reserve = Reserve(journal, [1, 2], False)
        for promised, frames in (((1, 1), 4), ((0, 1), 3), ((0, 0), 2)):
            for number in (1, 2):
                reserve.promise(number, promised[number - 1])
            for missing in (0, 1):
                journal.room_bytes = frames * largest - missing
                self.assertEqual(reserve.is_full(), missing == 1, (promised, missing))
                self.assertEqual(reserve.told()["room"], frames - missing)
