"""The Modbus master on hostile lines: one good answer or one named fault, in bounded time."""

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
    asks,
    bus_on,
    counted,
    frame,
    reply,
    run,
)

from wattseal.core import modbus

FAULTS = (
    # what is answered, the fault's reason
    ("silence", [], "timeout"),
    ("another unit", [(9, reply(8, 4, *VALUE))], "wrong_unit"),
    ("unit 0", [(9, reply(0, 4, *VALUE))], "wrong_unit"),
    ("another function", [(9, reply(7, 3, *VALUE))], "wrong_function"),
    ("one register too few", [(9, reply(7, 4, 1, 2))], "wrong_length"),
    ("one register too many", [(9, reply(7, 4, 1, 2, 3, 4, 5, 6))], "wrong_length"),
    ("a byte count that is not the frame's", [(9, frame(7, 4, 6, 1, 2, 3, 4))], "wrong_length"),
    ("byte count 255", [(9, frame(7, 4, 255, 1, 2, 3, 4))], "wrong_length"),
    ("byte count 0", [(9, frame(7, 4, 0))], "wrong_length"),
    ("a bad CRC", [(9, GOOD[:-1] + bytes([GOOD[-1] ^ 1]))], "bad_crc"),
    ("a flipped bit", [(9, GOOD[:4] + bytes([GOOD[4] ^ 16]) + GOOD[5:])], "bad_crc"),
    ("a CRC whose bytes are swapped", [(9, GOOD[:-2] + bytes([GOOD[-1], GOOD[-2]]))], "bad_crc"),
    ("one byte missing", [(9, GOOD[:-1])], "short"),
    ("half a frame, then silence", [(9, GOOD[:4])], "short"),
    ("one byte, then silence", [(9, GOOD[:1])], "short"),
    ("halves too far apart", [(9, GOOD[:4]), (200, GOOD[4:])], "short"),
    ("two frames at once", [(9, GOOD + GOOD)], "wrong_length"),
    ("another unit's frame before its own", [(9, reply(8, 4, *OTHER) + GOOD)], "wrong_length"),
    ("noise before", [(9, b"\x00" + GOOD)], "wrong_length"),
    ("noise behind", [(9, GOOD + b"\x01")], "wrong_length"),
    ("more behind than a glitch", [(9, GOOD + b"\xff\xff\xff")], "wrong_length"),
    ("another frame's begin behind", [(9, GOOD + b"\xff\x07")], "wrong_length"),
    ("noise with an exception's bit", [(9, b"\x07\x84\x55\x55\x55\x55\x55\x55")], "wrong_length"),
    ("noise as long as an exception", [(9, b"\x07\x84\x02\x00\x00")], "bad_crc"),
    ("an exception of another function", [(9, frame(7, 0x83, 2))], "wrong_function"),
    ("an exception of another unit", [(9, frame(8, 0x84, 2))], "wrong_unit"),
    ("an exception that is too long", [(9, frame(7, 0x84, 2, 2))], "wrong_length"),
    ("more than the buffer holds", [(9, b"\x55" * 2000)], "wrong_length"),
    ("a frame that never ends", [(9 + i, b"\x07\x04"[i & 1 :][:1]) for i in range(99)],
     "bad_crc"),
    ("zeros", [(9, bytes(9))], "bad_crc"),
)  # fmt: skip


