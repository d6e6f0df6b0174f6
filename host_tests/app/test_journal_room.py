"""How much the journal says it can take, against what it takes; unacknowledged records stay."""

import unittest

from journal_case import JournalCase, OnHost, unacked

from wattseal.app.reserve import Reserve
from wattseal.core import bill
from wattseal.core.journal_frame import MAX_PAYLOAD, OVERHEAD, JournalFull

LARGEST_FRAME_BYTES = MAX_PAYLOAD + OVERHEAD


def largest(number):
    return bytes([number]) * 8192


class TestRoomOfTheFileJournal(OnHost, JournalCase, unittest.TestCase):
    def sessions_until_full(self, journal):
        """Begins and ends of largest records, as two connectors would, until none may begin."""
        reserve, stored = Reserve(journal, [], False), []
        while not reserve.is_full():
            begun = []
            for connector in (1, 2):
                if not reserve.is_full():
                    begun.append(connector)
                    stored.append(len(stored))
                    journal.append(bill.BEGIN, largest(stored[-1]))
                    reserve.promise(connector, 1)
            for connector in begun:
                stored.append(len(stored))
                journal.append(bill.SESSION, largest(stored[-1]))  # always finds room
                reserve.promise(connector, 0)
        return stored

    def test_ends_always_find_room_and_nothing_is_overwritten(self):
        for extra in (0, 1, 100, 8206):
            sizes = {"segment_bytes": 32768, "limit_bytes": 12 * LARGEST_FRAME_BYTES + extra}
            journal = self.opened(**sizes)
            stored = self.sessions_until_full(journal)
            self.assertEqual(len(stored), 12)
            journal = self.opened(**sizes)
            self.assertEqual(journal.room_bytes, extra)
            for row, number in zip(unacked(journal), stored):
                self.assertTrue(row[2] == largest(number), number)
            self.tearDown()
            self.setUp()

    def test_acknowledged_segments_count_as_room(self):
        journal = self.opened(segment_bytes=80, limit_bytes=200)
        for _ in range(5):
            journal.append(1, bytes(25))
        self.assertEqual(journal.room_bytes, 0)
        journal.ack(1)  # half of a segment
        self.assertEqual(journal.room_bytes, 0)
        journal.ack(5)
        self.assertEqual(journal.room_bytes, 160)  # all but the newest segment
        for size in (65, 65):
            journal.append(1, bytes(size))
        self.assertEqual(journal.room_bytes, 40)
        journal.append(1, bytes(25))
        with self.assertRaises(JournalFull):
            journal.append(1, b"")

    def test_a_full_medium_takes_from_telemetry_before_it_takes_from_history(self):
        journal = self.opened(segment_bytes=80, limit_bytes=800)
        for _ in range(5):
            journal.append(1, bytes(25))
        journal.ack(5)
        refusals, given = [], []
        write = journal._writer.write

        def refusing(frame, sequence):
            if refusals:
                raise refusals.pop()
            write(frame, sequence)

        journal._writer.write = refusing
        journal.give_way = lambda: given.append(1) or len(given) < 3
        refusals += [OSError(28, "full")] * 2
        journal.append(1, bytes(25))
        self.assertEqual((len(given), len(self.names())), (2, 3))
        refusals += [OSError(28, "full")] * 2
        journal.append(1, bytes(25))
        self.assertEqual((len(given), len(self.names())), (4, 2))
