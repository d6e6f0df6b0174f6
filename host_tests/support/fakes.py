"""Doubles of the contracts for tests: a clock that advances when told, scripted meters, a session.

Nothing here sleeps: time moves only by `advance`.
"""

import asyncio

from wattseal.core.journal_frame import MAX_PAYLOAD, OVERHEAD, JournalFull
from wattseal.core.reading import Identity, MeterFault, Reading

TURNS = 25  # event loop turns after which everything that could run has run


async def until(condition):
    """When it holds, or as late as a busy machine gets there; 10 s at the most, for an assertion
    follows."""
    for _ in range(1000):
        if condition():
            return
        await asyncio.sleep(0.01)


async def settle(turns=TURNS):
    """Let the others run. CPython's loop tells when nobody is left who could."""
    ready = getattr(asyncio.get_event_loop(), "_ready", None)
    for _ in range(turns):
        await asyncio.sleep(0)
        if ready is not None and not ready:
            return


class FakeClock:
    """contracts.Clock; `advance` wakes sleepers in the order of their deadlines."""

    def __init__(self, utc_ms=1795000000000):
        self.grid_ms = 1000
        self.ms = 0
        self.utc_at_0 = utc_ms
        self.time_state = "S"
        self._sleepers = []

    def now_ms(self):
        return self.ms

    def utc_ms(self):
        return self.utc_at_0 + self.ms

    def state(self):
        return self.time_state

    async def sleep_until(self, deadline_ms):
        if deadline_ms <= self.ms:
            return
        event = asyncio.Event()
        self._sleepers.append((deadline_ms, event))
        await event.wait()

    async def advance(self, ms):
        end = self.ms + ms
        await settle()
        while True:
            due = [s for s in self._sleepers if s[0] <= end]
            if not due:
                break
            sleeper = min(due, key=lambda s: s[0])
            self._sleepers.remove(sleeper)
            self.ms = max(self.ms, sleeper[0])
            sleeper[1].set()
            await settle()
        self.ms = end


class FakeMeter:
    """contracts.Meter; `fault` is an OCMF ST or "", `slow_ms` how long a read takes.

    `identity_fault`: as `fault`, but the registers can be read. `once_mwh`: one wrong answer."""

    def __init__(self, clock, serial="S1"):
        self.clock = clock
        self.energy_mwh = 1000000
        self.once_mwh = None
        self.power_w = 0
        self.serial = serial
        self.fault = ""
        self.identity_fault = ""
        self.slow_ms = 0
        self.reads = []

    async def read(self):
        self.reads.append(self.clock.now_ms())
        if self.slow_ms:
            await self.clock.sleep_until(self.clock.now_ms() + self.slow_ms)
        if self.fault:
            raise MeterFault(self.fault)
        clock = self.clock
        energy_mwh, self.once_mwh = self.once_mwh, None
        if energy_mwh is None:
            energy_mwh = self.energy_mwh
        return Reading(energy_mwh, self.power_w, clock.now_ms(), clock.utc_ms(), clock.state())

    async def identify(self):
        if self.fault or self.identity_fault:
            raise MeterFault(self.fault or self.identity_fault)
        return Identity(self.serial, "1.0")


class FakeJournal:
    """contracts.Journal in a list."""

    def __init__(self):
        self.frames = []
        self.acked = 0
        self.first = 1  # what lies before it is gone
        self.damaged = set()  # sequences whose frame fails its CRC
        self.full = False  # nothing more can be written
        self.room = 1000000  # frames that still fit
        self.error = None  # what the medium raises

    def append(self, kind, payload):
        if self.error:
            raise self.error
        if not self.room:
            raise JournalFull
        self.room -= 1
        self.frames.append((kind, bytes(payload)))
        return len(self.frames)

    def read(self, sequence):
        good = self.first <= sequence <= len(self.frames) and sequence not in self.damaged
        return self.frames[sequence - 1] if good else None

    def heal(self):
        return False

    def scan_all(self, take, feed):
        for sequence in range(1, self.next):
            if self.read(sequence):
                take(self.frames[sequence - 1][0], sequence, self.frames[sequence - 1][1])

    @property
    def room_bytes(self):
        return self.room * (MAX_PAYLOAD + OVERHEAD)

    @property
    def lost(self):
        return sorted(self.damaged)

    def ack(self, upto):
        if self.full:
            raise OSError(28)
        self.acked = max(self.acked, upto)

    @property
    def next(self):
        return len(self.frames) + 1

    @property
    def oldest(self):
        return self.acked + 1


class ConnectionEnded(Exception):
    pass


class FakeSession:
    """What the publisher needs of an MQTT session; keeps what was published."""

    def __init__(self):
        self.connected = False
        self.published = []
        self.subscribed = []
        self.connects = 0
        self.refuse = False
        self._over = asyncio.Event()

    async def connect(self):
        self.connects += 1
        if self.refuse:
            raise ConnectionEnded("refused")
        self._over = asyncio.Event()
        self.connected = True

    async def run(self):
        await self._over.wait()

    async def subscribe(self, topic, qos=1):
        self.subscribed.append(topic)

    async def publish(self, topic, payload, qos=0, retain=False, dup=False, tag=None):
        if not self.connected:
            raise ConnectionEnded("not connected")
        self.published.append((topic, payload, qos, retain, tag))

    def close(self):
        self.connected = False
        self._over.set()
