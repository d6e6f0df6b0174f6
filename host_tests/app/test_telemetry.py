"""What the telemetry journal promises: order, a bound, batches, and gaps for what is lost."""

import os
import unittest

import scratch_folder
from telemetry_model import LIMIT_BYTES, Model, gaps, made, quiet, told

from wattseal.core.telemetry_batch import GAP
from wattseal.drivers.telemetry import Telemetry
from wattseal.drivers.telemetry_buffer import MOST_RECORDS


class TelemetryCase(unittest.TestCase):
    def setUp(self):
        self.folder = scratch_folder.on_host()
        self.telemetry = None

    def tearDown(self):
        self.telemetry.close()
        scratch_folder.remove(self.folder)

    def opened(self, **sizes):
        if self.telemetry:
            self.telemetry.close()
        self.telemetry = made(self.folder, **sizes)
        self.telemetry.open()
        return self.telemetry

    def filled(self, batches, **sizes):
        """Batches of four records."""
        telemetry, model = self.opened(**sizes), Model()
        for _ in range(batches):
            model.add(telemetry, 4)
            model.flush(telemetry)
        return telemetry, model


class TestPromises(TelemetryCase):
    def test_starts_empty_and_without_a_gap(self):
        telemetry = self.opened()
        self.assertEqual((telemetry.oldest, telemetry.next, told(telemetry)), (1, 1, []))
        self.assertTrue(telemetry.flush())
        self.assertEqual(telemetry.next, 1)

    def test_nothing_is_read_before_it_is_stored(self):
        telemetry = self.opened()
        self.assertEqual(telemetry.add(7, b"load"), 1)
        self.assertEqual((telemetry.read(1), telemetry.next), (None, 1))
        telemetry.flush()
        self.assertEqual((telemetry.read(1), telemetry.next), ((7, b"load"), 2))

    def test_gives_back_what_was_added_in_any_order(self):
        telemetry, model = self.filled(6)
        for number in (1, 2, 3, 24, 9, 8, 1, 12, 13):
            self.assertEqual(telemetry.read(number), (1, model.stored[number]))
        self.assertEqual((telemetry.read(0), telemetry.read(25)), (None, None))

    def test_whole_segments_go_once_acknowledged_and_numbers_stay(self):
        telemetry, model = self.filled(6)
        counts = []
        for upto in (0, 1, 12, 24):
            telemetry.ack(upto)
            telemetry.drop_sent()
            counts.append(len([n for n in os.listdir(self.folder) if n.endswith(".seg")]))
            for number in range(upto + 1, 25):
                self.assertEqual(telemetry.read(number), (1, model.stored[number]))
        self.assertTrue(counts[0] == counts[1] > counts[2] > counts[3] == 1, counts)
        self.assertEqual((telemetry.oldest, telemetry.next), (25, 25))
        telemetry = self.opened()
        self.assertEqual((telemetry.oldest, telemetry.next), (25, 25))

    def test_an_ack_is_remembered_and_never_moves_back(self):
        telemetry, _ = self.filled(3)
        telemetry.ack(5)
        telemetry.ack(2)
        telemetry.ack(13)
        self.assertEqual((telemetry.oldest, telemetry.counters["acks_refused"]), (6, 1))
        self.assertEqual(telemetry.read(5), None)
        telemetry = self.opened()
        self.assertEqual((telemetry.oldest, telemetry.next), (6, 13))

    def test_a_restart_is_a_gap_record_of_its_own(self):
        telemetry, model = self.filled(1)
        model.add(telemetry, 3)  # in RAM alone
        telemetry = self.opened()
        telemetry.add(1, b"after it")
        telemetry.flush()
        gap = {"first": 5, "last": 5, "count": MOST_RECORDS, "reason": "restart"}
        self.assertEqual(gaps(telemetry), [gap])
        self.assertEqual(told(telemetry)[-1], (6, 1, b"after it"))

    def test_a_restart_before_the_first_write_is_told_too(self):
        Model().add(self.opened(), 3)
        telemetry = self.opened()
        telemetry.flush()
        self.assertEqual([gap["reason"] for gap in gaps(telemetry)], ["restart"])

    def test_refuses_what_is_no_record(self):
        telemetry = self.opened()
        for kind, size in ((0, 1), (256, 1), (1, 801)):
            with self.assertRaises(ValueError):
                telemetry.add(kind, bytes(size))
        self.assertEqual(telemetry.add(255, bytes(800)), 1)
        with self.assertRaises(ValueError):
            Telemetry(self.folder, None, quiet, 1000, 1999)


