"""The publisher sends in order, trusts only the receiver's ack, and starts again at the oldest."""

import asyncio
import unittest

from fakes import ConnectionEnded, FakeJournal, FakeSession, settle

from wattseal.app.publisher import Publisher
from wattseal.core import bill


class UpLink:
    async def up(self):
        return None


def record(pagination):
    return bill.payload(bill.SESSION, "00", "w1", 2, pagination, "5e", "OCMF|{}|{}")


def play(scenario, records=3, ack_by_broker=False):
    async def main():
        session, journal, appended = FakeSession(), FakeJournal(), asyncio.Event()
        for n in range(records):
            journal.append(bill.SESSION, record(n + 1))
        publisher = Publisher(
            session, (ConnectionEnded,), UpLink(), journal, "w1", appended,
            lambda: [(b"status", b"{}")], ack_by_broker, lambda limit: 0, lambda text: None,
        )  # fmt: skip
        task = asyncio.create_task(publisher.run())
        await settle()
        try:
            await scenario(session, journal, publisher, appended)
        finally:
            task.cancel()

    asyncio.run(main())


def tags(session):
    return [row[4] for row in session.published if row[0] == b"wattseal/v1/w1/bill/2"]


def ack(publisher, upto, retained=False):
    publisher.on_message(b"wattseal/v1/w1/ack", b'{"stream":"bill","upto":%d}' % upto, retained)


class TestPublisher(unittest.TestCase):
    def test_greets_then_sends_the_exact_bytes_in_order(self):
        async def scenario(session, journal, publisher, appended):
            self.assertEqual(
                session.published[0], (b"wattseal/v1/w1/status", b"{}", 1, True, None)
            )
            self.assertEqual(tags(session), [1, 2, 3])
            self.assertEqual(session.published[1][1], record(1))
            journal.append(bill.SESSION, record(4))
            appended.set()
            await settle()
            self.assertEqual(tags(session), [1, 2, 3, 4])

        play(scenario)

    def test_a_puback_frees_nothing_in_the_journal(self):
        async def scenario(session, journal, publisher, appended):
            publisher.on_puback(1, 1)
            self.assertEqual(journal.acked, 0)
            ack(publisher, 2)
            self.assertEqual(journal.acked, 2)

        play(scenario)

    def test_acknowledgements_that_cannot_be_true_are_counted(self):
        async def scenario(session, journal, publisher, appended):
            ack(publisher, 4)
            ack(publisher, 3, retained=True)
            for text in (
                b"",
                b"[]",
                b"{}",
                b'{"stream":"tele","upto":1}',
                b'{"stream":"bill","upto":"1"}',
            ):
                publisher.on_message(b"wattseal/v1/w1/ack", text, False)
            self.assertEqual((journal.acked, publisher.ignored), (0, 7))

        play(scenario)

    def test_a_new_connection_starts_at_the_oldest_unacknowledged(self):
        async def scenario(session, journal, publisher, appended):
            ack(publisher, 1)
            session.close()
            appended.set()
            await asyncio.sleep(0.05)
            await settle()
            self.assertEqual(session.connects, 2)
            self.assertEqual(tags(session), [1, 2, 3, 2, 3])

        play(scenario)

    def test_a_receiver_may_ask_again(self):
        async def scenario(session, journal, publisher, appended):
            publisher.on_message(b"wattseal/v1/w1/resend", b'{"from":1,"to":99}', False)
            await settle()
            self.assertEqual(tags(session), [1, 2, 3, 1, 2, 3])

        play(scenario)

    def test_broker_mode_acknowledges_only_what_is_complete(self):
        async def scenario(session, journal, publisher, appended):
            publisher.on_puback(2, 2)
            self.assertEqual(journal.acked, 0)
            publisher.on_puback(1, 1)
            self.assertEqual(journal.acked, 2)
            publisher.on_puback(3, 3)
            self.assertEqual(journal.acked, 3)

        play(scenario, ack_by_broker=True)
