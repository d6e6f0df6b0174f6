"""What a request allocates: nothing but its coroutines, and always as much.

With the heap locked: everything between two awaits, which is the request, its frame and CRC, the
rest before it, the reply, an echo before it, its check, and the decoding of registers whose value
is a small integer. Larger values are objects on a 32-bit board, whoever computes them.
"""

import asyncio
import gc
import sys
import time
import unittest

import micropython
from fakes import FakeClock
from scripted_line import ScriptedLine, bus_on, reply

from wattseal.core import modbus, modbus_rtu, modbus_tcp, registers
from wattseal.core.models import MODELS
from wattseal.drivers import modbus_bus
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_doubt import Doubt
from wattseal.drivers.modbus_meter import ModbusMeter
from wattseal.drivers.modbus_patience import Patience
from wattseal.drivers.modbus_reply import FRAME_BYTES, Prefixes, Reply

ON_MICROPYTHON = sys.implementation.name == "micropython"
SMALL = sys.maxsize < 1 << 32
FRAMES_MOST_BYTES = 304 if SMALL else 608  # three coroutines: read, _ask, _receive
SERIAL_READS = 3  # before the request, the reply, and what may stand behind it


def locked(call):
    """The call's result, made with the heap locked. MemoryError when it allocates."""
    micropython.heap_lock()
    try:
        return call()
    finally:
        micropython.heap_unlock()


class Sides:
    """The buffers of a bus, and what its other end answers."""

    def __init__(self):
        self.request = bytearray(FRAME_BYTES)
        self.sending = Prefixes(memoryview(self.request))
        self.reply = Reply(modbus_rtu, self.request)
        self.doubt = Doubt()
        self.patience = Patience(500)
        self.answer = reply(7, 4, *range(160))
        self.whole = len(self.answer)

    def exchange(self):
        """As ModbusBus does it, without the awaits."""
        reply = self.reply
        pdu_bytes = modbus.put_read(self.request, modbus_rtu.AT, 4, 72, 80)
        size = modbus_rtu.seal(self.request, 7, pdu_bytes)
        self.sending.of(size)
        timeout_ms = self.patience.timeout_ms()
        self.doubt.left_ms(7, 100, 100)
        self.doubt.settle(7, 2000)
        reply.begin(size)
        room = reply.room()
        for i in range(self.whole):
            room[i] = self.answer[i]
        reply.take(self.whole)
        missing = reply.missing()
        verdict = modbus_rtu.check(self.request, reply.buffer, reply.count)
        self.patience.answered(40)
        self.doubt.arise(7, 1234, timeout_ms, 500)
        return -1 if missing or reply.registers(80)[159] != 159 else verdict

    def drop_echo(self):
        """The request comes back, and the first bytes of the reply with it."""
        self.reply.begin(8)
        for i in range(8):
            self.reply.buffer[i] = self.request[i]
        for i in range(3):
            self.reply.buffer[8 + i] = self.answer[i]
        self.reply.take(11)
        return self.reply.count


