"""A pulse meter alone, with its counter and its medium, in virtual time; judges nothing."""

import asyncio

from charge_world import Checkpoints, Power
from fakes import FakeClock
from pulse_storm import PULSE

from wattseal.core.reading import MeterFault
from wattseal.drivers.pulse_meter import PulseMeter
from wattseal.drivers.pulse_total import PulseTotal
from wattseal.hal.unix_pulses import SimCounter

NAME = "pulses1"


class Bench:
    """A pulse meter that runs; `restart` drops all of it but the medium."""

    def __init__(self, imp_per_kwh=1000, p_max_w=22000):
        self.imp_per_kwh, self.p_max_w = imp_per_kwh, p_max_w
        self.medium = Checkpoints(Power())
        self.waits = 0
        self.restart()

    def restart(self):
        self.clock = FakeClock()
        self.counter = SimCounter(10)
        self.total = PulseTotal(self.medium, NAME, self.imp_per_kwh)
        self.meter = PulseMeter(self.counter, self.total, self.p_max_w, self.clock, self.quiet)

    async def quiet(self):
        self.waits += 1

    async def pulses(self, count, every_ms=1000):
        for _ in range(count):
            self.counter.play(PULSE)
            await self.clock.advance(every_ms)

    async def fault(self, ask=None):
        try:
            await (ask or self.meter.read)()
        except MeterFault as fault:
            return fault.st
        return ""


def play(scenario, **settings):
    async def main():
        bench = Bench(**settings)
        task = asyncio.create_task(bench.meter.run())
        try:
            await scenario(bench)
        finally:
            task.cancel()

    asyncio.run(main())
