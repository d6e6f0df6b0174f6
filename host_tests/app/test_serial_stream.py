"""A stream through a gateway: a break opens it, what is stale is thrown away, bytes are passed."""

import asyncio
import unittest

from wattseal.drivers.serial_stream import open_serial


class Line:
    """contracts.Uplink; `arriving` is what comes in, a piece a read; "" is a silence."""

    def __init__(self, *arriving):
        self.arriving = list(arriving)
        self.sent = []
        self.waits_ms = []

    async def write(self, data):
        self.sent.append(bytes(data))

    async def read_into(self, buffer, timeout_ms):
        self.waits_ms.append(timeout_ms)
        await asyncio.sleep(0)
        piece = self.arriving.pop(0) if self.arriving else b""
        buffer[: len(piece)] = piece
        return len(piece)

    async def send_break(self):
        self.sent.append("break")


def play(scenario):
    return asyncio.run(asyncio.wait_for(scenario, 5))


class TestSerialStream(unittest.TestCase):
    def test_a_break_opens_it_and_stale_bytes_are_gone(self):
        async def scenario():
            line = Line(b"rest of ", b"a packet", b"", b"\x20\x02\x00\x00")
            stream = await open_serial(line)
            buffer = memoryview(bytearray(16))
            count = await stream.read_into(buffer)
            return line.sent, bytes(buffer[:count])

        self.assertEqual(play(scenario()), (["break"], b"\x20\x02\x00\x00"))

    def test_a_line_that_babbles_does_not_keep_it_closed(self):
        async def scenario():
            line = Line(*[bytes(64)] * 1000)
            await open_serial(line)
            return 1000 - len(line.arriving)

        self.assertEqual(play(scenario()), 64)

    def test_waits_through_silences(self):
        async def scenario():
            line = Line(b"", b"", b"", b"x")
            stream = await open_serial(line)
            return await stream.read_into(memoryview(bytearray(4)))

        self.assertEqual(play(scenario()), 1)

    def test_writes_what_it_is_given(self):
        async def scenario():
            line = Line()
            stream = await open_serial(line)
            await stream.write(memoryview(b"packet"))
            stream.close()
            return line.sent

        self.assertEqual(play(scenario()), ["break", b"packet"])
