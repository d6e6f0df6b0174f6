"""A driver of the emulated board is told a line in pieces, and the time that was spent."""

import pytest

from tools.emulator.driver import Answer, Driver


class Listener(Driver):
    """Notes what UART0 says, and how long the processor had been at work by then."""

    every_bytes = 16

    def __init__(self):
        self.heard = []

    def data(self, t_s, port, data):
        self.heard.append((t_s, self.busy_s, data))
        return Answer(stop="all of it" if data.endswith(b"!") else "")


CHATTER = b"""
import time
from machine import UART, Pin
uart = UART(0, baudrate=115200, tx=Pin(0), rx=Pin(1), txbuf=256)
uart.write(b"-" * 99 + b"!")
time.sleep(1)
"""


def test_a_line_that_is_never_silent_is_told_in_pieces_with_the_time_spent(board):
    listener = Listener()
    scenario = {"max_s": 5, "uart0": {"peer": "driver"}}
    outcome = board({"main.py": CHATTER}).run(scenario, listener)
    assert outcome.report["stopped"] == "all of it"
    assert [len(data) for _, _, data in listener.heard] == [16] * 6 + [4]
    (first_s, _, _), (second_s, _, _) = listener.heard[:2]
    assert second_s - first_s == pytest.approx(16 * 10 / 115200, rel=0.01)
    assert 0 < listener.heard[0][1] <= listener.heard[-1][1]
    assert listener.heard[-1][1] == pytest.approx(outcome.report["busy_s"], abs=1e-6)
