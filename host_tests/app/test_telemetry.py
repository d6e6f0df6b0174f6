"""What the telemetry journal promises when nothing is damaged: order, bound, batches, gaps."""

import asyncio
import unittest

import scratch_folder
from fakes import FakeClock, settle
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
        model.add(telemetry, 1)
        model.flush(telemetry)
        gap = {"first": taken + 1, "last": taken + 1, "count": 300 - taken, "reason": "buffer"}
        self.assertEqual(gaps(telemetry), [gap])
        self.assertTrue(100 < taken <= MOST_RECORDS)

    def test_a_record_that_rotted_is_a_gap_where_it_was(self):
        telemetry, model = self.filled(2, segment_bytes=4000, limit_bytes=8000)
        path = self.folder + "/00000001.seg"
        with open(path, "rb") as file:
            content = bytearray(file.read())
        content[40] ^= 1
        with open(path, "wb") as file:
            file.write(content)
        telemetry = self.opened(segment_bytes=4000, limit_bytes=8000)
        self.assertEqual(gaps(telemetry)[0]["last"], 4)
        self.assertEqual(told(telemetry)[1], (5, 1, model.stored[5]))

    def test_all_of_it_gives_way_to_billing(self):
        telemetry, model = self.filled(6)
        while telemetry.give_way():
            pass
        self.assertEqual([gap["last"] for gap in gaps(telemetry)], [24])
        model.add(telemetry, 1)
        model.flush(telemetry)
        self.assertEqual(told(telemetry)[-1], (25, 1, model.stored[25]))


class TestWhenItIsWritten(unittest.TestCase):
    def play(self, scenario):
        async def main():
            clock, folder = FakeClock(), scratch_folder.on_host()
            telemetry = Telemetry(folder, clock, self.quiet)
            telemetry.open()
            task = asyncio.create_task(telemetry.run())
            await settle()
            try:
                await scenario(telemetry, clock)
            finally:
                task.cancel()
                telemetry.close()
                scratch_folder.remove(folder)

        self.quiets = 0
        asyncio.run(main())

    async def quiet(self):
        self.quiets += 1

    def test_a_record_waits_a_minute_at_most(self):
        async def scenario(telemetry, clock):
            telemetry.add(1, b"load")
            await clock.advance(59000)
            self.assertEqual((telemetry.next, self.quiets), (1, 0))
            await clock.advance(1000)
            self.assertEqual((telemetry.next, self.quiets), (2, 1))

        self.play(scenario)

    def test_sixty_records_or_4_kb_are_written_at_once(self):
        for size, count in ((10, 60), (700, 6)):

            async def scenario(telemetry, clock, size=size, count=count):
                for _ in range(count - 1):
                    telemetry.add(1, bytes(size))
                await clock.advance(1000)
                self.assertEqual(telemetry.next, 1)
                telemetry.add(1, bytes(size))
                await clock.advance(1000)
                self.assertEqual((telemetry.next, self.quiets), (count + 1, 1))

            self.play(scenario)
