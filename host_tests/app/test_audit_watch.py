"""The monthly self-audit: sent until it has arrived, noted once, not before the time is known."""

import asyncio
import unittest

from fakes import FakeClock, settle

from wattseal.privacy import audit_watch

MINUTE_MS = 60000
MONTH_MS = 31 * 86400000


class Publisher:
    """`arrives`: for each message whether its PUBACK comes."""

    resting = True
    words = None

    def __init__(self, arrives):
        self.arrives, self.sent = list(arrives), []
        self.on_puback = lambda pid, tag: None

    async def tell(self, name, text, qos, tag):
        arrives = self.arrives.pop(0)
        if arrives is None:
            return False
        self.sent.append((name, text))
        if arrives:
            self.on_puback(1, tag)
        return True


class Audit:
    def __init__(self):
        self.months, self.notes = [], []

    def last(self, what):
        return self.months[-1] if self.months else ""

    def changed(self, what, obj, new):
        self.months.append(new)

    def note(self, what, obj="", old="", new="", who="device"):
        self.notes.append((what, old, new))


class Firmware:
    def __init__(self, arrives):
        self.board = self.journal = self.reserve = self
        self.clock = FakeClock(1796472000000)
        self.publisher = Publisher(arrives)
        self.publisher.words = self
        self.commands = None
        self.lost, self.full = [], False

    def is_full(self):
        return self.full


class TestWatch(unittest.TestCase):
    def setUp(self):
        self.reports, self.report = 0, audit_watch._report
        audit_watch._report = self.made
        self.delivery = audit_watch.Delivery
        audit_watch.Delivery = lambda publisher: self.delivery(publisher, 0.05)

    def tearDown(self):
        audit_watch._report, audit_watch.Delivery = self.report, self.delivery

    async def made(self, firmware, auditor):
        self.reports += 1
        return b"report %d" % self.reports

    def watched(self, firmware, *then):
        """What became of it in minutes, with what is done before each."""
        audit = Audit()

        async def scenario():
            task = asyncio.create_task(audit_watch.run(firmware, audit))
            for do in then:
                do(firmware)
                await firmware.clock.advance(MINUTE_MS)
                await asyncio.sleep(0.1)
                await settle()
            task.cancel()

        asyncio.run(scenario())
        return audit

    def test_it_is_sent_until_it_has_arrived(self):
        firmware = Firmware([None, False, True])
        audit = self.watched(firmware, nothing, nothing, nothing, nothing)
        self.assertEqual(firmware.publisher.sent, [(b"audit", b"report 1")] * 2)
        self.assertEqual(audit.months, ["2026-12"])

    def test_the_next_month_has_one_of_its_own(self):
        firmware = Firmware([True, True])
        audit = self.watched(firmware, nothing, month_later, nothing)
        self.assertEqual([text for _, text in firmware.publisher.sent], [b"report 1", b"report 2"])
        self.assertEqual(audit.months, ["2026-12", "2027-01"])

    def test_without_the_time_there_is_none(self):
        firmware = Firmware([True])
        audit = self.watched(firmware, time_unknown, nothing)
        self.assertEqual((audit.months, firmware.publisher.sent), ([], []))

    def test_a_full_journal_and_lost_records_are_noted_once(self):
        audit = self.watched(Firmware([True]), becomes_full, nothing, loses, has_room)
        self.assertEqual(
            audit.notes,
            [("journal", "", "full"), ("lost", "0", "2"), ("journal", "", "has room")],
        )


def nothing(firmware):
    pass


def month_later(firmware):
    firmware.clock.utc_at_0 += MONTH_MS


def time_unknown(firmware):
    firmware.clock.time_state = "I"


def becomes_full(firmware):
    firmware.full = True


def has_room(firmware):
    firmware.full = False


def loses(firmware):
    firmware.lost = [3, 4]


if __name__ == "__main__":
    unittest.main()
