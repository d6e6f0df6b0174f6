"""The shipped assembly on the virtual board: sessions are metered, delivered, acknowledged."""

import json
import sys
import unittest

ON_MICROPYTHON = sys.implementation.name == "micropython"
if ON_MICROPYTHON:
    import virtual_time

    CLOCK = virtual_time.install()

    import asyncio

    import scratch_folder
    import virtual_power
    from virtual_board import VirtualWorld


async def session(world):
    await world.seconds(3)
    world.plug_in()
    await world.seconds(3600)
    world.unplug()
    await world.seconds(10)


async def idle(world):
    await world.seconds(10)


class VirtualBoardTest(unittest.TestCase):
    def setUp(self):
        if not ON_MICROPYTHON:
            return
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        self.world = VirtualWorld(self.folder)
        self.power = virtual_power.Power(self.world)

    def tearDown(self):
        if ON_MICROPYTHON:
            import os

            journal = self.folder + "/journal"
            if "journal" in os.listdir(self.folder):
                scratch_folder.remove(journal)
            scratch_folder.remove(self.folder)

    def needs_micropython(self):
        if not ON_MICROPYTHON:
            raise unittest.SkipTest("CPython has no task queue of MicroPython's")

    def test_meters_a_session_and_delivers_its_records(self):
        self.needs_micropython()
        self.power.on(session)
        world = self.world
        self.assertEqual(world.receiver.counted, {"begin": 1, "session": 1})
        self.assertEqual(sorted(world.receiver.stored.items()), world.promised)
        record = json.loads(world.receiver.stored[2])
        self.assertTrue('"RV":1010' in record["ocmf"], record)  # 11 kW for an hour
        self.assertEqual(world.contactor.violations, [])
        self.assertEqual(world.firmware.journal.acked, 2)
        self.assertTrue(world.watchdog.fed > 3600)

    def test_a_power_cut_leaves_a_session_that_the_next_boot_ends(self):
        self.needs_micropython()

        async def begun(world):
            world.plug_in()
            self.assertTrue(await world.until(lambda: 1 in world.contactor.closed, 20))

        self.power.on(begun)
        self.assertEqual(len(self.world.promised), 1)
        self.power.on(idle)
        kinds = [json.loads(payload)["kind"] for _, payload in self.world.promised]
        self.assertEqual(kinds, ["begin", "session"])
        self.assertTrue('"TX\\":\\"P\\"' in self.world.receiver.stored[2].decode())

    def test_an_outage_is_made_up_for(self):
        self.needs_micropython()
        self.world.broker.cut_off()
        self.power.on(session)
        self.assertEqual(self.world.receiver.stored, {})

        async def later(world):
            await world.seconds(60)
            self.assertEqual(world.receiver.stored, {})  # an outage outlives a reset
            world.broker.restore()
            await world.seconds(120)

        self.power.on(later)
        self.assertEqual(sorted(self.world.receiver.stored.items()), self.world.promised)

    def test_a_silent_meter_starts_nothing(self):
        self.needs_micropython()
        self.world.meters[0].silent = True
        self.power.on(session)
        self.assertEqual((self.world.promised, self.world.contactor.violations), ([], []))
        self.assertTrue("refused" in self.power.said[0], self.power.said)

    def test_a_failure_of_the_firmware_is_told(self):
        self.needs_micropython()

        async def bad(world):
            raise ValueError("of the test")

        with self.assertRaises(virtual_power.Ended):
            self.power.on(bad)

    def test_time_passes_only_when_all_wait(self):
        self.needs_micropython()

        async def waits():
            start, began = CLOCK.ticks_ms(), CLOCK.real_ticks_ms()
            await asyncio.sleep(86400)
            return CLOCK.ticks_diff(CLOCK.ticks_ms(), start), CLOCK.real_ticks_ms() - began

        passed, took = asyncio.run(waits())
        self.assertEqual(passed, 86400000)
        self.assertTrue(took < 1000, took)
