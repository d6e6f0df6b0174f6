"""A serial line in virtual time for tests of the Modbus master: bytes arrive when the script says.

Stands in for the master's `time` and asyncio as well: who naps lets the line's time pass.
"""

import asyncio

from wattseal.core.reading import MeterFault
from wattseal.drivers import (
    modbus_bus,
    modbus_doubt,
    modbus_meter,
    modbus_reply,
    modbus_request,
    modbus_wait,
)
from wattseal.drivers.modbus_bus import ModbusBus
from wattseal.drivers.modbus_fault import BusFault

_WRAP = 1 << 30  # MicroPython's ticks
_LONG_MS = 1 << 20


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
        self.send_ms = 0  # how long a frame takes to be sent
        self.stopped = 0  # how often sending was given up
        self.stuck = None  # an asyncio.Event: who naps waits for it
        self.read_error = self.write_error = None
        self.settings = None  # as set last
        self.has_settings = True

    def ticks_ms(self):
        return self.ms % _WRAP

    def ticks_diff(self, a, b):
        return (a - b + _WRAP // 2) % _WRAP - _WRAP // 2

    def sleep_ms(self, ms):
        """The `time` module's: nobody else runs meanwhile."""
        self.ms += ms

    async def nap(self, ms):
        """What asyncio's sleep_ms is on this line."""
        assert ms >= 0
        await asyncio.sleep(0)
        if self.stuck:
            await self.stuck.wait()
        self.ms += ms

    def set_line(self, *settings):
        self.settings = settings
        return self.has_settings

    def send(self, data):
        if self.write_error:
            raise self.write_error
        self.sent.append(bytes(data))
        self._out_ms = self.ms + self.send_ms
        return self.send_ms

    def sending(self):
        if self.ms < self._out_ms:
            return self._out_ms - self.ms
        self.sent_ms.append(self.ms)
        for after_ms, reply in self.answer(self.sent[-1]):
            self.arriving.append((self.ms + after_ms, bytes(reply)))
        self.arriving.sort(key=lambda pair: pair[0])
        return 0

    def stop(self):
        self.stopped += 1

    def receive(self, buffer, most):
        """One piece, as it came."""
        if self.read_error:
            raise self.read_error
        self._go_on_babbling()
        if not self.arriving or self.arriving[0][0] > self.ms:
            return 0
        at_ms, data = self.arriving.pop(0)
        count = min(len(data), most)
        buffer[:count] = data[:count]
        if count < len(data):
            self.arriving.insert(0, (at_ms, data[count:]))
        return count

    def nap_ms(self, missing, waited_ms):
        """Until the next piece comes."""
        self._go_on_babbling()
        return max(0, self.arriving[0][0] - self.ms) if self.arriving else _LONG_MS

    def _go_on_babbling(self):
        if self.babble and (not self.arriving or self.arriving[0][0] > self.babble_ms):
            self.arriving.insert(0, (self.babble_ms, self.babble[1]))
            self.babble_ms += self.babble[0]


class Naps:
    """asyncio, as far as the master's askers need it, on the line that is used."""

    line = None

    @classmethod
    def sleep_ms(cls, ms):
        return cls.line.nap(ms)


def use(line):
    """Time is this line's from now on, for every master and asker."""
    # A search drops it behind itself: then the next one's is another module.
    from wattseal.drivers import modbus_request as newest

    for module in (modbus_bus, modbus_doubt, modbus_reply, modbus_wait):
        module.time = line
    for module in (modbus_meter, modbus_request, newest):
        module.asyncio = Naps
    Naps.line = line


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
    use(line)
    return ModbusBus(line, **options)


def run(coroutine):
    return asyncio.run(coroutine)


async def give_up(task):
    """Cancel it, and see it ended."""
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        pass


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
    return outcome(modbus_request.read(bus, unit, 4, address, registers, LATENCY_MS))


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
