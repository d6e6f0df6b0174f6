"""A meter of any model on a ScriptedLine, from its golden vector; runs on every interpreter.

It answers what its vector's frames ask, its mains' registers, and refuses all else (exception 2),
or answers it with zeros as some meters do.
"""

import struct

import vectors
from scripted_line import crc, frame, reply

from wattseal.core.models import MODELS

FORMS = {"u16": ">H", "u32": ">I", "i32": ">i", "f32": ">f", "t6": ">i"}


class VectorMeter:
    """`unit`: its own; `line`: (baud, parity) it hears, None for any; `zeros`: for what it does
    not know. `after_ms`: how long it takes to a reply. `answers`: how many it gives, None for all.
    """

    def __init__(self, model, unit=1, line=None, zeros=False, after_ms=40):
        vector = vectors.load("meters/%s.json" % model)
        self.model = model
        self.unit = unit
        self.line = line
        self.zeros = zeros
        self.after_ms = after_ms
        self.answers = None
        self.broken = lambda data: data  # what the line makes of a reply
        self.replies = {}
        for sent, back in vector["identity"]["frames"] + vector["cases"][0]["frames"]:
            self.replies[bytes.fromhex(sent)[1:6]] = bytes.fromhex(back)[1:-2]
        function = MODELS[model].energy[0][0]
        low_first = vector["map"].get("low_word_first", False)
        for address, kind, step, shown in vector["map"].get("mains", ()):
            self._put_mains(function, address, kind, mains_count(kind, step, shown), low_first)

    def _put_mains(self, function, address, kind, count, low_first):
        data = struct.pack(FORMS[kind], count)
        if low_first and len(data) == 4:
            data = data[2:] + data[:2]
        asked = struct.pack(">BHH", function, address, len(data) // 2)
        self.replies[asked] = bytes([function, len(data)]) + data

    def answer(self, request, settings=None):
        """[(ms, bytes)], [] for a request that is not its own."""
        heard = settings is None or self.line is None or settings[:2] == self.line
        if request[0] != self.unit or not heard or self.answers == 0:
            return []
        if self.answers:
            self.answers -= 1
        return [(self.after_ms, self.broken(self._reply(request)))]

    def _reply(self, request):
        known = self.replies.get(request[1:6])
        if known:
            data = bytes([self.unit]) + known
            return data + crc(data)
        if self.zeros and request[1] in (3, 4):
            return reply(self.unit, request[1], *bytes(2 * request[5]))
        return frame(self.unit, request[1] | 0x80, 2)


def mains_count(kind, step, shown):
    """The count that stands for `shown` volts or hertz; `step` as the vector has it."""
    numerator, _, denominator = step.partition("/")
    count = shown * int(denominator or 1) // int(numerator)
    return float(count) if kind == "f32" else count
