"""The publisher sends in order, trusts only the receiver's ack, and starts again at the oldest."""

import asyncio
import unittest

from fakes import ConnectionEnded, FakeJournal, FakeSession, settle, until

from wattseal.app.acks import Acks, ReceiverWords
from wattseal.app.publisher import Publisher
from wattseal.core import bill


class FakeGreeting:
    """Counts how often it was asked; what it says is what the device retains."""

    asked = 0
    shown = False

    def key(self):
        return b"K"

    def discovery(self):
        return ((b"homeassistant/device/w1/2/config", b"H"),) if self.shown else ()

    def status(self):
        self.asked += 1
        return b"S%d" % self.asked


class UpLink:
    async def up(self):
        return None


def record(pagination):
    return bill.payload(bill.SESSION, "00", "w1", 2, pagination, "5e", "OCMF|{}|{}")


def play(
    scenario, records=3, ack_by_broker=False, resend_ms=60000, commands=None,
    random_below=lambda limit: 0,
):  # fmt: skip
    async def main():
        session, journal, appended = FakeSession(), FakeJournal(), asyncio.Event()
        for n in range(records):
            journal.append(bill.SESSION, record(n + 1))
        acks = Acks(journal, lambda: settle(1))
        words = ReceiverWords(journal, acks, appended, commands)
        publisher = Publisher(
            session, (ConnectionEnded,), UpLink(), journal, acks, words, "w1", appended,
            FakeGreeting(), lambda: settle(1), ack_by_broker, random_below, lambda text: None,
            resend_ms,
        )  # fmt: skip
        tasks = [asyncio.create_task(part.run()) for part in (publisher, acks)]
        await settle()
        try:
            await scenario(session, journal, publisher, appended)
        finally:
            for task in tasks:
                task.cancel()

    asyncio.run(main())


def tags(session):
    return [row[4] for row in session.published if row[0] == b"wattseal/v1/w1/bill/2"]


def statuses(session):
    return [row[1] for row in session.published if row[0] == b"wattseal/v1/w1/status"]


def ack(publisher, upto, retained=False):
    publisher.words.take(b"wattseal/v1/w1/ack", b'{"stream":"bill","upto":%d}' % upto, retained)


