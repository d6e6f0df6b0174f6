"""Statistics by themselves: what is kept over a reset, what is sent and when, and how old."""

import asyncio
import json
import unittest

from fakes import FakeClock

from wattseal.app import statistics_state
from wattseal.app.delivery import Delivery
from wattseal.app.statistics import LOAD, STAT, Statistics
from wattseal.app.statistics_sender import Sender
from wattseal.core import load_bucket
from wattseal.core.histogram import Histogram
from wattseal.core.load_bucket import Buckets
from wattseal.core.pricing import zone_rule
from wattseal.core.reading import Reading
from wattseal.core.stay import Stay, StayMeter
from wattseal.core.telemetry_batch import GAP

UTC = zone_rule.read("UTC0")
NOW_MS = 1796472000000
NOW = NOW_MS // 900000
DAY = 96


class Journal:
    """Of drivers.telemetry what statistics use."""

    def __init__(self, *records):
        self.records = list(records)
        self.oldest = 1
        self.dropped = 0
        self.full = False

    @property
    def next(self):
        return len(self.records) + 1

    def add(self, kind, payload):
        if self.full:
            return 0
        self.records.append((kind, payload))
        return len(self.records)

    def flush(self):
        return True

    def read(self, number):
        return self.records[number - 1]

    def ack(self, upto):
        self.oldest = upto + 1

    def drop_sent(self):
        self.swept_to = self.oldest

    def give_way(self):
        self.dropped += 1
        return self.dropped < 3


class Publisher:
    """`answers`: for each message whether its PUBACK comes."""

    def __init__(self, answers=()):
        self.resting = True
        self.sent, self.billed = [], []
        self.answers = list(answers)
        self.connected = True
        self.on_puback = lambda pid, tag: self.billed.append((pid, tag))

    async def tell(self, name, text, qos, tag):
        if not self.connected:
            return False
        self.sent.append((name, json.loads(text)))
        if not self.answers or self.answers.pop(0):
            self.on_puback(7, tag)
        return True


class Checkpoints:
    def __init__(self):
        self.blobs = {}

    def save(self, name, blob):
        self.blobs[name] = blob

    def load(self, name):
        return self.blobs.get(name)


class Point:
    def __init__(self):
        self.latest = None
        self.needed = False


class Session:
    state = "C"


class Connector:
    def __init__(self, number):
        self.id = number
        self.point = Point()
        self.session = None


async def quiet():
    pass


def run_of(quarter, count=1, connector=1):
    return LOAD, load_bucket.pack(connector, (quarter, count, 100, 1, 15, 0))


def month_ended(end_s):
    made = Histogram()
    for _ in range(5):
        made.add(end_s, end_s, UTC, 100, 5)
    return STAT, made.close(1 << 15)


def sent(journal, publisher=None, looks=0.5, then=None):
    """What a Sender over the journal has sent after so many seconds of the wall."""
    publisher = publisher or Publisher()
    counts = {}

    async def scenario():
        sender = Sender(Delivery(publisher).deliver, journal, FakeClock(NOW_MS), quiet, counts)
        task = asyncio.create_task(sender.run())
        await asyncio.sleep(looks)
        if then:
            then()
            await asyncio.sleep(looks)
        task.cancel()

    asyncio.run(scenario())
    return publisher.sent, counts


