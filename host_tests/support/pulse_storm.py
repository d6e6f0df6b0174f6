"""Very many pulses into a pulse meter, with bounce, overflow and stalls: what is lost or made up.

`run` is what `make faults` calls. Time is simulated; the board's processor looks every 50 ms, or
does nothing for 400 ms, as in an erase of the flash.
"""

import asyncio

from wattseal.drivers.pulse_meter import PulseMeter
from wattseal.drivers.pulse_total import PulseTotal
from wattseal.hal.unix_pulses import SimCounter

PULSE = "L3 H2 L1 H9 L30 H4 L2 H40"  # one, for a filter of 10 ms
IMP_PER_KWH = 7  # no power of ten: most pulses leave a rest
_WIDTH_MS = 10
_LOOK_MS = 50
_STALL_MS = 400
_STALL_OF = 40  # one look in so many is a stall
_P_MAX_W = 30000000  # at 7 imp/kWh 58 pulses a second; the storm has 16


class Draw:
    """Random numbers that are the same on every interpreter (xorshift, Marsaglia 2003)."""

    def __init__(self, seed):
        self._state = seed

    def below(self, limit):
        x = self._state
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        self._state = x
        return x % limit


class Wave:
    """What a meter's output does, as the simulated counter plays it."""

    def __init__(self, draw):
        self._draw = draw

    def pulse(self):
        """(levels, their milliseconds): one pulse and a rest of 30 ms at least, both bouncing."""
        below = self._draw.below
        parts, ms = [], 0
        for level, bounced in ("LH", "HL"):
            for _ in range(below(3)):
                there, back = 1 + below(_WIDTH_MS - 1), 1 + below(_WIDTH_MS - 1)
                parts += [level + str(there), bounced + str(back)]
                ms += there + back
            steady = 30 + below(5)
            parts.append(level + str(steady))
            ms += steady
        return " ".join(parts), ms


class StepClock:
    """contracts.Clock that stands still until it is moved."""

    grid_ms = 1000

    def __init__(self):
        self.ms = 0

    def now_ms(self):
        return self.ms

    def utc_ms(self):
        return self.ms

    def state(self):
        return "S"


class NoMedium:
    def load(self, name):
        return None

    def damaged(self, name):
        return False

    def save(self, name, blob):
        pass


class Storm:
    """`lost` and `invented` pulses over all looks; `wrong` readings, whose energy is not exact."""

    def __init__(self, seed):
        self._draw = Draw(seed)
        self._wave = Wave(self._draw)
        self._clock = StepClock()
        self._counter = SimCounter(_WIDTH_MS)
        total = PulseTotal(NoMedium(), "pulses", IMP_PER_KWH)
        self._meter = PulseMeter(self._counter, total, _P_MAX_W, self._clock, self._quiet)
        self._next_look_ms = _LOOK_MS
        self.given = self.lost = self.invented = self.wrong = self.stalls = 0

    async def _quiet(self):
        pass

    async def pulse(self):
        levels, ms = self._wave.pulse()
        self._counter.play(levels)
        self.given += 1
        self._clock.ms += ms
        if self._clock.ms >= self._next_look_ms:
            stall = self._draw.below(_STALL_OF) == 0
            self.stalls += stall
            self._next_look_ms = self._clock.ms + (_STALL_MS if stall else _LOOK_MS)
            await self.look()

    async def look(self):
        reading = await self._meter.read()
        exact_mwh = self.given * 1000000 // IMP_PER_KWH
        self.wrong += reading.energy_mwh != exact_mwh
        # In pulses, however small: their energy is rounded down, so back up.
        read = -(-reading.energy_mwh * IMP_PER_KWH // 1000000)
        self.lost = max(self.lost, self.given - read)
        self.invented = max(self.invented, read - self.given)


def run(pulses=1000000, progress=lambda done: None, seed=20261124):
    """{"pulses", "lost", "invented", "wrong", "overflows", "stalls"}; `progress(done)` now and
    then. A pulse meter that refuses is MeterFault."""

    async def main():
        storm = Storm(seed)
        for done in range(1, pulses + 1):
            await storm.pulse()
            if done % 10000 == 0:
                progress(done)
        await storm.look()
        return storm

    storm = asyncio.run(main())
    return {
        "pulses": storm.given,
        "lost": storm.lost,
        "invented": storm.invented,
        "wrong": storm.wrong,
        "overflows": storm.given >> 16,
        "stalls": storm.stalls,
    }
