"""A task that stands still or dies at an await: the watchdog bites in time, or all ends in order.

Tasks are stopped where they wait, in the shipped assembly, while cars come and go.
"""

import sys
import unittest

ON_MICROPYTHON = sys.implementation.name == "micropython"
if ON_MICROPYTHON:
    import virtual_time

    CLOCK = virtual_time.install()

    import asyncio
    import os

    import scratch_folder
    import virtual_power
    from virtual_board import VirtualWorld

    from wattseal.app import supervisor

WATCHDOG_MS = 8388
CONNECTOR_S = 3 * 120 + 60  # as in starting.hearts
OTHER_S = 60
WORK_S = 80  # until a task that rests has something to do
# In the order of starting.supervised; task 0 is the script.
SAMPLER, CONNECTOR, ACKS, PUBLISHER = 1, 2, 3, 4


class Stopper:
    """Puts itself round task `number`: at its await `at` it hangs, or raises `fault`."""

    def __init__(self, number, at, fault=None):
        self._number, self._at, self._fault = number, at, fault
        self._made = 0
        self.stopped_ms = 0
        self._for_ever = supervisor._for_ever
        supervisor._for_ever = self._take

    def restore(self):
        supervisor._for_ever = self._for_ever

    def _take(self, task):
        self._made += 1
        return self._stop(task) if self._made == self._number + 1 else self._for_ever(task)

    def _stop(self, task):
        thrown = None
        for _ in range(self._at):
            asked = task.throw(thrown) if thrown else task.send(None)
            thrown = None
            try:
                yield asked
            except (asyncio.CancelledError, OSError) as fault:  # the task's own business
                thrown = fault
        self.stopped_ms = CLOCK.ticks_ms()
        if self._fault:
            raise self._fault
        while True:
            yield from asyncio.sleep(3600)


async def cars(world):
    """One after the other, until the watchdog has bitten."""
    for second in range(900):
        await world.seconds(1)
        if second % 40 == 2:
            world.plug_in()
        elif second % 40 == 25:
            world.unplug()
        if world.watchdog.starved_ms > WATCHDOG_MS:
            return


class HangTest(unittest.TestCase):
    def setUp(self):
        if not ON_MICROPYTHON:
            raise unittest.SkipTest("CPython has no task queue of MicroPython's")
        self.folder = None

    def tearDown(self):
        if ON_MICROPYTHON:
            self.remove()

    def fresh(self):
        """A new device: a new receiver knows nothing of old records."""
        self.remove()
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        return VirtualWorld(self.folder)

    def remove(self):
        if self.folder:
            if "journal" in os.listdir(self.folder):
                scratch_folder.remove(self.folder + "/journal")
            scratch_folder.remove(self.folder)

    def run_stopped(self, number, at, fault=None):
        """(world, milliseconds from the stop to the end of the run)"""
        self.world = self.fresh()
        stopper = Stopper(number, at, fault)
        try:
            virtual_power.Power(self.world).on(cars)
        finally:
            stopper.restore()
            self.took_ms = CLOCK.ticks_diff(CLOCK.ticks_ms(), stopper.stopped_ms)

    def resets(self, number, awaits, patience_s):
        for at in awaits:
            self.run_stopped(number, at)
            deadline_ms = 1000 * (patience_s + WORK_S) + WATCHDOG_MS
            self.assertTrue(self.world.watchdog.starved_ms > WATCHDOG_MS, (number, at))
            self.assertTrue(self.took_ms <= deadline_ms, (number, at, self.took_ms))

    def test_a_sampler_that_hangs_is_reset(self):
        self.resets(SAMPLER, range(0, 60, 5), OTHER_S)

    def test_a_connector_that_hangs_is_reset(self):
        self.resets(CONNECTOR, range(0, 90, 9), CONNECTOR_S)

    def test_a_task_of_acknowledgements_that_hangs_is_reset(self):
        self.resets(ACKS, range(5), OTHER_S)

    def test_a_publisher_that_hangs_is_named_and_resets_nothing(self):
        for at in (0, 3, 9, 20):
            self.run_stopped(PUBLISHER, at)
            self.assertEqual(self.world.firmware.stalled, ["publisher"])
            self.assertTrue(self.world.watchdog.longest_ms < 1100)
            self.assertTrue(self.world.watchdog.fed > 890)
            self.assertTrue(b'"stalled": ["publisher"]' in self.world.firmware.greeting.status())

    def test_a_task_that_dies_at_any_await_takes_all_down_at_once(self):
        for number in (SAMPLER, CONNECTOR, ACKS, PUBLISHER):
            for at in range(0, 5 if number == ACKS else 40, 4):
                with self.assertRaises(virtual_power.Ended):
                    self.run_stopped(number, at, MemoryError("of the test"))
                self.assertTrue(self.took_ms < 1000, (number, at, self.took_ms))

    def test_nothing_stalls_while_cars_broker_and_meter_come_and_go(self):
        async def day(world):
            for hour in range(24):
                world.plug_in()
                await world.seconds(2000)
                if hour % 6 == 3:
                    world.broker.cut_off()
                if hour % 6 == 5:
                    world.broker.restore()
                world.meters[0].silent = hour % 5 == 4
                await world.seconds(600)
                self.assertEqual(world.firmware.stalled, [])
                world.unplug()
                await world.seconds(1000)
                world.meters[0].silent = False
            self.assertTrue(world.watchdog.longest_ms < 1100, world.watchdog.longest_ms)

        self.world = self.fresh()
        virtual_power.Power(self.world).on(day)
        self.assertTrue(self.world.watchdog.fed > 86000)
