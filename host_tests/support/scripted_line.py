"""A serial line in virtual time for tests of the Modbus master: bytes arrive when the script says.

Stands in for the `time` module of the master as well; nothing here sleeps.
"""

import asyncio

from wattseal.core.reading import MeterFault
from wattseal.drivers import modbus_bus
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_fault import BusFault

_WRAP = 1 << 30  # MicroPython's ticks


class ScriptedLine:
    """contracts.Serial. `answer(request)` gives [(ms after the request, bytes), ...]."""

    def __init__(self, answer=None, ms=0):
        self.ms = ms
        self.answer = answer or (lambda request: [])
        self.sent = []
        self.sent_ms = []
        self.arriving = []  # (ms, bytes) in the order of arrival
        self.babble = None  # (ms, data): comes for ever, every so many ms from now on
        self.babble_ms = ms
        self.yields = True  # a read that has to wait lets the others run
        self.stuck = None  # an asyncio.Event: read_into waits for it
        self.read_error = self.write_error = None
        self.settings = None  # as set last
        self.has_settings = True

    def ticks_ms(self):
        return self.ms % _WRAP

    def ticks_diff(self, a, b):
        return (a - b + _WRAP // 2) % _WRAP - _WRAP // 2

    def set_line(self, *settings):
        self.settings = settings
        return self.has_settings

    async def write(self, data):
        if self.write_error:
            raise self.write_error
        self.sent.append(bytes(data))
        self.sent_ms.append(self.ms)
        for after_ms, reply in self.answer(bytes(data)):
            self.arriving.append((self.ms + after_ms, bytes(reply)))
        self.arriving.sort(key=lambda pair: pair[0])

    async def read_into(self, buffer, timeout_ms):
        assert timeout_ms >= 0
        if self.yields:
            await asyncio.sleep(0)
        if self.stuck:
            await self.stuck.wait()
        if self.read_error:
            raise self.read_error
        if self.babble and (not self.arriving or self.arriving[0][0] > self.babble_ms):
            self.arriving.insert(0, (self.babble_ms, self.babble[1]))
            self.babble_ms += self.babble[0]
        if not self.arriving or self.arriving[0][0] > self.ms + timeout_ms:
            self.ms += timeout_ms
            return 0
        at_ms, data = self.arriving.pop(0)
        self.ms = max(self.ms, at_ms)
        count = min(len(data), len(buffer))
        buffer[:count] = data[:count]
        if count < len(data):
            self.arriving.insert(0, (at_ms, data[count:]))
        return count


def crc(data):
    """CRC-16/MODBUS bit by bit, as the specification tells it: independent of the firmware's."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return bytes([value & 0xFF, value >> 8])


def frame(*data):
    data = bytes(data)
    return data + crc(data)


def reply(unit, function, *data):
    """The good reply to a read."""
    return frame(unit, function, len(data), *data)


def bus_on(line, **options):
    """A master whose clock is the line's."""
    modbus_bus.time = line
    return ModbusBus(line, **options)


def run(coroutine):
    return asyncio.run(coroutine)


async def outcome(awaitable):
    """What came of a request: its bytes, or the reason of the fault."""
    try:
        got = await awaitable
    except BusFault as fault:
        return fault.reason
    except MeterFault as fault:
        return fault.st
    return bytes(got) if isinstance(got, memoryview) else got


GOOD = reply(7, 4, 1, 2, 3, 4)
VALUE = bytes([1, 2, 3, 4])
OTHER = bytes([9, 9, 9, 9])
LATENCY_MS = 500
TIMEOUT_MS = 1000


def ask(bus, unit=7, address=72, registers=2):
    return outcome(bus.read(unit, 4, address, registers, LATENCY_MS))


async def asks(bus, units):
    """One after the other; MicroPython awaits in no comprehension."""
    got = []
    for unit in units:
        got.append(await ask(bus, unit))
    return got


def answering(*replies):
    """A line whose n-th request is answered by the n-th list of (ms, bytes)."""
    queue = list(replies)
    return ScriptedLine(lambda request: queue.pop(0) if queue else [])


def asked(*replies, count=None, **options):
    """Outcomes of as many reads as there are replies, the bus and the line."""
    line = answering(*replies)
    bus = bus_on(line, **options)

    async def main():
        return await asks(bus, [7] * (count or len(replies)))

    return run(main()), bus, line


def counted(bus):
    return {name: count for name, count in bus.counters.items() if count}
