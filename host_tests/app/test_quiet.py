"""When flash may be written: between two requests, and not just before the next ones."""

import asyncio
import unittest

from fakes import FakeClock

from wattseal.drivers import modbus_quiet
from wattseal.drivers.modbus_quiet import Quiet


class Bus:
    asking = False


class Sampler:
    due_ms = 1000000
    sampling = False


class Time:
    """Stands for asyncio in the module: a look takes its time on the clock."""

    def __init__(self, clock, at):
        self.clock = clock
        self.at = at  # {time: what happens then}

    async def sleep(self, seconds):
        """It gives way, and nothing more."""

    async def sleep_ms(self, ms):
        self.clock.ms += ms
        happens = self.at.pop(self.clock.ms, None)
        if happens:
            happens()


class TestQuiet(unittest.TestCase):
    def setUp(self):
        self.clock = FakeClock()
        self.clock.ms = 0
        self.bus, self.sampler = Bus(), Sampler()
        self.quiet = Quiet([Bus(), self.bus], self.clock)
        self.quiet.samplers = [Sampler(), self.sampler]

    def tearDown(self):
        modbus_quiet.asyncio = asyncio

    def answered(self):
        self.bus.asking = False

    def served(self, due_ms):
        """What happens when a grid point has been served, and which is the next."""

        def happens():
            self.sampler.due_ms, self.sampler.sampling = due_ms, False

        return happens

    def waited_ms(self, at=None):
        modbus_quiet.asyncio = Time(self.clock, at or {})
        asyncio.run(self.quiet())
        return self.clock.ms

    def test_a_quiet_bus_is_not_waited_for(self):
        self.assertEqual(self.waited_ms(), 0)

    def test_a_request_is_waited_for(self):
        self.bus.asking = True

        self.assertEqual(self.waited_ms({120: self.answered}), 120)

    def test_nor_is_written_just_before_a_sample_is_due(self):
        self.sampler.due_ms = 249

        self.assertEqual(self.waited_ms({270: self.served(1249)}), 270)

    def test_a_sample_that_is_due_later_leaves_the_time(self):
        self.sampler.due_ms = 250
        self.assertEqual(self.waited_ms(), 0)

    def test_what_is_being_served_is_waited_for(self):
        """The next meter of the line would be asked late."""
        self.clock.ms = 1010
        self.sampler.due_ms, self.sampler.sampling = 1000, True

        self.assertEqual(self.waited_ms({1200: self.served(2000)}), 1200)

    def test_between_two_requests_where_a_line_is_never_served(self):
        """A slow line must not keep the records waiting."""
        self.clock.ms = 1010
        self.sampler.due_ms, self.sampler.sampling = 1000, True
        self.bus.asking = True

        self.assertEqual(self.waited_ms({3100: self.answered}), 3100)

    def test_nor_is_waited_for_it_in_vain_again(self):
        self.clock.ms = 1010
        self.sampler.due_ms, self.sampler.sampling = 1000, True
        self.assertEqual(self.waited_ms(), 3010)
        self.assertEqual(self.waited_ms(), 3015)
        self.sampler.due_ms, self.sampler.sampling = 4000, False
        self.assertEqual(self.waited_ms(), 3015)
        self.sampler.sampling = True  # there was a calm moment: it is waited for anew

        self.assertEqual(self.waited_ms({4200: self.served(5000)}), 4200)

    def test_whoever_waits_keeps_no_other_from_waiting(self):
        self.sampler.sampling = True

        async def both_wait():
            waits = []
            for _ in range(2):
                waits.append(asyncio.create_task(self.quiet.calm()))
                await asyncio.sleep(0.02)
            self.assertEqual([task.done() for task in waits], [False, False])
            self.sampler.sampling = False
            await asyncio.gather(*waits)

        asyncio.run(both_wait())

    def test_nor_is_what_has_not_begun_for_long(self):
        self.clock.ms = 1250
        self.sampler.due_ms = 1000
        self.assertEqual(self.waited_ms(), 1250)

    def test_a_bus_that_never_falls_silent_keeps_no_record_from_the_journal(self):
        self.bus.asking = True
        self.assertEqual(self.waited_ms(), 2000)

    def calm_ms(self, at=None):
        modbus_quiet.asyncio = Time(self.clock, at or {})
        asyncio.run(self.quiet.calm())
        return self.clock.ms

    def test_calm_is_what_lies_between_two_grid_points(self):
        self.sampler.due_ms = 150
        self.assertEqual(self.calm_ms(), 0)

    def test_between_two_meters_of_a_line_it_is_not_calm(self):
        self.clock.ms = 1010
        self.sampler.due_ms, self.sampler.sampling = 1000, True

        self.assertEqual(self.calm_ms({1200: self.served(2000)}), 1200)

    def test_nor_just_before_a_sample_is_due(self):
        self.sampler.due_ms = 100

        self.assertEqual(self.calm_ms({105: self.served(1100)}), 105)

    def test_after_a_wait_much_is_done_however_short_the_calm_was(self):
        """A line with many meters is calm for a moment in each second, and a record has many
        pieces."""
        self.clock.ms = 1010
        self.sampler.due_ms, self.sampler.sampling = 1000, True

        self.assertEqual(self.calm_ms({1845: self.served(2000)}), 1845)
        self.clock.ms, self.sampler.sampling = 2090, True
        self.assertEqual(self.calm_ms(), 2090)
        self.clock.ms, self.sampler.due_ms = 2095, 2000

        self.assertEqual(self.calm_ms({2840: self.served(3000)}), 2840)

    def test_but_nothing_is_written_then_while_a_meter_is_asked(self):
        self.clock.ms = 1010
        self.sampler.due_ms, self.sampler.sampling = 1000, True

        self.assertEqual(self.calm_ms({1800: self.served(2000)}), 1800)
        self.bus.asking, self.sampler.sampling = True, True

        self.assertEqual(self.waited_ms({1870: self.answered}), 1870)

    def test_a_line_that_is_never_served_keeps_no_code_from_loading(self):
        self.sampler.sampling = True
        self.assertEqual(self.calm_ms(), 2000)

    def test_before_there_are_samplers_the_buses_alone_count(self):
        self.assertEqual(Quiet([], self.clock).samplers, [])


if __name__ == "__main__":
    unittest.main()
