"""What a request allocates: nothing. With the heap locked from its beginning to its registers.

That is the rest before it, its frame and CRC, sending, the reply in any pieces, an echo before it,
and its check; the decoding of registers whose value is a small integer as well. Larger values are
objects on a 32-bit board, whoever computes them. A meter's asker adds its own coroutine.
"""

import asyncio
import gc
import sys
import unittest

import micropython
from fakes import FakeClock
from scripted_line import ScriptedLine, bus_on, reply, use

from wattseal.core import modbus_rtu, modbus_tcp, registers
from wattseal.core.models import MODELS
from wattseal.drivers import modbus_meter
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_meter import ModbusMeter
from wattseal.drivers.modbus_patience import Patience
from wattseal.drivers.modbus_reply import Prefixes

ON_MICROPYTHON = sys.implementation.name == "micropython"
SMALL = sys.maxsize < 1 << 32
REGISTERS = 80
BODY = bytes([4, 2 * REGISTERS]) + bytes(range(2 * REGISTERS))
RTU = reply(7, 4, *range(2 * REGISTERS))
TCP = bytes(4) + bytes([0, len(BODY) + 1, 7]) + BODY
LOOKS = 3  # until there is more
SENDS = 2  # calls until a request is out


def locked(call):
    """The call's result, made with the heap locked. MemoryError when it allocates."""
    micropython.heap_lock()
    try:
        return call()
    finally:
        micropython.heap_unlock()


class Serial:
    """contracts.Serial and its own clock. `piece`: how many bytes come at once.

    The first bytes of what comes are the request's: all of it for an echo, else the first
    `repeated`, which are the number of a Modbus TCP frame.
    """

    def __init__(self, answer, piece, echoes=False, repeated=0):
        self.coming = bytearray((8 if echoes else 0) + len(answer))
        self.coming[-len(answer) :] = answer
        self.repeated = 8 if echoes else repeated
        self.piece = piece
        self.ms = self.sends = self.looks = 0
        self.given = len(self.coming)

    def ticks_ms(self):
        return self.ms

    def ticks_diff(self, end, start):
        return end - start

    def sleep_ms(self, ms):
        self.ms += ms

    def send(self, data):
        for i in range(self.repeated):
            self.coming[i] = data[i]
        self.given = self.sends = self.looks = 0
        return 1

    def sending(self):
        self.sends += 1
        return 0 if self.sends >= SENDS else 2

    def stop(self):
        pass

    def receive(self, buffer, most):
        self.looks += 1
        if self.looks % LOOKS:
            return 0
        count = min(most, self.piece, len(self.coming) - self.given)
        for i in range(count):
            buffer[i] = self.coming[self.given + i]
        self.given += count
        return count

    def nap_ms(self, missing, waited_ms):
        return 1


class TickingSerial(Serial):
    """Its clock goes on by a millisecond with each look at it, however busy the machine is."""

    def ticks_ms(self):
        self.ms += 1
        return self.ms


def request(bus, serial):
    """As an asker does it; waiting is letting the clock go on."""
    wait_ms = bus.begin_read(7, 4, 0, REGISTERS, 500)
    while wait_ms >= 0:
        serial.ms += wait_ms
        wait_ms = bus.step()
    return bus.registers(REGISTERS)


class TestRequests(unittest.TestCase):
    def check(self, serial, framing=modbus_rtu):
        use(serial)
        bus = ModbusBus(serial, framing=framing)
        request(bus, serial)  # makes the views
        for _ in range(20):
            data = locked(lambda: request(bus, serial))
            self.assertEqual(bytes(data), bytes(range(2 * REGISTERS)))
        self.assertEqual((bus.counters["ok"], bus.asking), (21, False))
        return bus

    def test_a_read_allocates_nothing(self):
        for piece in (len(RTU), 100, 7, 1):
            self.check(Serial(RTU, piece))

    def test_nor_does_one_with_an_echo_before_its_reply(self):
        for piece in (8 + len(RTU), 100, 11, 3):
            bus = self.check(Serial(RTU, piece, echoes=True))
            self.assertEqual(bus.counters["echo"], 21)

    def test_nor_does_one_over_modbus_tcp(self):
        for piece in (len(TCP), 100, 5):
            self.check(Serial(TCP, piece, repeated=2), modbus_tcp)

    def test_nor_does_one_that_has_to_rest_before(self):
        serial = Serial(RTU, 100)
        use(serial)
        bus = ModbusBus(serial, gap_ms=100)
        request(bus, serial)
        before_ms = serial.ms
        locked(lambda: request(bus, serial))
        self.assertTrue(serial.ms - before_ms >= 100)

    def test_nor_does_patience(self):
        patience = Patience(500)

        def judge():
            patience.answered(40)
            return patience.timeout_ms()

        self.assertEqual(locked(judge), 500)

    def test_a_view_is_made_once_for_each_length(self):
        views = Prefixes(memoryview(bytearray(20)))
        for count in (5, 9, 5, 0, 9):
            self.assertEqual(len(views.of(count)), count)
            self.assertTrue(views.of(count) is views.of(count))


class TestValues(unittest.TestCase):
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


class SmallClock(FakeClock):
    """Its times are small integers, so that noting one allocates nothing."""

    def now_ms(self):
        return 5

    utc_ms = now_ms


def allocated_by(call):
    """(bytes, result)"""
    before = gc.mem_alloc()
    result = call()
    return gc.mem_alloc() - before, result


@unittest.skipUnless(ON_MICROPYTHON, "CPython has no gc.mem_alloc")
class TestMeter(unittest.TestCase):
    def test_a_request_costs_its_askers_coroutine_and_no_more(self):
        serial = TickingSerial(RTU, 100)
        use(serial)
        modbus_meter.asyncio = asyncio
        meter = ModbusMeter(ModbusBus(serial), 7, MODELS["sdm630"], SmallClock())

        async def main():
            await meter._ask(4, 0, REGISTERS)  # makes the views
            used = set()
            for _ in range(20):
                gc.collect()
                made, coroutine = allocated_by(lambda: meter._ask(4, 0, REGISTERS))
                before = gc.mem_alloc()
                await coroutine
                used.add((made, gc.mem_alloc() - before))
            return used

        gc.disable()
        used = asyncio.run(main())
        gc.enable()
        self.assertEqual(len(used), 1, used)
        made, more = used.pop()
        self.assertTrue(made > 0)
        self.assertEqual(more, 0)
        print("a request allocates", made, "bytes, its asker's coroutine")
