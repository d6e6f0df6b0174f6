"""Random streams in a reply's place, for tests and `make faults`; the same ones everywhere.

A wrong value is one that differs from what the meter sent. A frame whose every byte came by chance
passes a CRC of 16 bits once in 65,536 times, whoever checks it: those are told from the others by
a CRC of our own and counted apart, and for each of them it is tried what would become of it. The
booking gate must not book it.
"""

import vectors
from chance import Chance
from golden_frames import Golden
from scripted_line import ScriptedLine, bus_on, crc, run

from wattseal.app.sampler import MeterPoint
from wattseal.core import modbus, modbus_rtu
from wattseal.core.gate import Gate
from wattseal.core.models import MODELS
from wattseal.drivers.modbus_meter import ModbusMeter

# Meters whose energy is their last request.
METERS = ("sdm120", "b23", "em340", "pac2200", "wm3m4", "pro380", "iem3155", "we516")
P_MAX_W = 22000
OPEN, SHUT = "open", "shut"  # whether chance may make the frame whole
BATCH = 5000
TAKEN_ON_BUS = 60  # every so many-th stream goes through the whole master as well


def random_body(reply, drawn):
    """Unit, function, byte count and length are right, all else is chance."""
    size = len(reply) - 3
    return OPEN, reply[:3] + drawn[1 : 1 + size]


def burst(reply, drawn):
    """Up to 16 bits that follow each other on the wire are wrong: a CRC of 16 bits finds each."""
    at = int.from_bytes(drawn[1:3], "big") % (8 * len(reply) - 16)
    pattern = int.from_bytes(drawn[3:5], "big") or 1
    return SHUT, _xor(reply, pattern << at)


def three_bits(reply, drawn):
    """One or three bits anywhere: an odd number, and this CRC finds each."""
    bits = 8 * len(reply)
    pattern = 0
    for i in range(1, 4):
        pattern ^= 1 << (drawn[i] + 256 * drawn[i + 3]) % bits
    return SHUT, _xor(reply, pattern)


def spliced(reply, drawn):
    """A run of the reply is chance, and its length may be another."""
    at = drawn[1] % len(reply)
    gone, come = drawn[2] % 6, drawn[3] % 6
    return OPEN, reply[:at] + drawn[4 : 4 + come] + reply[at + gone :]


def noise(reply, drawn):
    return OPEN, drawn[1 : 1 + drawn[0] // 8]


KINDS = (random_body, burst, random_body, three_bits, spliced, noise)


def _xor(reply, pattern):
    """The pattern's lowest bit is the wire's first one: a UART sends a byte's lowest bit first."""
    size = len(reply)
    return (int.from_bytes(reply, "little") ^ pattern).to_bytes(size, "little")


class Target:
    """A meter's energy request, what the meter answers, and buffers as the master has them."""

    def __init__(self, model):
        self.model = MODELS[model]
        vector = vectors.load("meters/%s.json" % model)
        case = vector["cases"][0]
        self.golden = Golden(model, *case["frames"][-1])
        self.energy_mwh = case["energy_mwh"]
        pairs = case["frames"] + vector["identity"]["frames"]
        self.replies = {bytes.fromhex(ask): bytes.fromhex(reply) for ask, reply in pairs}
        self.request = bytearray(260)
        self.request[: len(self.golden.request)] = self.golden.request
        self.reply = bytearray(520)

    def takes(self, stream):
        """Whether the firmware's check takes it for the reply."""
        count = len(stream)
        self.reply[:count] = stream
        return modbus_rtu.check(self.request, self.reply, count) == modbus.OK

    def whole(self, stream):
        """Nothing is wrong with the frame itself, by a CRC of our own."""
        good = self.golden.reply
        same = stream[:3] == good[:3] and len(stream) == len(good)
        return same and crc(stream[:-2]) == stream[-2:]

    def asked_for(self, stream):
        """What comes of the stream in the master: the register bytes, or a fault."""
        line = ScriptedLine(lambda _: _in_pieces(stream))
        return run(self.golden.ask(bus_on(line)))

    def books(self, stream):
        """The energy in the register after the stream stood in for one reply; None for none."""
        line = ScriptedLine()
        spoilt = []

        def answer(request):
            reply = self.replies[request]
            if request == self.golden.request and spoilt:
                reply = spoilt.pop()
            return [(9, reply)]

        line.answer = answer
        gate = Gate(P_MAX_W, self.model.step_mwh, self.model.rollover_mwh)
        meter = ModbusMeter(bus_on(line), self.golden.unit, self.model, _Clock(line))
        point = MeterPoint(meter, gate)

        async def main():
            await point.sample()
            spoilt.append(stream)
            line.ms += 1000
            await point.sample()
            return point.latest.energy_mwh

        return run(main())


class _Clock:
    """contracts.Clock on a line's time, as far as a reading needs it."""

    def __init__(self, line):
        self._line = line

    def now_ms(self):
        return self._line.ms

    utc_ms = now_ms

    def state(self):
        return "S"


def _in_pieces(stream):
    cut = len(stream) // 3
    return [(9, stream[:cut]), (12, stream[cut:])]


def cases(count=1000000, seed=1):
    """(what, tried, [what was wrong]): see BATCH; the last ones tell of frames whole by chance."""
    chance = Chance(seed)
    targets = [Target(model) for model in METERS]
    by_chance = []
    for first in range(0, count, BATCH):
        tried = min(BATCH, count - first)
        wrong, on_bus = [], []
        for number in range(first, first + tried):
            _one(number, chance.draw(), targets, wrong, on_bus, by_chance)
        yield "random streams", tried, wrong
        yield "of these through the master", len(on_bus), [text for text in on_bus if text]
    yield "whole by chance, not booked", len(by_chance), [text for text in by_chance if text]


def _one(number, drawn, targets, wrong, on_bus, by_chance):
    target = targets[number % len(targets)]
    good = target.golden.reply
    may, stream = KINDS[number // len(targets) % len(KINDS)](good, drawn)
    taken = stream != good and target.takes(stream)
    if taken and (may == SHUT or not target.whole(stream)):
        wrong.append("%s took %s" % (target.golden.name, stream.hex()))
    elif taken:
        booked = target.books(stream) != target.energy_mwh
        by_chance.append("%s booked %s" % (target.golden.name, stream.hex()) if booked else "")
    if number % TAKEN_ON_BUS == 0:
        got = target.asked_for(stream)
        odd = isinstance(got, bytes) and not (stream == good or taken)
        on_bus.append("%s gave %s" % (target.golden.name, stream.hex()) if odd else "")
