"""A late reply never answers a later question, and a line that babbles ends nothing but itself."""

import asyncio
import unittest

from scripted_line import (
    GOOD,
    LATENCY_MS,
    OTHER,
    TIMEOUT_MS,
    VALUE,
    ScriptedLine,
    answering,
    ask,
    asked,
    bus_on,
    give_up,
    reply,
    run,
)

from wattseal.drivers.modbus_request import read


class TestLateReplies(unittest.TestCase):
    def test_a_late_reply_never_answers_the_next_question(self):
        """At any delay up to timeout and latency together; same unit, function and length."""
        late = reply(7, 4, *OTHER)
        for delay_ms in range(0, TIMEOUT_MS + LATENCY_MS, 7):
            got, _, line = asked([(delay_ms, late)], [(9, GOOD)])
            if delay_ms <= TIMEOUT_MS:
                self.assertEqual(got, [OTHER, VALUE])
            else:
                self.assertEqual(got, ["timeout", VALUE], delay_ms)
                self.assertTrue(line.sent_ms[1] >= line.sent_ms[0] + delay_ms)

    def test_nor_when_the_next_question_comes_only_later(self):
        for pause_ms in (1, 250, 499, 501, 3000):
            line = answering([(1400, reply(7, 4, *OTHER))], [(9, GOOD)])
            bus = bus_on(line)
            self.assertEqual(run(ask(bus)), "timeout")
            line.ms += pause_ms
            before_ms = line.ms
            self.assertEqual(run(ask(bus)), VALUE)
            # the rest is counted from the old question on, not from the next one
            rest_ms = max(0, 500 - pause_ms)
            self.assertTrue(rest_ms <= line.sent_ms[1] - before_ms <= rest_ms + 100)

    def test_a_late_reply_behind_a_damaged_one(self):
        """Noise ends the wait early; the true reply comes when it would have been waited for."""
        for delay_ms in (100, 600, 990, 1001, 1490):
            answer = [(9, b"\x00\x55"), (delay_ms, reply(7, 4, *OTHER))]
            got, _, _ = asked(answer, [(9, GOOD)])
            self.assertEqual(got, ["short", VALUE])

    def test_the_second_of_two_replies(self):
        """A meter or a gateway that answers twice, the second time behind the first frame."""
        for delay_ms in (10, 12):
            twice = [(9, GOOD), (delay_ms, reply(7, 4, *OTHER))]
            got, bus, _ = asked(twice, [(9, GOOD)], gap_ms=5)
            self.assertEqual(got, [VALUE, VALUE])
            self.assertEqual(bus.counters["stray"], 1)

    def test_a_question_whose_asker_was_cancelled(self):
        line = answering([(30, reply(7, 4, *OTHER))], [(60, GOOD)])
        bus = bus_on(line)

        async def main():
            task = asyncio.create_task(read(bus, 7, 4, 72, 2, LATENCY_MS))
            while not line.sent:
                await asyncio.sleep(0)
            line.stuck = asyncio.Event()
            await asyncio.sleep(0)
            await give_up(task)
            line.stuck = None
            return await ask(bus)

        self.assertEqual(run(main()), VALUE)

    def test_a_question_that_was_given_up_before_its_end(self):
        """On its way it leaves the line in doubt, as if it had been asked; not before that."""
        for gap_ms, stopped, least_ms in ((0, 1, TIMEOUT_MS + LATENCY_MS), (20, 0, 0)):
            line = ScriptedLine(lambda request: [(9, GOOD)])
            line.send_ms = 50
            bus = bus_on(line, gap_ms=gap_ms)
            self.assertEqual(bus.begin_read(7, 4, 72, 2, LATENCY_MS), gap_ms or 50)
            bus.cancel()
            self.assertEqual((bus.asking, line.stopped), (False, stopped))
            self.assertEqual(run(ask(bus)), VALUE)
            self.assertTrue(least_ms <= line.sent_ms[-1] - 50 <= least_ms + gap_ms)

    def test_ticks_that_come_round_do_not_stop_the_bus(self):
        for jump_ms in (1 << 28, 1 << 29, (1 << 29) + 5000, (1 << 30) - 1, 1 << 30):
            line = ScriptedLine(lambda request: [], ms=(1 << 30) - 1500)
            bus = bus_on(line)
            self.assertEqual(run(ask(bus)), "timeout")
            line.ms += jump_ms
            line.answer = lambda request: [(9, GOOD)]
            before_ms = line.ms
            self.assertEqual(run(ask(bus)), VALUE)
            self.assertTrue(line.ms - before_ms <= TIMEOUT_MS + LATENCY_MS + 100)


class TestBabble(unittest.TestCase):
    def flood(self, every_ms):
        """A line on which bytes never cease."""
        line = ScriptedLine()
        line.babble = (every_ms, b"\x07")
        return line

    def test_is_bounded_in_time_and_asks_nothing_into_it(self):
        for every_ms in (1, 3, 19, 45):
            line = self.flood(every_ms)
            bus = bus_on(line)
            got = []
            for _ in range(5):
                before_ms = line.ms
                got.append(run(ask(bus)))
                self.assertTrue(line.ms - before_ms <= 2 * TIMEOUT_MS + LATENCY_MS + 100)
            self.assertEqual(got[1:], ["babble"] * 4)
            self.assertTrue(len(line.sent) <= 1)  # it was silent for long enough, once

    def test_that_begins_behind_the_request_ends_as_well(self):
        for every_ms in (1, 45):
            line = ScriptedLine(
                lambda request, e=every_ms: [(9 + i * e, b"\x07") for i in range(99)]
            )
            bus = bus_on(line)
            before_ms = line.ms
            self.assertEqual(run(ask(bus)), "bad_crc")
            self.assertTrue(line.ms - before_ms <= 2 * TIMEOUT_MS)

    def test_that_drips_into_a_long_frame_ends_as_well(self):
        line = ScriptedLine(
            lambda request: [(9 + i * 45, b"\x07\x04"[i & 1 :][:1]) for i in range(250)]
        )
        bus = bus_on(line)
        self.assertEqual(run(ask(bus, registers=125)), "short")
        self.assertTrue(line.ms <= TIMEOUT_MS + 10 * (8 + 255) + 100)

    def test_is_over_when_it_is_over(self):
        line = ScriptedLine(lambda request: [(9, GOOD)])
        line.arriving = [(i * 10, b"\x55") for i in range(60)]
        bus = bus_on(line)
        self.assertEqual(run(ask(bus)), VALUE)
        self.assertTrue(600 <= line.sent_ms[0] <= 700)

    def test_does_not_keep_the_other_tasks_from_running(self):
        line = self.flood(1)
        bus = bus_on(line)
        turns = []

        async def main():
            async def other():
                while True:
                    turns.append(line.ms)
                    await asyncio.sleep(0)

            task = asyncio.create_task(other())
            await ask(bus)
            task.cancel()

        run(main())
        self.assertTrue(len(turns) > 500)
