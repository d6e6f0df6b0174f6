"""Wiring the time server: not on a board without a network; whom it asks for names."""

import unittest

from server_time import Link, SettableClock

from wattseal import timekeeping
from wattseal.core.settings import ConfigError, Section
from wattseal.core.sntp import SntpError


class Board:
    def __init__(self, uplink):
        self.uplink = uplink
        self.clock = SettableClock()
        self.link = Link()


def wire(board, host="192.0.2.7"):
    ntp = Section() if host else None
    if ntp:
        ntp.host, ntp.port = host, 123
    firmware = Section()
    firmware.board, firmware.checkpoints = board, Checkpoints()
    return timekeeping.wire(firmware, ntp, None, None, None)


class Checkpoints:
    def load(self, name):
        return b"\xff\xff\xff\xff"


def failure(coroutine):
    """Of a look-up that is refused before anything is waited for."""
    try:
        coroutine.send(None)
    except SntpError as fault:
        return fault.args[0]
    return ""


class TestTimekeeping(unittest.TestCase):
    def test_a_board_with_a_gateway_instead_of_a_network_says_so(self):
        with self.assertRaises(ConfigError):
            wire(Board(uplink=object()))

    def test_what_was_kept_is_the_clocks_floor(self):
        board = Board(None)
        wire(board)
        self.assertTrue(not board.clock.is_possible(((1 << 32) - 2) * 1000))
        self.assertTrue(board.clock.is_possible(((1 << 32) - 1) * 1000))

    def test_where_nobody_is_asked_what_was_kept_is_the_floor_all_the_same(self):
        board = Board(None)
        self.assertTrue(wire(board, "") is None)
        self.assertTrue(not board.clock.is_possible(((1 << 32) - 2) * 1000))

    def test_the_links_name_server_is_asked(self):
        def refuse():
            raise OSError(5, "it was asked")

        board = Board(None)
        self.assertTrue(wire(board, "time.invalid")._server._find is None)  # the system's
        board.link.name_server = refuse
        said = failure(wire(board, "time.invalid")._server.ask(0))
        self.assertTrue("it was asked" in said, said)