class TestSender(unittest.TestCase):
    def test_sends_each_bucket_of_a_run_and_months_and_forgets_them(self):
        journal = Journal(run_of(NOW - 4, 2, 3), month_ended(NOW_MS // 1000))
        told, counts = sent(journal)
        self.assertEqual([name for name, _ in told], [b"load/3", b"load/3", b"stat"])
        self.assertEqual(
            [told[0][1]["q"], told[1][1]["q"]], ["2026-12-05T11:00Z", "2026-12-05T11:15Z"]
        )
        self.assertEqual((journal.oldest, counts, journal.dropped), (3, {}, 3))

    def test_what_is_too_old_goes_unsent(self):
        old_s = NOW_MS // 1000 - 425 * 86400  # of the October 14 months ago
        journal = Journal(
            run_of(NOW - 30 * DAY - 1, 3), month_ended(old_s), month_ended(old_s + 30 * 86400)
        )
        told, _ = sent(journal)
        self.assertEqual([name for name, _ in told], [b"load/1", b"stat"])
        self.assertEqual((told[0][1]["q"], journal.oldest), ("2026-11-05T12:15Z", 4))

    def test_what_grew_too_old_goes_though_nothing_can_be_sent(self):
        journal, publisher = Journal(run_of(NOW - 31 * DAY), run_of(NOW)), Publisher()
        publisher.connected = False
        self.assertEqual(sent(journal, publisher)[0], [])
        self.assertEqual((journal.oldest, journal.swept_to), (2, 2))

    def test_waits_for_what_is_billed(self):
        journal, publisher = Journal(run_of(NOW)), Publisher()
        publisher.resting = False
        self.assertEqual(sent(journal, publisher)[0], [])
        self.assertEqual(
            len(sent(journal, publisher, then=lambda: setattr(publisher, "resting", True))[0]), 1
        )

    def test_without_a_connection_it_is_tried_again(self):
        journal, publisher = Journal(run_of(NOW)), Publisher()
        publisher.connected = False
        back = lambda: setattr(publisher, "connected", True)  # noqa: E731
        self.assertEqual(len(sent(journal, publisher, then=back)[0]), 1)
        self.assertEqual(journal.oldest, 2)

    def test_nothing_is_forgotten_before_its_puback(self):
        journal = Journal(run_of(NOW, 2))
        told, _ = sent(journal, Publisher([True, False]))
        self.assertEqual((len(told), journal.oldest), (2, 1))

    def test_gaps_and_what_is_unreadable_are_passed_over(self):
        journal = Journal((GAP, b"{}"), (LOAD, b"short"), (STAT, b"short"), run_of(NOW))
        told, counts = sent(journal)
        self.assertEqual((len(told), journal.oldest), (1, 5))
        self.assertEqual(counts, {"statistics_unreadable": 2})


class Bench:
    """Statistics of two connectors, from grid point to grid point."""

    def __init__(self, checkpoints=None, journal=None):
        self.clock = FakeClock(NOW_MS)
        self.connectors = [Connector(1), Connector(2)]
        self.journal = journal or Journal()
        self.checkpoints = checkpoints or Checkpoints()
        self.counts, self.asked, self.consents, self.ends = {}, [], True, 0
        self.made = Statistics(
            self.connectors, self.clock, self.consented, UTC, self.journal, self.checkpoints,
            quiet, self.counts,
        )  # fmt: skip
        self.made.restore()

    def consented(self, connector, ends):
        self.asked.append(connector)
        self.ends += ends
        return self.consents

    async def charge(self, connector, minutes, power_w=6000, time_state="S"):
        """Then it goes on; `drive_off` ends it."""
        connector.session, connector.point.needed = Session(), True
        latest = connector.point.latest
        mwh = latest.energy_mwh if latest else 0
        for _ in range(minutes):
            clock = self.clock
            connector.point.latest = Reading(
                mwh, power_w, clock.now_ms(), clock.utc_ms(), time_state
            )  # fmt: skip
            mwh += power_w * 1000 // 60
            await clock.advance(60000)

    async def drive_off(self, connector):
        connector.session, connector.point.needed = None, False
        await self.clock.advance(1000)

    def play(self, scenario):
        async def playing():
            self.clock.grid_ms = 10000
            task = asyncio.create_task(self.made.run())
            await self.clock.advance(10000)
            await scenario()
            task.cancel()

        asyncio.run(playing())

    def buckets(self):
        return [
            load_bucket.unpack(record) for kind, record in self.journal.records if kind == LOAD
        ]


class TestStatistics(unittest.TestCase):
    def test_consent_is_asked_at_each_sample_of_a_session_and_once_at_its_end(self):
        bench = Bench()
        one, two = bench.connectors

        async def scenario():
            await bench.charge(two, 3)
            self.assertEqual((set(bench.asked), len(bench.asked), bench.ends), ({2}, 18, 0))
            await bench.drive_off(two)
            await bench.clock.advance(600000)
            self.assertEqual((set(bench.asked), len(bench.asked), bench.ends), ({2}, 19, 1))

        bench.play(scenario)

    def test_withdrawal_is_in_the_flash_at_once(self):
        bench = Bench()
        one = bench.connectors[0]

        async def scenario():
            await bench.charge(one, 20)
            kept = bench.checkpoints.blobs["statistics"]
            bench.consents = False
            await bench.charge(one, 1)
            self.assertTrue(len(bench.checkpoints.blobs["statistics"]) < len(kept))
            await bench.charge(one, 20)
            await bench.drive_off(one)
            await bench.clock.advance(1800000)

        bench.play(scenario)
        self.assertEqual(bench.buckets(), [])
        self.assertEqual(bench.made._histogram.month, 0)

    def test_what_is_taken_back_just_before_the_end_is_not_counted(self):
        bench = Bench()

        async def scenario():
            await bench.charge(bench.connectors[0], 20)
            bench.consents = False  # between two samples
            await bench.drive_off(bench.connectors[0])
            await bench.clock.advance(1800000)

        bench.play(scenario)
        self.assertEqual((bench.buckets(), bench.made._histogram.month), ([], 0))

    def test_a_cut_between_the_buckets_and_the_state_tells_nothing_again(self):
        bench = Bench()
        one = bench.connectors[0]

        async def scenario():
            await bench.charge(one, 40)
            bench.kept = bench.checkpoints.blobs["statistics"]  # with the stay, which goes on
            await bench.drive_off(one)
            await bench.clock.advance(1800000)

        bench.play(scenario)
        told = bench.buckets()
        self.assertTrue(told)
        bench.checkpoints.blobs["statistics"] = bench.kept
        bench.journal.records.append((LOAD, b"short"))
        after = Bench(bench.checkpoints, bench.journal)
        after.clock.utc_at_0 += 3600000

        async def later():
            await after.clock.advance(1800000)

        after.play(later)
        bench.journal.records = [each for each in bench.journal.records if len(each[1]) > 5]
        self.assertEqual(after.buckets(), told)
        self.assertNotEqual(after.made._histogram.month, 0)

    def test_a_bucket_that_is_in_the_journal_is_held_no_more(self):
        bench = Bench()
        _, _, buckets = bench.made._lines[0]
        kept = [(NOW - 9, 3, 200, 1, 10, 0), (NOW - 1, 1, 100, 1, 5, 0)]
        buckets.restore(kept)
        asyncio.run(bench.made._save())
        bench.journal.records.append(run_of(NOW - 1))
        after = Bench(bench.checkpoints, bench.journal)
        self.assertEqual(after.made._lines[0][2].kept(), [])
        bench.journal.records[:] = [run_of(NOW - 8), run_of(NOW - 1, 1, 2)]
        after = Bench(bench.checkpoints, bench.journal)
        self.assertEqual(after.made._lines[0][2].kept(), [(NOW - 7, 1, 200, 1, 10, 0), kept[1]])

    def test_nothing_kept_asks_no_record(self):
        bench = Bench()
        asyncio.run(bench.made._save())
        bench.journal.records.append(run_of(NOW))
        bench.journal.read = None
        Bench(bench.checkpoints, bench.journal)

    def test_a_withdrawal_and_a_reset_take_nothing_of_a_stay_that_has_just_ended(self):
        bench = Bench()
        one, other = bench.connectors

        async def scenario():
            await bench.charge(one, 40)
            await bench.drive_off(one)
            await bench.charge(other, 1)
            bench.consents = False  # saved in mid-quarter
            await bench.charge(other, 1)

        bench.play(scenario)
        due = bench.made._lines[0][2].kept()
        self.assertTrue(len(due) > 1)
        after = Bench(bench.checkpoints, bench.journal)
        after.clock.utc_at_0 += 3600000

        async def later():
            await after.clock.advance(20000)

        after.play(later)
        self.assertEqual(after.buckets(), [(one.id, run) for run in due])

    def test_what_a_reset_cuts_is_told_up_to_the_quarter_before(self):
        bench = Bench()

        async def scenario():
            await bench.charge(bench.connectors[1], 40)

        bench.play(scenario)
        after = Bench(bench.checkpoints, bench.journal)
        after.clock.utc_at_0 += 3600000

        async def later():
            await after.clock.advance(20000)

        after.play(later)
        self.assertEqual([row[1][4] for row in after.buckets()], [10, 5])
        self.assertEqual({row[0] for row in after.buckets()}, {2})

    def test_a_clock_that_does_not_know_the_time_is_counted(self):
        bench = Bench()

        async def scenario():
            await bench.charge(bench.connectors[0], 5, time_state="U")
            await bench.drive_off(bench.connectors[0])
            await bench.clock.advance(1800000)

        bench.play(scenario)
        self.assertEqual((bench.buckets(), bench.counts), ([], {"statistics_untimed": 1}))

    def test_a_month_that_a_clock_ahead_opened_is_given_up_after_a_day(self):
        bench = Bench()
        one, ahead_ms = bench.connectors[0], 365 * 86400000

        async def stay():
            await bench.charge(one, 5)
            await bench.drive_off(one)
            await bench.clock.advance(20000)

        async def scenario():
            bench.clock.utc_at_0 += ahead_ms
            await stay()
            opened = bench.made._histogram.month
            bench.clock.utc_at_0 -= ahead_ms
            await bench.clock.advance(86400000 - 1800000)
            self.assertEqual(bench.made._histogram.month, opened)
            await bench.clock.advance(3600000)
            self.assertEqual((bench.made._histogram.month, bench.made._closed), (0, b""))
            self.assertEqual(bench.counts, {"statistics_untimed": 1})
            await stay()
            self.assertEqual(bench.made._histogram.month, opened - 12)

        bench.clock.grid_ms = 10000
        bench.play(scenario)
        self.assertEqual(bench.counts, {"statistics_untimed": 1})
        self.assertEqual([kind for kind, _ in bench.journal.records if kind == STAT], [])

    def test_a_journal_without_room_is_counted(self):
        bench = Bench()
        bench.journal.full = True

        async def scenario():
            await bench.charge(bench.connectors[0], 5)
            await bench.drive_off(bench.connectors[0])
            await bench.clock.advance(1800000)

        bench.play(scenario)
        self.assertEqual(bench.counts, {"statistics_dropped": 1})

    def test_an_idle_charger_writes_nothing(self):
        bench = Bench()

        async def scenario():
            await bench.clock.advance(86400000)

        bench.clock.grid_ms = 100000
        bench.play(scenario)
        self.assertEqual((bench.checkpoints.blobs, bench.journal.records), ({}, []))

    def test_a_blob_that_is_none_is_counted_and_begun_anew(self):
        for blob in (b"", b"\2" * 300, b"\1", b"\1" * 400, bytes(7)):
            checkpoints = Checkpoints()
            checkpoints.blobs["statistics"] = blob
            self.assertEqual(Bench(checkpoints).counts, {"statistics_unreadable": 1})


class TestState(unittest.TestCase):
    def test_what_is_kept_comes_back(self):
        def lines():
            return [(Connector(n), StayMeter(), Buckets()) for n in (1, 7, 9)]

        kept, histogram = lines(), Histogram()
        kept[0][1].open = Stay(NOW, 4711)
        runs = [(NOW - 3, 2, 300, 2, 15, 0), (NOW, 1, 100, 2, 10, 5)]
        kept[1][2].restore(runs)
        histogram.add(NOW_MS // 1000, NOW_MS // 1000, UTC, 1000, 5)
        blob = statistics_state.encode(histogram, b"month", kept)
        again, found = Histogram(), lines()[1:]
        self.assertEqual(statistics_state.decode(blob, again, found), (b"month", []))
        self.assertEqual(found[0][2].kept(), runs)
        found = lines()
        closed, cut = statistics_state.decode(blob, Histogram(), found)
        self.assertEqual(
            [(each.id, stay.first, stay.begin_wh) for each, stay in cut], [(1, NOW, 4711)]
        )
        self.assertEqual(again.pack(), histogram.pack())


if __name__ == "__main__":
    unittest.main()