class TestFaults(unittest.TestCase):
    def test_a_glitch_of_the_transceiver_behind_a_good_frame_costs_nothing(self):
        for behind in (b"\x00", b"\xff", b"\x00\xff", b"\xff\xff"):
            got, bus, _ = asked([(9, GOOD + behind)], [(9, GOOD)])
            self.assertEqual(got, [VALUE, VALUE], behind)
            self.assertEqual((bus.counters["ok"], bus.counters["stray"]), (2, len(behind)))
        got, _, _ = asked([(9, GOOD[:-1] + bytes([GOOD[-1] ^ 1]) + b"\xff")])
        self.assertEqual(got, ["wrong_length"])

    def test_a_refusal_with_a_glitch_behind_is_one(self):
        """It is shorter than what was awaited: all comes as one piece."""
        refusal = frame(7, 0x84, 2)
        for behind in (b"\x00", b"\xff", b"\x00\xff"):
            got, bus, _ = asked([(9, refusal + behind)])
            self.assertEqual(got, ["exception 2"], behind)
            self.assertEqual(bus.counters["stray"], len(behind))
        damaged = refusal[:-1] + bytes([refusal[-1] ^ 1])
        for noise in (refusal + b"\x01", refusal + b"\xff\xff\xff", damaged + b"\xff"):
            self.assertEqual(asked([(9, noise)])[0], ["wrong_length"], noise)

    def test_behind_a_glitch_the_line_must_be_silent_before_the_next_request(self):
        got, bus, _ = asked([(9, GOOD + b"\xff\xff"), (17, b"\xff")], [(9, GOOD)])
        self.assertEqual(got, [VALUE, VALUE])
        self.assertEqual(bus.counters["ok"], 2)

    def test_each_has_its_name_and_is_counted(self):
        for what, answer, reason in FAULTS:
            got, bus, _ = asked(answer)
            self.assertEqual(got, [reason], what)
            self.assertEqual(counted(bus), {reason: 1}, what)

    def test_the_next_request_is_answered_again_after_each(self):
        for what, answer, reason in FAULTS:
            got, bus, line = asked(answer, [(9, GOOD)])
            self.assertEqual(got, [reason, VALUE], what)
            self.assertEqual(bus.counters["ok"], 1, what)
            self.assertTrue(line.sent_ms[1] - line.sent_ms[0] >= TIMEOUT_MS, what)

    def test_exceptions_are_whole_frames_and_put_no_line_in_doubt(self):
        for code in (1, 2, 3, 4, 6, 10):
            got, bus, line = asked([(9, frame(7, 0x84, code))], [(9, GOOD)])
            self.assertEqual(got, ["exception %d" % code, VALUE])
            self.assertEqual(counted(bus), {"exception": 1, "ok": 1})
            self.assertTrue(line.sent_ms[1] - line.sent_ms[0] < 20)

    def test_a_reply_in_single_bytes_is_taken(self):
        got, bus, _ = asked([(9 + 40 * i, GOOD[i : i + 1]) for i in range(len(GOOD))])
        self.assertEqual(got, [VALUE])

    def test_waits_for_as_many_bytes_as_are_missing(self):
        """By how many are missing a line knows how long it may sleep."""
        line = answering([(9, GOOD[:4]), (20, GOOD[4:])])
        bus = bus_on(line)
        line.ms = 100  # the gap is over
        until_next, take = line.nap_ms, line.receive
        waits, looks = [], []

        def watched(missing, waited_ms):
            waits.append((missing, waited_ms))
            return until_next(missing, waited_ms)

        def looked(buffer, most):
            looks.append((line.ms, most))
            return take(buffer, most)

        line.nap_ms, line.receive = watched, looked
        self.assertEqual(run(ask(bus)), VALUE)
        self.assertEqual(waits[-2:], [(9, 0), (5, 0)])
        # the last one is at what may stand behind, and waits for nothing
        self.assertEqual(looks[-3:], [(109, 9), (120, 5), (120, 8)])

    def test_waits_no_longer_than_for_silence_or_the_timeout(self):
        cut = [(9, GOOD[:4])]
        for answer, nap_ms, waited_ms in (
            ([], 1, TIMEOUT_MS), ([], 300, TIMEOUT_MS), ([], 30000, TIMEOUT_MS), (cut, 1, 9 + 50),
            (cut, 40, 40 + 50),
        ):  # fmt: skip
            line = answering(answer)
            line.nap_ms = lambda missing, waited_ms, nap_ms=nap_ms: nap_ms
            run(ask(bus_on(line)))
            self.assertEqual(line.ms - line.sent_ms[0], waited_ms)

    def test_the_longest_reply_is_taken(self):
        line = answering([(9, reply(7, 4, *range(250)))])
        bus = bus_on(line)
        self.assertEqual(run(ask(bus, registers=125)), bytes(range(250)))

    def test_a_line_that_fails(self):
        for part in ("write_error", "read_error"):
            line = answering([(9, GOOD)], [(9, GOOD)])
            bus = bus_on(line)
            setattr(line, part, OSError(5))
            self.assertEqual(run(ask(bus)), "line")
            setattr(line, part, None)
            self.assertEqual(run(ask(bus)), VALUE)
            self.assertEqual((bus.counters["line"], bus.counters["ok"]), (1, 1))

    def test_a_line_that_fails_in_the_middle_of_a_reply(self):
        line = answering([(9, GOOD[:4])], [(9, GOOD)])
        bus = bus_on(line)
        whole_read = line.receive

        def failing(buffer, most):
            count = whole_read(buffer, most)
            line.read_error = OSError(5) if count else None
            return count

        line.receive = failing
        self.assertEqual(run(ask(bus)), "line")
        line.receive, line.read_error = whole_read, None
        self.assertEqual(run(ask(bus)), VALUE)