class TestBetweenTheAwaits(unittest.TestCase):
    def test_a_read_allocates_nothing(self):
        sides = Sides()
        self.assertEqual(sides.exchange(), modbus.OK)  # makes the views
        for _ in range(20):
            self.assertEqual(locked(sides.exchange), modbus.OK)

    def test_nor_does_an_echo(self):
        sides = Sides()
        sides.exchange()
        for _ in range(3):
            self.assertEqual(locked(sides.drop_echo), 3)
        self.assertEqual(sides.reply.echoes, 3)

    def test_a_view_is_made_once_for_each_length(self):
        views = Prefixes(memoryview(bytearray(20)))
        for count in (5, 9, 5, 0, 9):
            self.assertEqual(len(views.of(count)), count)
            self.assertTrue(views.of(count) is views.of(count))

    def test_nor_does_a_frame_of_modbus_tcp(self):
        request = bytearray(FRAME_BYTES)
        reply = Reply(modbus_tcp, request)
        size = modbus_tcp.seal(request, 7, modbus.put_read(request, 7, 4, 72, 2))
        answer = bytes(request[:4]) + b"\x00\x07\x07\x04\x04\x01\x02\x03\x04"

        def exchange():
            reply.begin(size)
            while reply.missing():
                room = reply.room()
                for i in range(len(room)):
                    room[i] = answer[reply.count + i]
                reply.take(len(room))
            return modbus_tcp.check(request, reply.buffer, reply.count)

        reply.begin(size)
        exchange()  # makes the views
        whole = len(answer)
        self.assertEqual(reply.count, whole)
        check = modbus_tcp.check
        self.assertEqual(locked(lambda: check(request, reply.buffer, whole)), modbus.OK)
        self.assertEqual(locked(reply.missing), 0)

    def test_registers_of_small_values_are_decoded_without(self):
        data = b"\x00\x00\x30\x39\x42\xf6\xe9\x79"
        decode = registers.decode
        for kind, at, order, expected in (
            ("u16", 2, "ABCD", 1234500), ("i16", 2, "ABCD", 1234500),
            ("u32", 0, "ABCD", 1234500), ("i32", 0, "ABCD", 1234500),
            ("u32", 0, "BADC", None), ("f32", 4, "ABCD", 12346),
        ):  # fmt: skip
            if SMALL and expected in (None, 12346):
                continue  # a float's fraction times its factor is no small integer there
            value = locked(lambda k=kind, a=at, o=order: decode(data, a, k, o, 100))
            if expected is not None:
                self.assertEqual(value, expected)

    def test_a_meters_power_and_energy_as_well(self):
        meter = ModbusMeter(bus_on(ScriptedLine()), 1, MODELS["em340"], FakeClock())
        power = memoryview(b"\x30\x39\x00\x00")
        energy = memoryview(b"\x00\x2a\x00\x00\x00\x07\x00\x00")
        power_w, energy_mwh = meter._power_w, meter._energy_mwh
        self.assertEqual(locked(lambda: power_w(power, 0x28)), 1235)
        self.assertEqual(locked(lambda: energy_mwh(energy, 0x400)), 42007000)


class Serial:
    """Answers at once; a look at what may stand behind finds nothing."""

    def __init__(self, answer):
        self.answer = answer
        self.given = len(answer)

    async def write(self, data):
        self.given = 0

    async def read_into(self, buffer, timeout_ms):
        count = min(len(buffer), len(self.answer) - self.given) if timeout_ms >= 50 else 0
        for i in range(count):
            buffer[i] = self.answer[self.given + i]
        self.given += count
        return count


async def allocated_by(make):
    """Bytes that awaiting what `make` makes allocates."""
    gc.collect()
    gc.disable()
    before = gc.mem_alloc()
    await make()
    bytes_used = gc.mem_alloc() - before
    gc.enable()
    return bytes_used


@unittest.skipUnless(ON_MICROPYTHON, "CPython has no gc.mem_alloc")
class TestAwaits(unittest.TestCase):
    def test_every_read_allocates_the_same_and_no_more_than_its_coroutines(self):
        modbus_bus.time = time
        serial = Serial(reply(7, 4, *range(160)))
        bus = ModbusBus(serial)

        async def main():
            await bus.read(7, 4, 0, 80, 500)  # makes the views
            used = set()
            for _ in range(50):
                used.add(await allocated_by(lambda: bus.read(7, 4, 0, 80, 500)))
            lines_own = await allocated_by(lambda: serial.write(b""))
            lines_own += SERIAL_READS * await allocated_by(lambda: serial.read_into(b"", 0))
            return used, lines_own

        used, lines_own = asyncio.run(main())
        self.assertEqual(len(used), 1)
        own_bytes = used.pop() - lines_own
        self.assertTrue(0 < own_bytes <= FRAMES_MOST_BYTES, own_bytes)
        print("a read allocates", own_bytes, "bytes, its line", lines_own)
