"""A dead meter on a bus in virtual time: the others stay on the grid, and it is found again."""

import asyncio
import unittest

from fakes import FakeClock
from scripted_line import ScriptedLine, bus_on, reply

from wattseal.app.sampler import MeterPoint, Sampler
from wattseal.core.gate import Gate
from wattseal.core.models import MODELS
from wattseal.core.reading import MeterFault
from wattseal.drivers.modbus_meter import ModbusMeter

BAUD = 9600
LATENCY_MS = 40
LATE_MS = 100  # after the time at which a meter is asked while all of them answer
FOUND_AGAIN_S = 10


class Bus:
    """Meters at 9600 baud, 40 ms to a reply; `dead`: units that do not answer."""

    def __init__(self, models):
        self.dead = set()
        self.asked = {}  # second << 3 | unit: ms behind the grid point
        self.line = ScriptedLine(self.answer)
        bus = bus_on(self.line, gap_ms=5)
        self.clock = FakeClock()
        self.clock.now_ms = lambda: self.line.ms
        self.clock.sleep_until = self.sleep_until
        self.points = [
            MeterPoint(ModbusMeter(bus, unit, MODELS[key], self.clock), Gate(10**9, lambda _: 0))
            for unit, key in enumerate(models, 1)
        ]
        self.sampler = Sampler(self.points, self.clock)

    def answer(self, request):
        self.line.sent, self.line.sent_ms = [], []  # a small heap
        place = self.line.ms // 1000 << 3 | request[0]
        if place not in self.asked:
            self.asked[place] = self.line.ms % 1000
        if request[0] in self.dead:
            return []
        data = reply(request[0], request[1], *([0] * 2 * request[5]))
        bits = 10 * (len(request) + len(data))
        return [(LATENCY_MS + bits * 1000 // BAUD + 1, data)]

    async def sleep_until(self, deadline_ms):
        self.line.ms = max(self.line.ms, deadline_ms)
        await asyncio.sleep(0)

    async def run(self, script):
        """`script`: (second, what is called then), the last one ends it."""
        task = asyncio.create_task(self.sampler.run())
        for second, call in script:
            while self.line.ms < second * 1000 - 1:
                await asyncio.sleep(0)
            call()
        task.cancel()

    def first_asked(self, unit):
        """{second: ms behind the grid point at which the unit was asked first}"""
        return {place >> 3: ms for place, ms in self.asked.items() if place & 7 == unit}


def play(models, *script):
    bus = Bus(models)
    asyncio.run(bus.run([(second, lambda call=call: call(bus)) for second, call in script]))
    return bus


def dies(*units):
    return lambda bus: bus.dead.update(units)


def revives(bus):
    bus.dead.clear()


def ends(bus):
    pass


def lateness(bus, unit, from_s, to_s):
    """ms in each second, against the second before anything happened; None: not asked."""
    asked = bus.first_asked(unit)
    usual = asked[4]
    return [asked[s] - usual if s in asked else None for s in range(from_s, to_s)]


class TestAway(unittest.TestCase):
    def on_time(self, bus, unit, from_s, to_s):
        for late_ms in lateness(bus, unit, from_s, to_s):
            self.assertTrue(late_ms is not None and late_ms <= LATE_MS, (unit, late_ms))

    def test_two_of_three_stay_on_the_grid_beside_a_dead_one(self):
        for models in (["sdm630"] * 3, ["em340"] * 3, ["we516"] * 3, ["b23", "sdm630", "iem3155"]):
            for dead in (1, 2, 3):
                bus = play(models, (5, dies(dead)), (40, revives), (55, ends))
                for unit in {1, 2, 3} - {dead}:
                    # Whoever comes behind it waits for it once, when it falls silent.
                    self.on_time(bus, unit, 6, 55)
                    self.assertTrue(lateness(bus, unit, 5, 6)[0] is not None)
                self.assertEqual(bus.sampler.missed, 0)
                asked = bus.first_asked(dead)
                self.assertTrue(0 < len([s for s in asked if 10 <= s < 40]) <= 4)
                self.assertEqual(len([s for s in asked if s >= 50]), 5)
                self.assertEqual([point.faults_in_row for point in bus.points], [0, 0, 0])

    def test_it_is_found_again_within_ten_grid_points(self):
        for second in range(20, 31):
            bus = play(["sdm630"] * 3, (5, dies(2)), (second, revives), (second + 10, ends))
            self.assertEqual(bus.points[1].faults_in_row, 0, second)

    def test_the_others_stay_on_the_grid_while_somebody_waits_for_it(self):
        def wait(bus):
            bus.waiting = asyncio.create_task(bus.points[1].identified(1000))

        def need(bus):
            bus.points[1].needed = True

        for begin in (wait, need):
            bus = play(["sdm630"] * 3, (5, dies(2)), (20, begin), (40, revives), (45, ends))
            for unit in (1, 3):
                self.on_time(bus, unit, 6, 45)
            asked = sorted(bus.first_asked(2))
            self.assertEqual([s for s in asked if 21 <= s < 45], list(range(21, 45)))
            self.assertEqual(bus.points[1].faults_in_row, 0)
            self.assertEqual(bus.sampler.missed, 0)

    def test_one_that_answers_every_other_second_makes_nobody_late_for_ever(self):
        def flaps(bus):
            (bus.dead.remove if 1 in bus.dead else bus.dead.add)(1)

        script = [(second, flaps) for second in range(5, 40)]
        bus = play(["sdm630"] * 3, *script, (40, ends))
        for unit in (2, 3):
            self.on_time(bus, unit, 6, 40)
        self.assertEqual(bus.sampler.missed, 0)

    def test_of_several_dead_ones_each_has_its_turn(self):
        bus = play(
            ["sdm630"] * 4, (5, dies(2)), (8, dies(3)), (11, dies(4)), (60, revives), (80, ends)
        )
        self.on_time(bus, 1, 5, 80)
        for unit in (2, 3, 4):
            tries = [s for s in bus.first_asked(unit) if 20 <= s < 60]
            self.assertTrue(3 <= len(tries) <= 5, (unit, tries))
        self.assertTrue(all(p.faults_in_row == 0 for p in bus.points))
        self.assertEqual(bus.sampler.missed, 0)

    def test_and_does_not_wait_for_the_first_of_them(self):
        def need(bus):
            for point in bus.points:
                point.needed = True

        bus = play(["sdm630"] * 3, (5, dies(1)), (8, dies(2)), (20, need), (40, ends))
        for unit in (1, 2):
            tries = [s for s in bus.first_asked(unit) if 21 <= s < 40]
            self.assertTrue(9 <= len(tries) <= 10, (unit, tries))
        self.on_time(bus, 3, 9, 40)

    def test_all_of_them_come_back_at_once(self):
        bus = play(["sdm630"] * 3, (5, dies(1, 2, 3)), (30, revives), (41, ends))
        self.assertEqual([p.faults_in_row for p in bus.points], [0, 0, 0])

    def test_a_grid_point_passed_over_is_a_fault_to_whoever_looks(self):
        bus = play(["sdm630"] * 2, (5, dies(2)), (30, ends))
        point = bus.points[1]
        self.assertEqual((point.samples, point.faults_in_row, point.fault), (30, 25, "T"))
        self.assertEqual((point.identity, point.latest.at_ms // 1000), (None, 4))

    def test_a_wait_for_a_dead_meter_is_as_long_as_it_was_asked_to_be(self):
        """Also where another dead one takes its turns."""
        came = []

        async def wait(bus):
            try:
                await bus.points[1].identified(6)
            except MeterFault as fault:
                came.append((bus.line.ms // 1000, fault.st))

        bus = play(
            ["sdm630"] * 3, (5, dies(2, 3)),
            (20, lambda bus: setattr(bus, "waiting", asyncio.create_task(wait(bus)))), (30, ends),
        )  # fmt: skip
        self.assertEqual(came, [(26, "T")])
        self.on_time(bus, 1, 8, 30)