class TestPublisher(unittest.TestCase):
    def test_greets_then_sends_the_exact_bytes_in_order(self):
        async def scenario(session, journal, publisher, appended):
            greeting = [(b"wattseal/v1/w1/key", b"K"), (b"wattseal/v1/w1/status", b"S1")]
            self.assertEqual([row[:2] for row in session.published[:2]], greeting)
            self.assertEqual([row[2:4] for row in session.published[:2]], [(1, True)] * 2)
            self.assertEqual(tags(session), [1, 2, 3])
            self.assertEqual(session.published[2][1], record(1))
            journal.append(bill.SESSION, record(4))
            appended.set()
            await settle()
            self.assertEqual(tags(session), [1, 2, 3, 4])

        play(scenario)

    def test_shows_itself_to_home_assistant_where_that_is_asked_for(self):
        FakeGreeting.shown = True

        async def scenario(session, journal, publisher, appended):
            shown = (b"homeassistant/device/w1/2/config", b"H", 1, True)
            self.assertEqual(session.published[2][:4], shown)
            self.assertEqual(tags(session), [1, 2, 3])

        try:
            play(scenario)
        finally:
            FakeGreeting.shown = False

    def test_a_puback_frees_nothing_in_the_journal(self):
        async def scenario(session, journal, publisher, appended):
            publisher.on_puback(1, 1)
            await settle()
            self.assertEqual(journal.acked, 0)
            ack(publisher, 2)
            await settle()
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
                b'{"stream":"bill","upto":true}',
            ):
                publisher.words.take(b"wattseal/v1/w1/ack", text, False)
            await settle()
            self.assertEqual((journal.acked, publisher.words.ignored), (0, 8))

        play(scenario)

    def test_a_new_connection_starts_at_the_oldest_unacknowledged(self):
        async def scenario(session, journal, publisher, appended):
            ack(publisher, 1)
            session.close()
            appended.set()
            await until(lambda: len(tags(session)) >= 5)
            await settle()
            self.assertEqual(session.connects, 2)
            self.assertEqual(tags(session), [1, 2, 3, 2, 3])

        play(scenario)

    def test_sends_again_when_nobody_acknowledges(self):
        async def scenario(session, journal, publisher, appended):
            await until(lambda: len(tags(session)) >= 6)
            self.assertEqual(tags(session)[:6], [1, 2, 3, 1, 2, 3])
            ack(publisher, 3)
            await settle()
            sent = len(tags(session))
            await asyncio.sleep(0.2)
            self.assertEqual(len(tags(session)), sent)

        play(scenario, resend_ms=30)

    def test_sends_again_ever_more_seldom_until_something_is_acknowledged_or_asked_for(self):
        async def scenario(session, journal, publisher, appended):
            looks = []

            async def looked(ms):
                looks.append(len(tags(session)))
                await settle()

            slept, asyncio.sleep_ms = asyncio.sleep_ms, looked
            task = asyncio.create_task(publisher._look_back())
            try:
                for said in (None, b"resend", b"ack"):
                    if said == b"resend":
                        publisher.words.take(b"wattseal/v1/w1/resend", b'{"from":1,"to":1}', False)
                    elif said:
                        ack(publisher, 1)
                    await settle()
                    del looks[:]
                    while len(looks) < 520:
                        await asyncio.sleep(0)
                    again = [at for at in range(1, 520) if looks[at] > looks[at - 1] + 1]
                    self.assertTrue(again[0] < 5, (said, again))
                    gaps = [again[i + 1] - again[i] for i in range(8)]
                    self.assertEqual(gaps, [2, 4, 8, 16, 32, 64, 128, 240], said)
            finally:
                asyncio.sleep_ms = slept
                task.cancel()

        play(scenario, resend_ms=600000)

    def test_comes_back_ever_later_to_a_broker_that_ends_each_login(self):
        limits = []

        def random_below(limit):
            limits.append(limit)
            return 0

        async def ended(session, appended):
            before = session.connects
            session.close()
            appended.set()
            while session.connects == before:
                await asyncio.sleep(0.002)
            await settle()

        async def scenario(session, journal, publisher, appended):
            for _ in range(9):
                await ended(session, appended)
            doubled = [500, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000]
            self.assertEqual(limits, doubled)
            ack(publisher, 1)
            await settle()
            await ended(session, appended)
            await ended(session, appended)
            self.assertEqual(limits[9:], [500, 1000])

        async def lasting(session, journal, publisher, appended):
            del limits[:]
            await ended(session, appended)
            await ended(session, appended)
            await until(lambda: publisher._pause_ms == 500)  # it has lasted
            await ended(session, appended)
            self.assertEqual(limits, [500, 1000, 500])

        play(scenario, random_below=random_below)
        play(lasting, random_below=random_below, resend_ms=80)

    def test_counts_a_connection_once_the_broker_has_taken_its_status(self):
        async def scenario(session, journal, publisher, appended):
            self.assertEqual(publisher.connections, 0)
            for row in session.published:
                publisher.on_puback(1, row[4])
            self.assertEqual(publisher.connections, 1)
            publisher.tell_status()
            await settle()
            publisher.on_puback(1, session.published[-1][4])
            self.assertEqual(publisher.connections, 1)

        play(scenario)

    def test_tells_of_a_lost_frame_and_sends_its_neighbours(self):
        async def scenario(session, journal, publisher, appended):
            journal.frames += [(bill.SESSION, record(4)), (bill.SESSION, record(5))]
            journal.damaged.add(4)
            appended.set()
            await settle()
            self.assertEqual(tags(session), [1, 2, 3, 5])
            self.assertEqual(statuses(session), [b"S1", b"S2"])

        play(scenario)

    def test_tells_its_status_when_asked_to(self):
        async def scenario(session, journal, publisher, appended):
            publisher.tell_status()
            await settle()
            self.assertEqual(statuses(session), [b"S1", b"S2"])

        play(scenario)

    def test_an_acknowledgement_that_cannot_be_stored_does_no_harm(self):
        async def scenario(session, journal, publisher, appended):
            journal.full = True
            ack(publisher, 2)
            await settle()
            self.assertEqual((journal.acked, publisher._acks.unsaved), (0, 1))
            journal.full = False
            ack(publisher, 2)
            await settle()
            self.assertEqual(journal.acked, 2)

        play(scenario)

    def test_a_receiver_may_ask_again(self):
        async def scenario(session, journal, publisher, appended):
            publisher.words.take(b"wattseal/v1/w1/resend", b'{"from":1,"to":99}', False)
            await settle()
            self.assertEqual(tags(session), [1, 2, 3, 1, 2, 3])

        play(scenario)

    def test_a_resend_looks_for_nothing_that_has_gone(self):
        """On files each look goes over a whole segment, and a thousand may be asked for."""

        async def scenario(session, journal, publisher, appended):
            looked, read = [], journal.read

            def counted(sequence):
                looked.append(sequence)
                return read(sequence)

            journal.read, journal.first = counted, 4
            for text, found in ((b'{"from":1,"to":99}', [4, 5]), (b'{"from":1,"to":3}', [])):
                looked.clear()
                publisher.words.take(b"wattseal/v1/w1/resend", text, False)
                await settle()
                self.assertEqual((looked, tags(session)), (found, [1, 2, 3, 4, 5, 4, 5]))

        play(scenario, records=5)

    def test_others_have_their_turn_between_records_that_are_lost(self):
        async def scenario(session, journal, publisher, appended):
            turns, read, least = [0], journal.read, []

            def counted(sequence):
                least.append(turns[0])
                return read(sequence)

            async def other():
                while True:
                    turns[0] += 1
                    await asyncio.sleep(0)

            task = asyncio.create_task(other())
            await settle()
            journal.read = counted
            journal.damaged.update(range(1, 31))
            publisher.words.take(b"wattseal/v1/w1/resend", b'{"from":1,"to":30}', False)
            publisher._cursor = 1
            await settle(100)
            task.cancel()
            self.assertEqual((len(least), len(set(least))), (60, 60))

        play(scenario, records=30)

    def test_a_resend_that_cannot_be_meant_is_counted(self):
        async def scenario(session, journal, publisher, appended):
            for pair in (
                "0,1", "-1,3", "4,9", "3,2", "1,true", "true,3", "1.5,2", '"1","2"', "null,2",
                "99999999999999999999999,5", "-99999999999999999999999,5",
                "1,-99999999999999999999999",
            ):  # fmt: skip
                first, last = pair.split(",")
                text = '{"from":%s,"to":%s}' % (first, last)
                publisher.words.take(b"wattseal/v1/w1/resend", text.encode(), False)
            await settle()
            self.assertEqual((publisher.words.ignored, tags(session)), (12, [1, 2, 3]))

        play(scenario)

    def test_a_resend_without_an_end_is_cut_to_what_there_is(self):
        async def scenario(session, journal, publisher, appended):
            text = b'{"from":2,"to":99999999999999999999999}'
            publisher.words.take(b"wattseal/v1/w1/resend", text, False)
            await settle()
            self.assertEqual(tags(session), [1, 2, 3, 2, 3])

        play(scenario)

    def test_what_the_receiver_never_says_is_counted(self):
        async def scenario(session, journal, publisher, appended):
            self.assertEqual(session.subscribed, [b"wattseal/v1/w1/ack", b"wattseal/v1/w1/resend"])
            for name in (b"cmd", b"acks", b"bill/1"):
                publisher.words.take(b"wattseal/v1/w1/" + name, b"{}", False)
            self.assertEqual(publisher.words.ignored, 3)

        play(scenario)

    def test_commands_go_to_whoever_takes_them_and_answers_are_sent_once(self):
        class Commands:
            taken = []

            def take(self, payload, retained):
                self.taken.append((payload, retained))

        async def scenario(session, journal, publisher, appended):
            self.assertEqual(session.subscribed[2], b"wattseal/v1/w1/cmd")
            publisher.words.take(b"wattseal/v1/w1/cmd", b"x" * 900, True)
            self.assertEqual(Commands.taken, [(b"x" * 900, True)])
            await publisher.tell(b"rsp", b"A", 1)
            self.assertEqual(session.published[-1], (b"wattseal/v1/w1/rsp", b"A", 1, False, None))
            session.close()
            await publisher.tell(b"rsp", b"B", 1)  # nobody hears it, and it is not kept
            self.assertEqual(session.published[-1][1], b"A")

        play(scenario, commands=Commands())

    def test_a_long_message_is_not_even_read(self):
        async def scenario(session, journal, publisher, appended):
            for text in (b"[" * 4000, b'{"stream":"bill","upto":2}' + b" " * 200):
                publisher.words.take(b"wattseal/v1/w1/ack", text, False)
            await settle()
            self.assertEqual((journal.acked, publisher.words.ignored), (0, 2))

        play(scenario)

    def test_a_part_that_was_too_long_is_counted(self):
        async def scenario(session, journal, publisher, appended):
            parts = []
            publisher.words.parts = parts.append
            for payload in (b"", b"P"):
                publisher.words.take(b"wattseal/v1/w1/part", payload, False)
            self.assertEqual((parts, publisher.words.ignored), ([b"P"], 1))

        play(scenario)

    def test_broker_mode_acknowledges_only_what_is_complete(self):
        async def scenario(session, journal, publisher, appended):
            publisher.on_puback(2, 2)
            await settle()
            self.assertEqual(journal.acked, 0)
            publisher.on_puback(1, 1)
            await settle()
            self.assertEqual(journal.acked, 2)
            publisher.on_puback(3, 3)
            await settle()
            self.assertEqual(journal.acked, 3)

        play(scenario, ack_by_broker=True)

    def test_what_the_medium_notes_late_makes_no_record_be_left_out(self):
        """It is being sent again when all of it turns out to be acknowledged."""

        async def scenario(session, journal, publisher, appended):
            journal.full = True
            for pid in (1, 2, 3):
                publisher.on_puback(pid, pid)
            await settle()
            self.assertEqual((journal.acked, tags(session)), (0, [1, 2, 3]))
            publisher._cursor, journal.full = 2, False
            journal.ack(3)
            for number in (4, 5):
                appended.set()
                await settle()
                journal.append(bill.SESSION, record(number))
            appended.set()
            await settle()
            self.assertEqual(tags(session), [1, 2, 3, 4, 5])
            publisher.on_puback(4, 5)
            await settle()
            self.assertEqual(journal.acked, 3)

        play(scenario, ack_by_broker=True)

    def test_an_acknowledgement_waits_until_no_meter_is_asked(self):
        async def scenario(session, journal, publisher, appended):
            silence, saved = asyncio.Event(), FakeJournal()
            acks = Acks(saved, silence.wait)
            task = asyncio.create_task(acks.run())
            acks.take(1)
            await settle()
            acks.take(2)
            self.assertEqual(saved.acked, 0)
            silence.set()
            await settle()
            self.assertEqual(saved.acked, 2)
            task.cancel()

        play(scenario)
