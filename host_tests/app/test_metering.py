"""Each connector gets its meter, each bus a sampler, and an S0 meter one of its own."""

import asyncio
import unittest

from charge_world import Checkpoints, Power
from fakes import FakeClock

from wattseal import metering
from wattseal.core import config
from wattseal.hal.unix_pulses import SimCounter

BROKER = {"host": "b.example", "tls": "plain-text-accepted"}
SDM = {"meter": "sdm630"}
S0 = {"meter": "s0", "imp_per_kwh": 1000, "serial": "4711"}


class Board:
    def __init__(self, rows):
        self.clock = FakeClock()
        self.pulses = {row.id: SimCounter(row.pulse_ms) for row in rows if row.meter == "s0"}


async def quiet():
    pass


def wire(*meters, medium=None):
    rows = [dict(meter, id=n + 1, unit=n + 1) for n, meter in enumerate(meters)]
    raw = {"version": 1, "buses": [{}, {}], "connectors": rows, "broker": BROKER}
    loaded = config.load(raw, ("sdm630",))
    board = Board(loaded.connectors)
    models = metering.meter_models(loaded)
    medium = medium or Checkpoints(Power())
    return models, metering.Meters(loaded, models, [None, None], board, medium, quiet)


def close(meters):
    for task in meters.tasks:
        task.close()


class TestMetering(unittest.TestCase):
    def test_a_bus_has_one_sampler_and_a_pulse_meter_its_own(self):
        _, meters = wire(SDM, S0, dict(SDM, bus=1), SDM, dict(S0, serial="4712"))
        self.assertEqual(len(meters.points), 5)
        shares = [sampler._points for sampler in meters.samplers]
        points = meters.points
        expected = [[points[1]], [points[4]], [points[0], points[3]], [points[2]]]
        self.assertEqual(shares, expected)
        self.assertEqual(len(meters.tasks), 2)
        close(meters)

    def test_one_row_serves_all_meters_of_a_model(self):
        models, meters = wire(SDM, SDM, S0)
        self.assertTrue(models[1] is models[2])
        self.assertEqual(models[3].model, "S0 1000 imp/kWh, 10 ms")
        self.assertEqual(len(meters.samplers), 1 + 1)
        close(meters)

    def test_a_total_that_cannot_be_read_is_told_in_a_sentence(self):
        medium = Checkpoints(Power())
        medium.error = OSError(5)
        try:
            wire(S0, medium=medium)
            self.assertTrue(False, "was taken")
        except config.ConfigError as fault:
            self.assertTrue("pulse total of connector 1" in fault.problems[0])

    def test_what_broke_is_counted_where_the_status_looks(self):
        medium = Checkpoints(Power())
        for _ in range(2):
            _, meters = wire(S0, medium=medium)
            asyncio.run(meters.points[0].sample())
            close(meters)
        self.assertEqual(meters.points[0].doubted, {"gap": 1})
        self.assertEqual((meters.points[0].breaks, meters.points[0].broken), (1, "gap"))
