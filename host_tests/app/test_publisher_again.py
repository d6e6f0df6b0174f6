"""What was cut off, refused by the medium or asked for goes again, and counts once it has gone."""

import asyncio
import unittest

from fakes import ConnectionEnded, FakeJournal, FakeSession, settle, until

from wattseal.app.acks import Acks, ReceiverWords
from wattseal.app.publisher import Publisher
from wattseal.core import bill


class Greeting:
    def key(self):
        return b"K"

    def discovery(self):
        return ()

    def status(self):
        return b"S"


class UpLink:
    async def up(self):
        return None


class Bench:
    """A publisher over fakes with `records` in its journal."""

    def __init__(self, records, ack_by_broker, resend_ms):
        self.session, self.journal, self.appended = FakeSession(), FakeJournal(), asyncio.Event()
        self.append(records)
        self.acks = Acks(self.journal, turn)
        words = ReceiverWords(self.journal, self.acks, self.appended)
        self.publisher = Publisher(
            self.session, (ConnectionEnded,), UpLink(), self.journal, self.acks, words, "w1",
            self.appended, Greeting(), turn, ack_by_broker, lambda limit: 0, lambda text: None,
            resend_ms,
        )  # fmt: skip

    def append(self, records):
        for _ in range(records):
            text = bill.payload(bill.SESSION, "00", "w1", 2, self.journal.next, "5e", "OCMF|{}|{}")
            self.journal.append(bill.SESSION, text)
        self.appended.set()

    @property
    def sent(self):
        return [row[4] for row in self.session.published if row[0] == b"wattseal/v1/w1/bill/2"]

    async def puback(self, *numbers):
        for number in numbers:
            self.publisher.on_puback(number, number)
            await settle()


async def turn():
    await asyncio.sleep(0)


def play(scenario, ack_by_broker, resend_ms=60000):
    async def main():
        bench = Bench(3, ack_by_broker, resend_ms)
        tasks = [asyncio.create_task(part.run()) for part in (bench.publisher, bench.acks)]
        await settle()
        try:
            await scenario(bench)
        finally:
            for task in tasks:
                task.cancel()

    asyncio.run(main())


class TestPublisherAgain(unittest.TestCase):
    def test_a_connection_that_was_cut_leaves_no_record_waiting_for_its_puback(self):
        async def scenario(bench):
            bench.session.close()
            bench.appended.set()
            await until(lambda: len(bench.sent) >= 6)
            await settle()
            self.assertEqual(bench.sent, [1, 2, 3, 1, 2, 3])
            await bench.puback(1, 2, 3)
            self.assertEqual(bench.journal.acked, 3)

        play(scenario, ack_by_broker=True)

    def test_a_record_that_cannot_be_read_now_goes_before_the_next_one(self):
        for ack_by_broker in (False, True):

            async def scenario(bench, ack_by_broker=ack_by_broker):
                read, refused = bench.journal.read, []

                def refuses(number):
                    if number == 5 and len(refused) < 2:
                        refused.append(number)
                        raise OSError(5)
                    return read(number)

                bench.journal.read = refuses
                bench.append(3)
                await settle()
                self.assertEqual(bench.sent, [1, 2, 3, 4])
                await bench.puback(1, 2, 3, 4)
                self.assertEqual(bench.journal.acked, 4 * ack_by_broker)
                await until(lambda: len(bench.sent) >= 6)
                self.assertEqual(bench.sent[:6], [1, 2, 3, 4, 5, 6])

            play(scenario, ack_by_broker, resend_ms=40)

    def test_a_record_that_has_rotted_is_gone_once_the_broker_has_a_status_that_says_so(self):
        async def scenario(bench):
            await bench.puback(1, 2, 3)
            bench.journal.damaged = {4, 5}
            bench.append(3)
            await settle()
            self.assertEqual(bench.sent, [1, 2, 3, 6])
            await bench.puback(6)
            self.assertEqual(bench.journal.acked, 3)
            told = [row for row in bench.session.published if row[0] == b"wattseal/v1/w1/status"]
            self.assertEqual([row[4] for row in told], [0, 4, 5])
            await bench.puback(4)
            self.assertEqual(bench.journal.acked, 4)
            await bench.puback(5)
            self.assertEqual(bench.journal.acked, 6)

        play(scenario, ack_by_broker=True)

    def test_of_a_long_range_that_is_asked_for_only_the_first_thousand_go(self):
        for first, last in ((1, 1000), (51, 1050), (101, 1100), (102, 1100)):
            journal = FakeJournal()
            journal.frames = [None] * 1100
            words = ReceiverWords(journal, Acks(journal, settle), asyncio.Event())
            words.take(b"wattseal/v1/w1/resend", b'{"from":%d,"to":1100}' % first, False)
            self.assertEqual((words.again, words.again_last, words.ignored), (first, last, 0))