class TestVerdicts(unittest.TestCase):
    def test_every_verdict_has_a_counter(self):
        bus = bus_on(ScriptedLine())
        for name in modbus.VERDICTS + ("timeout", "line", "echo", "stray", "babble"):
            self.assertEqual(bus.counters[name], 0)


class TestSharedLine(unittest.TestCase):
    def test_the_others_are_read_while_one_is_absent(self):
        line = ScriptedLine(
            lambda request: [] if request[0] == 2 else [(40, reply(request[0], 4, *VALUE))]
        )
        bus = bus_on(line)

        async def main():
            return await asks(bus, [1, 2, 3] * 5)

        self.assertEqual(run(main()), [VALUE, "timeout", VALUE] * 5)
        self.assertEqual(counted(bus), {"ok": 10, "timeout": 5})
        # a cycle costs the absent meter's timeout and the rest after it, no more
        self.assertTrue(line.ms <= 5 * (TIMEOUT_MS + LATENCY_MS + 200))

    def test_two_askers_at_once_get_their_own_answers(self):
        line = ScriptedLine(lambda request: [(9, reply(request[0], 4, request[0], 0, 0, 0))])
        bus = bus_on(line)

        async def main():
            return await asyncio.gather(*[ask(bus, unit) for unit in (1, 2, 3, 4)])

        self.assertEqual([got[0] for got in run(main())], [1, 2, 3, 4])

    def test_there_is_a_pause_between_two_frames(self):
        line = ScriptedLine(lambda request: [(9, GOOD)])
        for options, pause_ms in (({}, 2), ({"gap_ms": 32}, 32)):
            bus = bus_on(line, **options)
            run(ask(bus))
            heard_ms = line.ms
            run(ask(bus))
            self.assertEqual(line.sent_ms[-1] - heard_ms, pause_ms)
            line.ms += 100
            before_ms = line.ms
            run(ask(bus))
            self.assertEqual(line.sent_ms[-1], before_ms)

    def test_a_pause_as_short_as_at_9600_baud_gives_no_way(self):
        """The first request is out before `begin_read` returns, so that nobody comes between."""
        for gap_ms, holds in ((2, True), (5, True), (9, False)):
            line = ScriptedLine(lambda request: [(9, GOOD)])
            bus = bus_on(line, gap_ms=gap_ms)
            run(ask(bus))
            heard_ms = line.ms
            bus.begin_read(7, 4, 72, 2, LATENCY_MS)
            self.assertEqual(
                (len(line.sent), line.ms - heard_ms), (2, gap_ms) if holds else (1, 0)
            )
            bus.cancel()
