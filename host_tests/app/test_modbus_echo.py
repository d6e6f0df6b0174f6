"""A transceiver that hears itself: the echo is dropped, in any pieces, and confirms nothing."""

import unittest

from scripted_line import (
    GOOD,
    VALUE,
    ScriptedLine,
    ask,
    bus_on,
    counted,
    frame,
    outcome,
    reply,
    run,
)

from wattseal.drivers.modbus_request import write_many, write_one


class TestEcho(unittest.TestCase):
    def test_in_any_pieces(self):
        for cuts in ((8,), (3, 8), (7, 8), (1, 7, 8, 12), (), (9,), (12,)):

            def answer(request, cuts=cuts):
                data = request + GOOD
                edges = (0,) + cuts + (len(data),)
                return [(2 + i, data[a:b]) for i, (a, b) in enumerate(zip(edges, edges[1:]))]

            bus = bus_on(ScriptedLine(answer))
            self.assertEqual(run(ask(bus)), VALUE, cuts)
            self.assertEqual(counted(bus), {"ok": 1, "echo": 1})

    def test_of_a_request_that_is_longer_than_the_reply(self):
        value = reply(7, 4, 1, 2)
        line = ScriptedLine(
            lambda request: [(i, request[i : i + 1]) for i in range(8)] + [(30, value)]
        )
        self.assertEqual(run(ask(bus_on(line), registers=1)), VALUE[:2])
        line = ScriptedLine(
            lambda request: [(1, request[:8]), (2, request[8:]), (30, frame(7, 16, 0, 9, 0, 2))]
        )
        self.assertEqual(run(outcome(write_many(bus_on(line), 7, 9, b"abcd", 500))), None)

    def test_of_the_longest_frames(self):
        """The buffer holds one frame: an echo is dropped before more than that is here."""
        written = frame(7, 16, 0, 9, 0, 123)
        value = reply(7, 4, *range(250))
        for size in (1, 7, 100, 600):

            def answer(request, size=size):
                data = request + (written if request[1] == 16 else value)
                starts = range(0, len(data), size)
                return [(2 + n, data[i : i + size]) for n, i in enumerate(starts)]

            bus = bus_on(ScriptedLine(answer))
            self.assertEqual(run(outcome(write_many(bus, 7, 9, bytes(246), 500))), None)
            self.assertEqual(run(ask(bus, registers=125)), bytes(range(250)))

    def test_alone_is_silence(self):
        line = ScriptedLine(lambda request: [(1, request)])
        bus = bus_on(line)
        self.assertEqual(run(ask(bus)), "timeout")
        self.assertEqual(counted(bus), {"timeout": 1, "echo": 1})

    def test_for_ever_is_no_answer(self):
        line = ScriptedLine(lambda request: [(1 + i, request) for i in range(200)])
        bus = bus_on(line)
        self.assertEqual(run(ask(bus)), "wrong_length")
        self.assertEqual(bus.counters["echo"], 1)

    def test_of_a_write_is_no_confirmation_on_a_line_known_to_echo(self):
        line = ScriptedLine(lambda request: [(1, request), (9, GOOD)])
        bus = bus_on(line)
        self.assertEqual(run(ask(bus)), VALUE)
        line.answer = lambda request: [(1, request)]
        self.assertEqual(run(outcome(write_one(bus, 7, 1, 3, 500))), "timeout")
        line.answer = lambda request: [(1, request), (9, request)]
        self.assertEqual(run(outcome(write_one(bus, 7, 1, 3, 500))), None)

    def test_of_a_write_is_its_confirmation_elsewhere(self):
        line = ScriptedLine(lambda request: [(9, request)])
        self.assertEqual(run(outcome(write_one(bus_on(line), 7, 1, 3, 500))), None)
