"""What a telemetry journal must still hold after any accident, said once for every test.

A record whose flush returned True is there, byte for byte, or has made way at the bound, and then
a gap record stands for it. A flush that was under way is there as a whole or not at all. What was
in RAM is lost, and the restart says so.
"""

import json

from fakes import FakeClock

from wattseal.core.telemetry_batch import GAP
from wattseal.drivers.telemetry import Telemetry

SEGMENT_BYTES, LIMIT_BYTES = 400, 1200


class Broken(Exception):
    pass


async def quiet():
    pass


def made(folder, segment_bytes=SEGMENT_BYTES, limit_bytes=LIMIT_BYTES):
    return Telemetry(folder, FakeClock(), quiet, segment_bytes, limit_bytes)


def told(telemetry):
    """[(number, kind, payload)] as a reader that goes on from `oldest` gets them."""
    found, number = [], telemetry.oldest
    while number < telemetry.next:
        record = telemetry.read(number)
        if record:
            found.append((number, record[0], record[1]))
        number += 1
    return found


def gaps(telemetry):
    return [json.loads(payload) for _, kind, payload in told(telemetry) if kind == GAP]


class Model:
    def __init__(self):
        self.stored = {}  # number: payload, of every flush that returned True
        self.under_way = {}  # of records that are in RAM
        self.tries = {0}  # how many of those a flush may have written, all but its success
        self.acked = self.acking = 0
        self.made = 0  # records

    def add(self, telemetry, count, size=30):
        for _ in range(count):
            self.made += 1
            payload = b"record %d " % self.made
            payload += b"." * (size - len(payload))
            number = telemetry.add(1, payload)
            if number:
                self.under_way[number] = payload

    def flush(self, telemetry):
        self.tries.add(len(self.under_way))
        if telemetry.flush():
            self.stored.update(self.under_way)
            self.under_way, self.tries = {}, {0}

    def ack(self, telemetry, upto):
        self.acking = max(self.acking, upto)
        telemetry.ack(upto)
        self.acked = max(self.acked, upto)

    def check(self, telemetry):
        """Compare with a journal that has just been opened, then adopt what it decided."""
        self.expect(telemetry.oldest - 1 in (self.acked, self.acking), "oldest", telemetry.oldest)
        self.acked = self.acking = telemetry.oldest - 1
        self._adopt(telemetry)
        self.expect(telemetry.next > max([0] + list(self.stored)), "next", telemetry.next)
        number = telemetry.oldest
        for place, kind, payload in told(telemetry):
            self.expect(place == number, "nothing stands at %d" % number, place)
            number += 1
            if kind == GAP:
                number = self._gap(place, json.loads(payload))
            elif place in self.stored:
                self.expect(payload == self.stored[place], "altered %d" % place, payload)
        self.expect(number == telemetry.next, "ends early", number)

    def _gap(self, place, gap):
        """The number behind it. Only what made way for others may be gone of what was stored."""
        reason, inside = gap["reason"], range(gap["first"], gap["last"] + 1)
        self.expect(gap["first"] == place, "a gap elsewhere", gap)
        if reason != "dropped":
            lost = [number for number in inside if number in self.stored]
            self.expect(reason in ("restart", "buffer") and not lost, "lost", gap)
        return gap["last"] + 1

    def _adopt(self, telemetry):
        there = [number for number in self.under_way if number < telemetry.next]
        self.expect(len(there) in self.tries, "half of a batch", there)
        for number in there:
            self.stored[number] = self.under_way[number]
        self.under_way, self.tries = {}, {0}

    def expect(self, truth, what, found):
        if not truth:
            raise Broken("%s: %r; stored up to %d, acked %d" % (
                what, found, max([0] + list(self.stored)), self.acked))  # fmt: skip


def restarts(folder, model):
    """Twice: opened, judged, and gone on with."""
    for _ in range(2):
        telemetry = made(folder)
        telemetry.open()
        try:
            model.check(telemetry)
            begun, first = bool(model.stored), telemetry.next
            model.add(telemetry, 1)
            model.flush(telemetry)
            said = begun and telemetry.read(first)
            model.expect(not begun or b"restart" in said[1], "no word of the restart", said)
        finally:
            telemetry.close()
