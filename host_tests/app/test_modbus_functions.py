"""Writes, identification and Modbus TCP: the same master, the same care."""

import unittest

from scripted_line import (
    GOOD,
    OTHER,
    TIMEOUT_MS,
    VALUE,
    ScriptedLine,
    answering,
    ask,
    bus_on,
    frame,
    outcome,
    run,
)

from wattseal.core import modbus_tcp
from wattseal.drivers.modbus_request import identify, write_many, write_one


class TestOtherFunctions(unittest.TestCase):
    def test_writes_are_confirmed_or_faults(self):
        for answer, got in (
            (frame(7, 16, 0, 9, 0, 2), None),
            (frame(7, 16, 0, 9, 0, 1), "wrong_echo"),
            (frame(7, 16, 0, 8, 0, 2), "wrong_echo"),
            (frame(7, 0x90, 4), "exception 4"),
            (frame(8, 16, 0, 9, 0, 2), "wrong_unit"),
        ):
            line = answering([(9, answer)])
            bus = bus_on(line)
            self.assertEqual(run(outcome(write_many(bus, 7, 9, b"abcd", 500))), got)
            self.assertEqual(line.sent[0], frame(7, 16, 0, 9, 0, 2, 4, *b"abcd"))
        self.assertEqual(run(outcome(write_one(bus_on(answering([])), 7, 9, 1, 500))), "timeout")

    def test_a_late_reply_to_a_write_does_not_answer_a_read(self):
        line = answering([(1200, frame(7, 6, 0, 9, 0, 1))], [(9, GOOD)])
        bus = bus_on(line)
        self.assertEqual(run(outcome(write_one(bus, 7, 9, 1, 500))), "timeout")
        self.assertEqual(run(ask(bus)), VALUE)

    def test_identifies_in_as_many_parts_as_it_takes(self):
        line = answering(
            [(9, frame(7, 43, 14, 1, 1, 0xFF, 1, 1, 0, 2, *b"AB"))],
            [(9, frame(7, 43, 14, 1, 1, 0, 0, 2, 1, 1, *b"C", 2, 0))],
        )
        bus = bus_on(line)
        self.assertEqual(run(outcome(identify(bus, 7, 500))), {0: b"AB", 1: b"C", 2: b""})
        self.assertEqual(line.sent, [frame(7, 43, 14, 1, 0), frame(7, 43, 14, 1, 1)])

    def test_an_identification_that_never_ends_is_ended(self):
        line = ScriptedLine(lambda request: [(9, frame(7, 43, 14, 1, 1, 0xFF, 1, 1, 1, 1, 65))])
        self.assertEqual(run(outcome(identify(bus_on(line), 7, 500))), {1: b"A"})
        self.assertEqual(len(line.sent), 2)

    def test_nor_does_one_that_has_ever_more_to_tell(self):
        def more(request):
            at = request[4]
            return [(9, frame(7, 43, 14, 1, 1, 0xFF, at + 1, 1, at, 1, 65))]

        line = ScriptedLine(more)
        told = run(outcome(identify(bus_on(line), 7, 500)))
        self.assertEqual((len(told), len(line.sent)), (4, 4))

    def test_an_identification_cut_or_wild_is_a_fault(self):
        whole = frame(7, 43, 14, 1, 1, 0, 0, 1, 0, 3, *b"ABB")
        for answer, got in (
            (whole[:-1], "short"),
            (whole[:6], "short"),
            (frame(7, 43, 14, 1, 1, 0, 0, 255, 0, 255, *b"ABB"), "wrong_length"),
            (frame(7, 43, 14, 1, 1, 0, 0, 1, 0, 2, *b"ABB"), "wrong_length"),
        ):
            self.assertEqual(run(outcome(identify(bus_on(answering([(9, answer)])), 7, 500))), got)


class TestTcp(unittest.TestCase):
    def answer(self, request, *data, unit=7):
        return request[:4] + bytes([0, len(data) + 1, unit]) + bytes(data)

    def test_reads_and_writes(self):
        line = ScriptedLine(lambda request: [(9, self.answer(request, 4, 4, *VALUE))])
        bus = bus_on(line, framing=modbus_tcp)
        self.assertEqual([run(ask(bus)), run(ask(bus))], [VALUE, VALUE])
        self.assertEqual([sent[:2] for sent in line.sent], [b"\x00\x01", b"\x00\x02"])
        line.answer = lambda request: [(9, self.answer(request, 6, 0, 1, 0, 3))]
        self.assertEqual(run(outcome(write_one(bus, 7, 1, 3, 500))), None)
        line.answer = lambda request: [(9, self.answer(request, 0x84, 2))]
        self.assertEqual(run(ask(bus)), "exception 2")

    def test_what_a_header_tells_of_is_looked_for_at_once(self):
        line = ScriptedLine(lambda request: [(9, self.answer(request, 4, 4, *VALUE))])
        bus = bus_on(line, framing=modbus_tcp)
        line.nap_ms = lambda missing, waited_ms: 1
        self.assertEqual(run(ask(bus)), VALUE)
        self.assertEqual(line.ms - line.sent_ms[0], 9)

    def test_a_late_reply_is_told_by_its_number_and_passed_over(self):
        line = ScriptedLine()
        bus = bus_on(line, framing=modbus_tcp)
        self.assertEqual(run(ask(bus)), "timeout")
        old = self.answer(line.sent[0], 4, 4, *OTHER)
        line.answer = lambda request: [(9, old)]
        self.assertEqual(run(ask(bus)), "timeout")
        self.assertEqual(bus.counters["late"], 1)
        for after_ms in (10, 40, 900):
            line.answer = lambda request, ms=after_ms: [
                (9, old), (ms, self.answer(request, 4, 4, *VALUE))
            ]  # fmt: skip
            self.assertEqual(run(ask(bus)), VALUE)
        self.assertEqual(bus.counters["late"], 4)

    def test_late_replies_for_ever_end_as_silence_does(self):
        line = ScriptedLine()
        bus = bus_on(line, framing=modbus_tcp)
        run(ask(bus))
        old = self.answer(line.sent[0], 4, 4, *OTHER)
        line.answer = lambda request: [(9 * i, old) for i in range(200)]
        before_ms = line.ms
        self.assertEqual(run(ask(bus)), "timeout")
        self.assertTrue(line.ms - before_ms <= TIMEOUT_MS + 100)

    def test_a_silent_unit_keeps_the_line_from_no_other(self):
        """No quarantine: what comes late has a number."""
        line = ScriptedLine()
        bus = bus_on(line, framing=modbus_tcp)
        run(ask(bus))
        line.answer = lambda request: [(9, self.answer(request, 4, 4, *VALUE))]
        before_ms = line.ms
        self.assertEqual(run(ask(bus)), VALUE)
        self.assertTrue(line.ms - before_ms <= 9 + 50)

    def test_faults(self):
        for make, reason in (
            (lambda r: self.answer(r, 4, 4, *VALUE, unit=8), "wrong_unit"),
            (lambda r: self.answer(r, 4, 2, 1, 2), "wrong_length"),
            (lambda r: self.answer(r, 4, 4, *VALUE)[:-1], "short"),
            (lambda r: self.answer(r, 4, 4, *VALUE) * 2, VALUE),  # the second is the next's stray
            (lambda r: r, "timeout"),  # a gateway whose line echoes
            (lambda r: bytes(600), "wrong_length"),
        ):
            line = ScriptedLine(lambda request, make=make: [(9, make(request))])
            self.assertEqual(run(ask(bus_on(line, framing=modbus_tcp))), reason)
