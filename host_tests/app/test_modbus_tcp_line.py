"""A connection to a Modbus server: opened when needed, given up in time, left alone when down."""

import time
import unittest

from scripted_line import ScriptedLine

from wattseal.drivers import modbus_tcp_line
from wattseal.drivers.modbus_tcp_line import TcpLine

BUFFER = memoryview(bytearray(260))


class Socket:
    """One that waits for nothing. `answers`: what each look gives, b"" for the end; then nothing.

    `room`: how many bytes a write takes.
    """

    def __init__(self, answers=(), room=260):
        self.answers = list(answers)
        self.room = room
        self.sent = []
        self.closed = False

    def write(self, data):
        taken = min(len(data), self.room)
        if not taken:
            return None
        self.sent.append(bytes(data[:taken]))
        return taken

    def readinto(self, buffer, most):
        if not self.answers:
            return None
        answer = self.answers.pop(0)
        if isinstance(answer, OSError):
            raise answer
        assert len(answer) <= most
        buffer[: len(answer)] = answer
        return len(answer)

    def close(self):
        self.closed = True


class Opening:
    """A connection on its way: there after `looks` more, or refused."""

    def __init__(self, sock, looks=0, refused=False):
        self.sock = sock
        self.looks = looks
        self.refused = refused

    def ready(self):
        self.looks -= 1
        if self.refused and self.looks < 0:
            raise OSError(111)
        return self.looks < 0


class Server:
    """Gives out `sockets`; None is one that cannot even be begun. An Opening is given as it is."""

    def __init__(self, *sockets):
        self.sockets = list(sockets)
        self.opened = 0

    def open(self):
        self.opened += 1
        sock = self.sockets.pop(0) if self.sockets else None
        if sock is None:
            raise OSError(111)
        return sock if isinstance(sock, Opening) else Opening(sock)


class TestTcpLine(unittest.TestCase):
    def setUp(self):
        self.clock = modbus_tcp_line.time = ScriptedLine()  # stands in for its time

    def tearDown(self):
        modbus_tcp_line.time = time

    def line(self, *sockets):
        server = Server(*sockets)
        return TcpLine(server.open), server

    def send(self, line, data):
        wait_ms = line.send(data)
        while True:
            self.clock.ms += wait_ms
            wait_ms = line.sending()
            if not wait_ms:
                return

    def fault(self, call, *arguments):
        """Whether it ends in an OSError."""
        try:
            call(*arguments)
        except OSError:
            return True
        return False

    def test_is_opened_once_by_the_first_request(self):
        sock = Socket([b"abc"])
        line, server = self.line(sock)
        self.assertEqual(line.receive(BUFFER, 260), 0)
        self.assertEqual(server.opened, 0)
        self.send(line, b"1")
        self.assertEqual(line.receive(BUFFER, 260), 3)
        self.send(line, b"2")
        self.assertEqual((server.opened, sock.sent, bytes(BUFFER[:3])), (1, [b"1", b"2"], b"abc"))
        self.assertEqual(line.receive(BUFFER, 260), 0)

    def test_what_finds_no_room_at_once_follows(self):
        sock = Socket(room=2)
        line, _ = self.line(sock)
        self.send(line, b"12345")
        self.assertEqual(sock.sent, [b"12", b"34", b"5"])

    def test_an_end_between_two_requests_is_made_good_by_the_next(self):
        for end in (b"", OSError(104)):
            first, second = Socket([b"x", end]), Socket([b"y"])
            line, server = self.line(first, second)
            self.send(line, b"1")
            self.assertEqual(line.receive(BUFFER, 260), 1)
            self.assertEqual(line.receive(BUFFER, 260), 0)
            self.assertTrue(first.closed)
            self.send(line, b"2")
            self.assertEqual((server.opened, second.sent), (2, [b"2"]))

    def test_an_end_in_the_answers_place_is_a_fault_at_once(self):
        for end in (b"", OSError(104)):
            sock = Socket([end])
            line, _ = self.line(sock)
            self.send(line, b"1")
            self.assertTrue(self.fault(line.receive, BUFFER, 260))
            self.assertTrue(sock.closed)

    def test_a_server_that_is_down_is_left_alone_ever_longer(self):
        line, server = self.line()
        tries_s = []
        for second in range(60):
            self.clock.ms = second * 1000
            opened = server.opened
            self.assertTrue(self.fault(self.send, line, b"1"))
            if server.opened > opened:
                tries_s.append(second)
        self.assertEqual(tries_s, [0, 1, 3, 7, 15, 23, 31, 39, 47, 55])
        server.sockets = [Socket([b"x", b""])]
        self.clock.ms = 63000
        self.send(line, b"1")  # and is found when it is back
        line.receive(BUFFER, 260)
        line.receive(BUFFER, 260)
        self.assertTrue(self.fault(self.send, line, b"1"))
        self.clock.ms += 1000
        server.sockets = [Socket()]
        self.assertFalse(self.fault(self.send, line, b"1"))

    def test_so_is_one_that_refuses_a_connection_later(self):
        sock = Socket()
        line, server = self.line(Opening(sock, looks=3, refused=True), Socket())
        self.assertTrue(self.fault(self.send, line, b"1"))
        self.assertTrue(sock.closed)
        self.assertTrue(self.fault(self.send, line, b"1"))
        self.assertEqual(server.opened, 1)
        self.clock.ms += 1000
        self.send(line, b"1")

    def test_ticks_that_come_round_do_not_keep_it_closed(self):
        for jump_ms in (1 << 28, (1 << 29) + 5, (1 << 30) - 500, 1 << 30):
            line, server = self.line(None, Socket())
            self.assertTrue(self.fault(self.send, line, b"1"))
            self.clock.ms += jump_ms
            if self.fault(self.send, line, b"1"):
                self.clock.ms += 1000
                self.send(line, b"1")

    def test_one_that_says_nothing_any_more_is_opened_anew(self):
        first, second = Socket(), Socket()
        line, server = self.line(first, second)
        for _ in range(3):
            self.send(line, b"1")
            self.assertEqual(line.receive(BUFFER, 260), 0)
        self.assertEqual((server.opened, first.closed), (1, False))
        self.send(line, b"2")
        self.assertEqual((server.opened, first.closed, second.sent), (2, True, [b"2"]))

    def test_opening_and_sending_end_in_time(self):
        for sock, most_ms in ((Opening(Socket(), looks=1 << 20), 1000), (Socket(room=0), 500)):
            line, _ = self.line(sock)
            start_ms = self.clock.ms
            self.assertTrue(self.fault(self.send, line, b"1"))
            self.assertTrue(most_ms <= self.clock.ms - start_ms <= most_ms + 10)
            self.assertTrue(sock.sock.closed if isinstance(sock, Opening) else sock.closed)

    def test_what_is_given_up_leaves_no_connection_behind(self):
        for sock in (Opening(Socket(), looks=9), Socket(room=1)):
            line, server = self.line(sock, Socket())
            line.send(b"12")
            line.sending()
            line.stop()
            self.assertTrue(sock.sock.closed if isinstance(sock, Opening) else sock.closed)
            self.send(line, b"3")  # at once: nobody has refused
            self.assertEqual(server.opened, 2)

    def test_looks_come_at_the_servers_own_pace(self):
        line, _ = self.line()
        waited_ms, looks = 0, 0
        while waited_ms < 1000:
            waited_ms += line.nap_ms(9, waited_ms)
            looks += 1
            self.assertTrue(line.nap_ms(9, waited_ms) <= max(1, min(waited_ms // 4, 20)))
        self.assertTrue(looks <= 80, looks)
