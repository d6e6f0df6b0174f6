"""Twenty exchanges as pymodbus' server recorded them, of different models, functions and lengths.

What the asker must get is read off the recorded reply here, by hand: the firmware has no part in
it.
"""

import vectors
from scripted_line import crc, outcome

from wattseal.drivers import modbus_request

# model, which of its requests; the answer is the first case's
OF_MODELS = (
    ("sdm630", 0), ("b23", 0), ("b23", 1), ("gnm3d", 0), ("pac2200", 1), ("wm3m4", 1),
    ("em540", 1), ("dvh4013", 0), ("pro380", 1),
)  # fmt: skip
NAMES_OF_MODELS = (("iem3155", 2), ("em340", 0), ("sdm120", 1))
LATENCY_MS = 500


class Golden:
    """One exchange. The value that is read is another one at every question; `number` is its
    place in the row of questions."""

    def __init__(self, name, request, reply):
        self.name = name
        self.request = bytes.fromhex(request)
        self.reply = bytes.fromhex(reply)
        self.unit, self.function = self.request[:2]
        self.reads = self.reply[1] in (3, 4)

    def answer(self, number=0):
        """The meter's reply to question `number`."""
        body = bytearray(self.reply[:-2])
        if self.reads:
            body[3] ^= number & 0xFF
            body[4] ^= number >> 8
        return bytes(body) + crc(body)

    def told(self, number=0):
        """What an asker must get then, as scripted_line.outcome has it."""
        reply = self.answer(number)
        if reply[1] & 0x80:
            return "exception %d" % reply[2]
        if self.reads:
            return reply[3:-2]
        return _objects(reply) if reply[1] == 43 else None

    def ask(self, bus):
        """Ask by the master's public way; awaitable."""
        _, function, high, low, count_high, count = self.request[:6]
        address = high << 8 | low
        if function <= 4:
            asked = modbus_request.read(bus, self.unit, function, address, count, LATENCY_MS)
        elif function == 6:
            asked = modbus_request.write_one(
                bus, self.unit, address, count_high << 8 | count, LATENCY_MS
            )
        elif function == 16:
            asked = modbus_request.write_many(
                bus, self.unit, address, self.request[7:-2], LATENCY_MS
            )
        else:
            asked = modbus_request.identify(bus, self.unit, LATENCY_MS)
        return outcome(asked)


def _objects(reply):
    found = {}
    at = 8
    for _ in range(reply[7]):
        size = reply[at + 1]
        found[reply[at]] = reply[at + 2 : at + 2 + size]
        at += 2 + size
    return found


def load():
    """All twenty."""
    found = []
    for model, which in OF_MODELS:
        vector = vectors.load("meters/%s.json" % model)
        found.append(Golden("%s %d" % (model, which), *vector["cases"][0]["frames"][which]))
    for model, which in NAMES_OF_MODELS:
        vector = vectors.load("meters/%s.json" % model)
        found.append(Golden("%s name %d" % (model, which), *vector["identity"]["frames"][which]))
    frames = vectors.load("modbus_frames.json")["frames"]
    found += [Golden(name, *frames[name]) for name in sorted(frames)]
    return found
