"""A clock that can be set, and a time server that tells what the test says; in virtual time."""

from fakes import FakeClock

from wattseal.core.clock_state import BUILT_UTC_S, ClockState
from wattseal.core.sntp import Answer, SntpError

TRUE_UTC_MS = (BUILT_UTC_S + 100 * 86400) * 1000  # at tick 0


class SettableClock(FakeClock):
    """clock_contract.SettableClock; its RTC says `utc_ms` at the start."""

    def __init__(self, utc_ms=0):
        super().__init__(utc_ms)
        self._state = ClockState()
        self.raise_floor = self._state.raise_floor
        self.is_possible = self._state.is_possible
        self.lower_floor = self._state.lower_floor
        self.sets = 0

    def state(self):
        return self._state.letter(self.ms, self.utc_ms())

    def set_utc_ms(self, utc_ms, synchronised):
        self.sets += 1
        self.utc_at_0 = utc_ms - self.ms
        self._state.was_set(self.ms, synchronised)


class TimeServer:
    """Answers with the true time, moved by `offset_ms`; `once`: what the next exchanges give
    instead, an offset, or a SntpError's words and kiss."""

    def __init__(self, clock):
        self._clock = clock
        self.offset_ms = 0
        self.once = []
        self.down = False
        self.asked = []  # ticks

    async def ask(self, pivot_utc_s):
        assert pivot_utc_s == BUILT_UTC_S
        clock = self._clock
        self.asked.append(clock.ms)
        now = self.once.pop(0) if self.once else self.offset_ms
        if self.down:
            raise SntpError("no answer")
        if isinstance(now, tuple):
            raise SntpError(*now)
        return Answer(TRUE_UTC_MS + clock.ms + now, clock.ms, 20)


class Link:
    name_server = None

    def __init__(self):
        self.is_there = True

    def is_up(self):
        return self.is_there


class Checkpoints:
    def __init__(self):
        self.blobs = {}
        self.error = None

    def save(self, name, blob):
        if self.error:
            raise self.error
        self.blobs[name] = blob

    def load(self, name):
        if self.error:
            raise self.error
        return self.blobs.get(name)


class Kept:
    """clock_contract.ClockFloor in the memory."""

    def __init__(self, utc_s=0):
        self.utc_s = utc_s
        self.saves = 0
        self.error = None

    def load(self):
        return self.utc_s

    def save(self, utc_s):
        if self.error:
            raise self.error
        self.utc_s = utc_s
        self.saves += 1
