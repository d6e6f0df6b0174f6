"""A connection to a Modbus server: opened when needed, given up in time, left alone when down."""

import asyncio
import time
import unittest

from scripted_line import ScriptedLine

from wattseal.drivers import modbus_tcp_line
from wattseal.drivers.modbus_tcp_line import TcpLine

BUFFER = memoryview(bytearray(260))


class Stream:
    """A TcpStream. `answers`: what each read gives, b"" for the end; then it waits for ever."""

    def __init__(self, answers=(), hangs=False):
        self.answers = list(answers)
        self.hangs = hangs
        self.sent = []
        self.closed = False

    async def write(self, data):
        if self.hangs:
            await asyncio.sleep(60)
        self.sent.append(bytes(data))

    async def read_into(self, view):
        while not self.answers:
            await asyncio.sleep(60)
        answer = self.answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        view[: len(answer)] = answer
        return len(answer)

    def close(self):
        self.closed = True


class Server:
    """Gives out `streams`; None is a refused connection."""

    def __init__(self, *streams):
        self.streams = list(streams)
        self.opened = 0

    async def open(self):
        self.opened += 1
        stream = self.streams.pop(0) if self.streams else None
        if stream is None:
            raise OSError(111)
        if stream == "silence":
            await asyncio.sleep(60)
        return stream


def fault(coroutine):
    """Whether it ends in an OSError."""
    try:
        asyncio.run(coroutine)
    except OSError:
        return True
    return False


class TestTcpLine(unittest.TestCase):
    def setUp(self):
        self.clock = modbus_tcp_line.time = ScriptedLine()  # stands in for its time

    def tearDown(self):
        modbus_tcp_line.time = time

    def line(self, *streams):
        server = Server(*streams)
        return TcpLine(server.open), server

    def test_is_opened_once_by_the_first_request(self):
        stream = Stream([b"abc"])
        line, server = self.line(stream)
        self.assertEqual(asyncio.run(line.read_into(BUFFER, 1)), 0)
        self.assertEqual(server.opened, 0)
        asyncio.run(line.write(b"1"))
        self.assertEqual(asyncio.run(line.read_into(BUFFER, 1000)), 3)
        asyncio.run(line.write(b"2"))
        self.assertEqual(
            (server.opened, stream.sent, bytes(BUFFER[:3])), (1, [b"1", b"2"], b"abc")
        )
        self.assertEqual(asyncio.run(line.read_into(BUFFER, 0)), 0)

    def test_an_end_between_two_requests_is_made_good_by_the_next(self):
        for end in (b"", OSError(104)):
            first, second = Stream([b"x", end]), Stream([b"y"])
            line, server = self.line(first, second)
            asyncio.run(line.write(b"1"))
            self.assertEqual(asyncio.run(line.read_into(BUFFER, 1000)), 1)
            self.assertEqual(asyncio.run(line.read_into(BUFFER, 1000)), 0)
            self.assertTrue(first.closed)
            asyncio.run(line.write(b"2"))
            self.assertEqual((server.opened, second.sent), (2, [b"2"]))

    def test_an_end_in_the_answers_place_is_a_fault_at_once(self):
        for end in (b"", OSError(104)):
            stream = Stream([end])
            line, _ = self.line(stream)
            asyncio.run(line.write(b"1"))
            self.assertTrue(fault(line.read_into(BUFFER, 60000)))
            self.assertTrue(stream.closed)

    def test_a_server_that_is_down_is_left_alone_ever_longer(self):
        line, server = self.line()
        tries_s = []
        for second in range(60):
            self.clock.ms = second * 1000
            opened = server.opened
            self.assertTrue(fault(line.write(b"1")))
            if server.opened > opened:
                tries_s.append(second)
        self.assertEqual(tries_s, [0, 1, 3, 7, 15, 23, 31, 39, 47, 55])
        server.streams = [Stream([b"x", b""])]
        self.clock.ms = 63000
        asyncio.run(line.write(b"1"))  # and is found when it is back
        asyncio.run(line.read_into(BUFFER, 1000))
        asyncio.run(line.read_into(BUFFER, 1000))
        self.assertTrue(fault(line.write(b"1")))
        self.clock.ms += 1000
        server.streams = [Stream()]
        self.assertFalse(fault(line.write(b"1")))

    def test_ticks_that_come_round_do_not_keep_it_closed(self):
        for jump_ms in (1 << 28, (1 << 29) + 5, (1 << 30) - 500, 1 << 30):
            line, server = self.line(None, Stream())
            self.assertTrue(fault(line.write(b"1")))
            self.clock.ms += jump_ms
            if fault(line.write(b"1")):
                self.clock.ms += 1000
                asyncio.run(line.write(b"1"))

    def test_one_that_says_nothing_any_more_is_opened_anew(self):
        first, second = Stream(), Stream()
        line, server = self.line(first, second)
        for _ in range(3):
            asyncio.run(line.write(b"1"))
            self.assertEqual(asyncio.run(line.read_into(BUFFER, 1)), 0)
        self.assertEqual((server.opened, first.closed), (1, False))
        asyncio.run(line.write(b"2"))
        self.assertEqual((server.opened, first.closed, second.sent), (2, True, [b"2"]))

    def test_opening_and_sending_end_in_time(self):
        for streams in (["silence"], [Stream(hangs=True)]):
            line, server = self.line(*streams)
            start = time.time()
            self.assertTrue(fault(line.write(b"1")))
            self.assertTrue(time.time() - start <= 8)
            if isinstance(streams[0], Stream):
                self.assertTrue(streams[0].closed)
