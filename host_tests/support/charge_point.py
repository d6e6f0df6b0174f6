"""A whole charge point in virtual time: the app layer over fakes, its world, and its power supply.

What is durable (journal, checkpoints), the meters and the world outlive a restart; every object of
the firmware is dropped and built anew, as a reset does.
"""

import asyncio
import hashlib
import json

from charge_world import (
    DEVICE,
    Checkpoints,
    Contactor,
    Inputs,
    Journal,
    Meter,
    Power,
    PowerCut,
    Signer,
)
from fakes import FakeClock, settle

# Early, and kept: compiled later it does not fit into 256 KB.
import wattseal.app.left_open  # noqa: F401
from wattseal.app.connector import Connector
from wattseal.app.identity import Desk, Heads
from wattseal.app.open_sessions import OpenSessions
from wattseal.app.recorder import Recorder
from wattseal.app.reserve import Reserve
from wattseal.app.sampler import MeterPoint, Sampler
from wattseal.core import config, models, ocmf
from wattseal.core.gate import Gate

P_MAX_W = 22000
DRAW_MWH = 3000  # in a second
STEP_MWH = 1000
MODULUS_MWH = 10**12  # 999,999.999 kWh and one step


class ChargePoint:
    """`play` runs a scenario over it. `serials`: the meters', one for each connector.

    `draw_mwh()`: what a car that charges takes in the next second. `free`: when the journal is
    full."""

    def __init__(self, serials=("S1",), configured_serial="", p_max_w=P_MAX_W, free=False):
        self.power = Power()
        self.clock = FakeClock()
        self.journal = Journal()
        self.journal.power = self.power
        self.checkpoints = Checkpoints(self.power)
        self.signer = Signer(self.power)
        self.inputs = Inputs()
        self.contactor = Contactor(self, self.power)
        self.log = []
        self.meters = [Meter(self.clock, serial) for serial in serials]
        for meter in self.meters:
            meter.power = self.power
        self.draw_mwh = lambda: DRAW_MWH
        self.delivered_mwh = 0
        self.restarts = 0
        self._serial = configured_serial
        self._p_max_w = p_max_w
        self._free = free
        self._drawn = 0  # random bytes
        self._tasks = []
        self.connectors = []

    def random(self, count):
        self._drawn += 1
        return hashlib.sha256(b"%d" % self._drawn).digest()[:count]

    def boot(self):
        self.power.on = True
        self.parts = []  # what the meters need to run
        self.points = [self.meter_point(meter) for meter in self.meters]
        self.boot_recorder()
        self.open_sessions = OpenSessions(self.journal, self.checkpoints, self.calm)
        numbers = [number + 1 for number in range(len(self.meters))]
        try:
            others = self.open_sessions.scan(lambda: None, numbers)
        except PowerCut:
            return  # `seconds` boots it again
        self.connectors = [self._connector(i + 1, p) for i, p in enumerate(self.points)]
        self.samplers = [Sampler(self.points, self.clock)]
        parts = self.parts + self.samplers + self.connectors
        self._tasks = [asyncio.create_task(_quietly(part.run())) for part in parts]
        if others:
            from wattseal.app import removed

            wired = self.open_sessions, self.recorder, self.reserve, self.clock
            removed.begin(others, *wired, self.log.append)

    def meter_point(self, meter):
        return MeterPoint(meter, self.gate(MODULUS_MWH))

    def gate(self, modulus_mwh):
        return Gate(self._p_max_w, lambda _: STEP_MWH, modulus_mwh)

    async def quiet(self):
        await asyncio.sleep(0)

    async def calm(self):
        await asyncio.sleep(0)

    def boot_recorder(self):
        self.appended = asyncio.Event()
        numbers = list(range(1, len(self.meters) + 1))
        self.reserve = Reserve(self.journal, numbers, self._free)
        self.recorder = Recorder(
            self.journal, self.signer, self.random, self.appended, self.quiet, self.calm,
            self.reserve,
        )  # fmt: skip

    def _connector(self, number, point):
        row = config.Section()
        row.id, row.evse_id, row.serial = number, "", self._serial
        row.idle_below_w, row.idle_after_s, row.idle_gap_s = 200, 300, 60
        row.charging_from_w, row.charging_after_s = 500, 30
        heads = Heads(row, models.MODELS["sdm630"], DEVICE, "0.1")
        return Connector(
            row, point, self.clock, self.inputs, self.contactor, self.recorder, heads,
            Desk(self.random, lambda _: self.random(32)), self.open_sessions, self.reserve, 10,
            self.log.append,
        )  # fmt: skip

    async def shut_down(self):
        """Raises what ended a task, unless it was a power cut."""
        ended = [task for task in self._tasks if task.done()]
        for task in self._tasks:
            task.cancel()
        self._tasks = []
        await settle(3)
        for number in range(1, len(self.meters) + 1):
            self.contactor.open(number)
        for task in ended:
            await task

    async def restart(self):
        """A reset: the ticks begin anew, UTC goes on."""
        await self.shut_down()
        self.restarts += 1
        self.clock = FakeClock(self.clock.utc_ms() + 3000)
        for meter in self.meters:
            meter.clock = self.clock
        self.boot()

    async def seconds(self, count):
        """Let time pass; what is connected, offered energy and wants it gets 3 Wh a second, or
        `draw_mwh`."""
        for _ in range(count):
            for number, meter in enumerate(self.meters):
                drawn_mwh = self.draw_mwh() if self._flows(number + 1) else 0
                meter.power_w = drawn_mwh * 36 // 10
                meter.energy_mwh += drawn_mwh
                self.delivered_mwh += drawn_mwh
            await self.clock.advance(1000)
            while not self.power.on:
                await self.restart()
                await settle()

    def _flows(self, connector):
        inputs = self.inputs
        asked = inputs.requesting(connector) and inputs.offering(connector)
        return asked and connector in self.contactor.closed

    async def begun(self, connector=1):
        """A car is plugged in and charges."""
        self.inputs.plug_in(connector)
        await self.seconds(3)
        assert connector in self.contactor.closed, self.log

    def records(self):
        return [json.loads(payload) for _, payload in self.journal.frames]

    def kinds(self):
        return [record["kind"] for record in self.records()]

    def readings(self, sequence=-1):
        return ocmf_of(json.loads(self.journal.frames[sequence][1]))["RD"]

    def letters(self, sequence=-1):
        return "".join([reading["TX"] for reading in self.readings(sequence)])


async def _quietly(firmware):
    """A power cut ends a task without a word; whatever else ends one is the test's failure."""
    try:
        await firmware
    except PowerCut:
        pass


def ocmf_of(record):
    return json.loads(ocmf.split(record["ocmf"])[0])


def play(scenario, point=None):
    async def main():
        charge_point = point or ChargePoint()
        charge_point.boot()
        await scenario(charge_point)
        await charge_point.shut_down()

    asyncio.run(main())