class TestBound(TelemetryCase):
    def test_the_oldest_goes_and_a_gap_record_stands_for_it_in_order(self):
        telemetry, model = self.filled(20)
        rows = told(telemetry)
        gap = gaps(telemetry)[0]
        self.assertEqual((rows[0][:2], gap["first"], gap["reason"]), ((1, GAP), 1, "dropped"))
        self.assertEqual(gap["count"], gap["last"])
        self.assertEqual([row[0] for row in rows[1:]], list(range(gap["last"] + 1, 81)))
        for number, _, payload in rows[1:]:
            self.assertEqual(payload, model.stored[number])
        self.assertTrue(gap["last"] <= 76 and telemetry.counters["dropped_segments"] > 5)
        self.assertTrue(telemetry._segments.total_bytes() <= LIMIT_BYTES)

    def test_a_gap_that_is_half_acknowledged_begins_behind_that(self):
        telemetry, _ = self.filled(20)
        telemetry.ack(3)
        self.assertEqual((gaps(telemetry)[0]["first"], told(telemetry)[0][0]), (4, 4))

    def test_what_was_acknowledged_leaves_no_gap(self):
        telemetry, _ = self.filled(4)
        telemetry.ack(16)
        model = Model()
        for _ in range(4):
            model.add(telemetry, 4)
            model.flush(telemetry)
        self.assertEqual(gaps(telemetry), [])
        self.assertEqual([row[0] for row in told(telemetry)], list(range(17, 33)))

    def test_more_than_ram_takes_is_counted_in_a_gap(self):
        telemetry, model = self.opened(segment_bytes=9000, limit_bytes=18000), Model()
        model.add(telemetry, 300)
        model.flush(telemetry)
        taken = telemetry.next - 1
        model.add(telemetry, 2)
        model.flush(telemetry)
        gap = {"first": taken + 1, "last": taken + 1, "count": 300 - taken, "reason": "buffer"}
        self.assertEqual(gaps(telemetry), [gap])
        self.assertTrue(100 < taken <= MOST_RECORDS)
        numbers = [telemetry.add(1, bytes(800)) for _ in range(9)]
        self.assertEqual((numbers.index(0), numbers.count(0)), (6, 3))

    def test_what_rotted_is_a_gap_where_it_was(self):
        """Of batches of four: the first, one between two, the newest, whose numbers are spent."""
        for batch, reason in ((0, "dropped"), (1, "lost"), (2, "lost")):
            _, model = self.filled(3, segment_bytes=4000, limit_bytes=8000)
            self.rot(batch)
            telemetry = self.opened(segment_bytes=4000, limit_bytes=8000)
            self.assertEqual(telemetry.next, 13)
            first = 4 * batch + 1
            gap = {"first": first, "last": first + 3, "count": 4, "reason": reason}
            self.assertEqual(gaps(telemetry), [gap])
            self.assertEqual(telemetry.read(first + 1), None)
            others = [(n, p) for n, kind, p in told(telemetry) if kind != GAP]
            gone = range(first, first + 4)
            self.assertEqual(others, [(n, model.stored[n]) for n in range(1, 13) if n not in gone])
            self.tearDown()
            self.setUp()
        self.opened()

    def rot(self, batch):
        path = self.folder + "/00000001.seg"
        with open(path, "rb") as file:
            content = bytearray(file.read())
        content[len(content) // 3 * batch + 40] ^= 1
        with open(path, "wb") as file:
            file.write(content)

    def test_a_record_that_was_read_is_not_kept_when_its_segment_goes(self):
        telemetry, model = self.filled(6)
        self.assertEqual(telemetry.read(1), (1, model.stored[1]))
        telemetry.give_way()
        self.assertEqual((telemetry.read(1)[0], telemetry.read(2)), (GAP, None))

    def test_a_medium_with_no_room_at_all_ends_the_try(self):
        telemetry, tries = self.opened(), []

        def refusing(frame, sequence):
            tries.append(sequence)
            self.assertTrue(len(tries) < 3)
            telemetry._segments.create(sequence).close()
            raise OSError(28, "full")

        telemetry._writer.write = refusing
        telemetry.add(1, b"load")
        self.assertEqual((telemetry.flush(), tries), (False, [1]))

    def test_all_of_it_gives_way_to_billing(self):
        telemetry, model = self.filled(6)
        while telemetry.give_way():
            pass
        self.assertEqual([gap["last"] for gap in gaps(telemetry)], [24])
        model.add(telemetry, 1)
        model.flush(telemetry)
        self.assertEqual(told(telemetry)[-1], (25, 1, model.stored[25]))
