"""A board in virtual time for the shipped assembly, and the world round it, which outlives resets.

    clock = virtual_time.install()          # before anything else is imported
    world = VirtualWorld(data_dir)          # a folder, with `provision(data_dir)` done
    power = Power(world)                    # virtual_power
    await-able scripts: async def script(world): world.plug_in(); await world.seconds(60)
    power.on(script)                        # boots assembly.main, ends when the script does

`world`: clock, utc_ms (settable), time_state, grid_ms, meters, inputs, link, broker, receiver,
contactor; `promised`: (pagination, payload) of each append that returned, over all boots. After
`power.on` the Firmware is `world.firmware`. MicroPython only; 64 and 32 bits.
"""

import asyncio

import virtual_time
from charge_world import CARD, Inputs
from virtual_broker import VirtualBroker, VirtualReceiver
from virtual_meter import VirtualLine, VirtualMeter

from wattseal.core import bill
from wattseal.hal.ticks import Ticks

_NAP_MS = 3600000  # as on a chip


class VirtualClock:
    """contracts.Clock of one boot; UTC is the world's, so that it goes on over a reset."""

    def __init__(self, world):
        self._world = world
        self._ticks = Ticks()

    @property
    def grid_ms(self):
        return self._world.grid_ms

    def now_ms(self):
        return self._ticks.now_ms()

    def utc_ms(self):
        return self._world.utc_ms

    def is_possible(self, utc_ms):
        """There is no floor here."""
        return utc_ms >= 0

    def state(self):
        return self._world.time_state

    def raise_floor(self, utc_s):
        self._world.floor_utc_s = utc_s

    async def sleep_until(self, deadline_ms):
        while True:
            left_ms = deadline_ms - self.now_ms()
            if left_ms <= 0:
                return
            await asyncio.sleep_ms(min(left_ms, _NAP_MS))


class VirtualLink:
    """contracts.Link; `set(up)` is the world's."""

    name_server = None

    def __init__(self, up=True):
        self.up_now = up
        self._came = asyncio.Event()

    def set(self, up):
        self.up_now = up
        if up:
            self._came.set()

    def is_up(self):
        return self.up_now

    async def up(self):
        while not self.up_now:
            self._came.clear()
            await self._came.wait()


class VirtualContactor:
    """Refuses what no auditor would forgive: closing without a durable, open begin record."""

    def __init__(self, world):
        self.closed = set()
        self.violations = []
        self._world = world

    def close(self, connector):
        world = self._world
        kinds = [
            kind for kind, payload in world.recorded if bill.connector_of(payload) == connector
        ]
        if kinds[-1:] != [bill.BEGIN] or not world.inputs.plugged(connector):
            self.violations.append((connector, kinds[-1:]))
        world.advance()
        self.closed.add(connector)

    def open(self, connector):
        self._world.advance()
        self.closed.discard(connector)


class VirtualWatchdog:
    """`longest_ms`: between two feeds; `starved_ms`: since the newest one."""

    def __init__(self, clock):
        self.fed = self.longest_ms = self.early = 0
        self._clock = clock
        self._at = clock.ticks_ms()

    @property
    def starved_ms(self):
        return self._clock.ticks_diff(self._clock.ticks_ms(), self._at)

    def feed_running(self):
        self.early += 1  # it starts with the supervisor

    def feed(self):
        self.longest_ms = max(self.longest_ms, self.starved_ms)
        self.fed += 1
        self._at = self._clock.ticks_ms()


class VirtualBoard:
    """board_contract.Board of one boot."""

    def __init__(self, world, script):
        self.data_dir = world.data_dir
        self.clock = VirtualClock(world)
        self.serials = [VirtualLine(world.clock, world.meters)]
        self.inputs = world.inputs
        self.contactor = world.contactor
        self.link = world.link
        self.uplink = world.broker
        self.flash = world.flash
        self.console, self.controls = None, world.inputs
        self.pulses = {}
        self.lamp = world.lamp
        self.image = self.collect = None
        self.watchdog = world.watchdog = VirtualWatchdog(world.clock)
        self._world = world
        self._script = script

    def reset(self):
        """Called by the supervisor when a task has failed; power.on raises what it was."""

    def tasks(self):
        return [self._script]

    async def ready(self):
        return None


class VirtualWorld:
    """What a power cut leaves as it is, and what it does not touch."""

    def __init__(self, data_dir, connectors=1, receiver=None):
        self.clock = virtual_time.install()
        self.data_dir = data_dir
        self.grid_ms = 1000
        self.time_state = "S"
        self.step_ms = 0  # what the wall clock is off
        self.inputs = Inputs()
        self.link = VirtualLink()
        self.receiver = receiver or VirtualReceiver()
        self.lamp = None  # makes a contracts.Lamp
        self.flash = None  # contracts.RawFlash for the journal; None: in files
        self.broker = VirtualBroker(self.receiver)
        self.contactor = VirtualContactor(self)
        self.meters = [self._meter(number + 1) for number in range(connectors)]
        self.recorded = []  # (kind, payload) of the appends that returned; the newest matter
        self.promised = []  # (pagination, payload) of the same
        self.metered = {}  # pagination: (Wh of its connector's meter, UTC ms) at that moment
        self.keep_promises = True  # a soak run has no room for them
        self.firmware = None

    @property
    def utc_ms(self):
        clock = self.clock
        return clock.utc_s * 1000 + clock.part_ms + self.step_ms

    def _meter(self, number):
        def flows():
            inputs = self.inputs
            asked = inputs.requesting(number) and inputs.offering(number)
            return asked and number in self.contactor.closed

        return VirtualMeter(self.clock, flows, unit=number, serial=30115000 + number)

    def advance(self):
        for meter in self.meters:
            meter.advance()

    def appended(self, kind, pagination, payload):
        """An append has returned: this record is durable."""
        self.recorded.append((kind, payload))
        if self.keep_promises:
            self.promised.append((pagination, payload))
            meter = self.meters[bill.connector_of(payload) - 1]
            self.metered[pagination] = meter.energy_mwh // 1000, self.utc_ms
        else:
            del self.recorded[: -2 * len(self.meters)]

    def provisioned(self):
        """Configuration and key are durable: as well."""

    def kept(self, name, blob):
        """A checkpoint is durable: whoever cares takes this place."""

    async def seconds(self, count):
        await asyncio.sleep_ms(1000 * count)

    async def until(self, condition, seconds):
        """True once `condition()` is; False when it is not after so long."""
        for _ in range(4 * seconds):
            if condition():
                return True
            await asyncio.sleep_ms(250)
        return condition()

    def plug_in(self, connector=1, card=CARD):
        self.advance()
        self.inputs.plug_in(connector, card)

    def pause(self, connector=1, offers=False):
        """The charger offers nothing for a while, or offers again."""
        self.advance()
        self.inputs.show(connector, offer=offers)

    def unplug(self, connector=1):
        self.advance()
        self.inputs.unplug(connector)

    def power_fails(self):
        """What the world does when the board goes dark: contactors fall open, cars drive off."""
        self.advance()
        self.contactor.closed.clear()
        self.inputs = Inputs()
        self.link = VirtualLink(self.link.up_now)
        self.broker = VirtualBroker(self.receiver, self.broker.reachable)
