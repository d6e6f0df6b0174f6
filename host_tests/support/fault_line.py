"""A serial line between two ptys that spoils the meter's replies as it is told; for tests only."""

import asyncio
import os

from tools.serial_line import SerialLine


class FaultLine(SerialLine):
    """`faults`: for each reply a function of (request, reply) that gives [(delay s, bytes), ...].

    `on_request(number)` is called before the n-th request goes on to the meter.
    """

    def __init__(self, faults, on_request):
        super().__init__()
        self._faults = list(faults)
        self._on_request = on_request
        self._requests = 0
        self._request = b""

    def _pump(self, source, target):
        data = os.read(source, 4096)
        if source == self._pairs[1][0]:  # from the device
            self._requests += 1
            self._request = data
            self._on_request(self._requests)
            os.write(target, data)
            return
        fault = self._faults[self._requests - 1]
        for delay_s, part in fault(self._request, data):
            asyncio.get_running_loop().call_later(delay_s, os.write, target, part)


def good(request, reply):
    return [(0, reply)]


def silence(request, reply):
    return []


def late(request, reply):
    """Behind the timeout of 300 ms and within the rest of 500 ms after it."""
    return [(0.55, reply)]


def damaged_and_late(request, reply):
    return [(0, b"\x00"), (0.2, reply)]


def slow(request, reply):
    return [(0.001 * i, reply[i : i + 10]) for i in range(0, len(reply), 10)]


def another_unit(request, reply):
    return [(0, bytes([reply[0] + 1]) + reply[1:])]


def bad_crc(request, reply):
    return [(0, reply[:-1] + bytes([reply[-1] ^ 0x80]))]


def half(request, reply):
    return [(0, reply[: len(reply) // 2])]


def noise_before(request, reply):
    return [(0, b"\x83\x00\xff" + reply)]


def noise_behind(request, reply):
    return [(0, reply + b"\x07")]


def echo(request, reply):
    return [(0, request + reply)]


def echo_in_pieces(request, reply):
    return [(0, request[:5]), (0.01, request[5:] + reply[:1]), (0.02, reply[1:])]


def twice(request, reply):
    return [(0, reply + reply)]


def babble(request, reply):
    return [(0.01 * i, b"\x07\x84\x00") for i in range(40)]
