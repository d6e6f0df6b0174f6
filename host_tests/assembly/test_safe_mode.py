"""Safe mode in the shipped assembly: it meters and stores, and is silent; then the normal mode."""

import json
import sys
import unittest

ON_MICROPYTHON = sys.implementation.name == "micropython"
if ON_MICROPYTHON:
    import virtual_time

    CLOCK = virtual_time.install()

    import os

    import scratch_folder
    import virtual_power
    from virtual_board import VirtualWorld

    from wattseal import late, storage
    from wattseal.core.ecdsa import KeyFault
    from wattseal.core.p256 import CurveError


async def crash(world):
    await world.seconds(20)
    raise ValueError("of the test")


async def session(world):
    await world.seconds(5)
    world.plug_in()
    await world.seconds(300)
    world.unplug()
    await world.seconds(10)


class SafeModeTest(unittest.TestCase):
    def setUp(self):
        if not ON_MICROPYTHON:
            raise unittest.SkipTest("CPython has no task queue of MicroPython's")
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        self.world = VirtualWorld(self.folder)
        self.power = virtual_power.Power(self.world)
        self.power.reset_cause = "watchdog"

    def tearDown(self):
        if ON_MICROPYTHON:
            if "journal" in os.listdir(self.folder):
                scratch_folder.remove(self.folder + "/journal")
            scratch_folder.remove(self.folder)

    def status(self):
        return json.loads(self.world.firmware.greeting.status())

    def test_a_car_whose_start_is_refused_keeps_no_device_in_safe_mode(self):
        self.crashes(3)

        async def waits(world):
            world.meters[0].silent = True
            await world.seconds(5)
            world.plug_in()
            await world.seconds(1200)

        with self.assertRaises(virtual_power.Ended):  # the planned reset
            self.power.on(waits)
        self.assertTrue(self.status()["safe_mode"])
        self.power.on(session)
        self.assertFalse("safe_mode" in self.status())

    def crashes(self, count):
        for _ in range(count):
            with self.assertRaises(virtual_power.Ended):
                self.power.on(crash)
            self.assertFalse("safe_mode" in self.status())

    def test_a_flash_that_fails_at_the_start_is_a_reset_and_no_silence(self):
        sound = storage.of

        def fails(*_):
            raise OSError(5)

        storage.of = fails
        try:
            with self.assertRaises(virtual_power.Ended):
                self.power.on(session)
        finally:
            storage.of = sound
        self.power.on(session)
        self.assertEqual(len(self.world.promised), 2)

    def fails_to_start(self, fault, count):
        """So often a board that cannot be built, and each time a reset."""

        def build(*_):
            raise fault

        sound, virtual_power._Module.build = virtual_power._Module.build, build
        try:
            for _ in range(count):
                with self.assertRaises(virtual_power.Ended):
                    self.power.on(session)
        finally:
            virtual_power._Module.build = sound

    def test_whatever_keeps_a_board_from_being_built_is_a_reset_and_counted(self):
        self.power.on(session)
        for fault in (OSError(5), MemoryError(), TypeError("of the test"), ImportError("part")):
            self.fails_to_start(fault, 1)
        self.power.on(session)
        self.assertEqual((self.status()["boots"], self.status()["resets_unexpected"]), (6, 5))
        self.assertTrue(self.status()["safe_mode"])

    def test_ctrl_c_at_the_start_passes(self):
        def build(*_):
            raise KeyboardInterrupt

        sound, virtual_power._Module.build = virtual_power._Module.build, build
        try:
            with self.assertRaises(KeyboardInterrupt):
                self.power.on(session)
        finally:
            virtual_power._Module.build = sound

    def test_a_configuration_that_a_person_must_put_right_is_no_crash(self):
        self.power.on(session)
        virtual_power.configure(self.folder, "{")
        for _ in range(5):
            with self.assertRaises(virtual_power.Ended):
                self.power.on(session)
        virtual_power.configure(self.folder, virtual_power.CONFIG)
        self.power.on(session)
        self.assertFalse("safe_mode" in self.status())
        self.assertEqual((self.status()["boots"], self.status()["resets_unexpected"]), (2, 1))

    def test_two_crashes_change_nothing(self):
        self.crashes(2)
        self.power.on(session)
        self.assertEqual(self.world.receiver.counted, {"begin": 1, "session": 1})
        self.assertEqual(self.status()["resets_unexpected"], 2)
        self.assertEqual(self.status()["last_reset"], "watchdog")
        self.assertTrue(self.world.watchdog.early >= 2)  # before the journal, and behind it

    def test_crashes_that_are_far_apart_never_add_up(self):
        async def later(world):
            await world.seconds(200)
            raise ValueError("of the test")

        for _ in range(6):
            with self.assertRaises(virtual_power.Ended):
                self.power.on(later)
        self.assertFalse("safe_mode" in self.status())
        self.assertEqual(self.status()["resets_unexpected"], 5)

    def test_after_three_it_meters_and_stores_and_tells_only_the_console(self):
        self.crashes(3)
        before = dict(self.world.receiver.counted)
        self.power.on(session)
        self.assertTrue(self.status()["safe_mode"])
        self.assertTrue("safe mode" in "".join(self.power.said), self.power.said)
        self.assertEqual(self.world.receiver.counted, before)
        kinds = [json.loads(payload)["kind"] for _, payload in self.world.promised]
        self.assertEqual(kinds, ["begin", "session"])
        self.assertEqual(self.world.contactor.violations, [])
        self.assertTrue(self.world.watchdog.longest_ms < 1100)

    def fails_always(self, place, name, broken):
        """A session is open when the power fails, and from then on `broken` takes a place."""

        async def begun(world):
            world.plug_in()
            self.assertTrue(await world.until(lambda: world.contactor.closed, 60))
            await world.seconds(30)

        async def lasts(world):
            await world.seconds(300)

        self.power.on(begun)
        whole = getattr(place, name)
        setattr(place, name, broken(whole))
        try:
            for _ in range(2):
                with self.assertRaises(virtual_power.Ended):
                    self.power.on(lasts)
            self.world.unplug()
            self.power.on(lasts)
            self.assertTrue(self.status()["safe_mode"])
            self.assertTrue(self.world.firmware.points[0].samples > 290)
            return [json.loads(payload)["kind"] for _, payload in self.world.promised]
        finally:
            setattr(place, name, whole)

    def test_what_never_loads_costs_the_checkpoint_and_ends_no_further_start(self):
        for fault in (ImportError("no module named 'wattseal.core.resuming'"), MemoryError()):
            self.tearDown()
            self.setUp()

            def broken(whole, fault=fault):
                async def load(calm, *names):
                    if "wattseal.core.resuming" in names:
                        raise fault
                    await whole(calm, *names)

                return load

            self.assertEqual(self.fails_always(late, "load", broken), ["begin", "session"])

    def test_a_signature_that_never_comes_right_waits_and_metering_goes_on(self):
        def broken(whole):
            async def sign(signer, message):  # as drivers.key_file does
                raise KeyFault("of the test") if signer.patient else CurveError("of the test")

            return sign

        kinds = self.fails_always(virtual_power.PlainSigner, "sign", broken)
        self.assertEqual(kinds, ["begin"])
        self.power.on(session)
        kinds = [json.loads(payload)["kind"] for _, payload in self.world.promised]
        self.assertEqual(kinds, ["begin", "session", "begin", "session"])

    def test_the_normal_mode_comes_back_and_sends_what_was_stored(self):
        self.crashes(3)

        async def safe(world):
            await session(world)
            await world.seconds(1200)

        began_ms = CLOCK.ticks_ms()
        with self.assertRaises(virtual_power.Ended):  # the planned reset
            self.power.on(safe)
        lasted_ms = CLOCK.ticks_diff(CLOCK.ticks_ms(), began_ms)
        self.assertTrue(900000 <= lasted_ms < 915000, lasted_ms)
        self.power.on(session)
        self.assertFalse("safe_mode" in self.status())
        self.assertEqual(self.status()["last_reset"], "planned")
        self.assertEqual(self.world.receiver.counted, {"begin": 2, "session": 2})

    def test_a_session_outlasts_the_quarter_of_an_hour(self):
        self.crashes(3)

        async def long(world):
            world.plug_in()
            await world.seconds(3600)
            self.assertEqual(world.contactor.closed, {1})
            world.unplug()
            await world.seconds(60)

        with self.assertRaises(virtual_power.Ended):
            self.power.on(long)
        kinds = [json.loads(payload)["kind"] for _, payload in self.world.promised]
        self.assertEqual((kinds, self.world.contactor.violations), (["begin", "session"], []))
        self.assertFalse('"TX\\":\\"P\\"' in self.world.promised[-1][1].decode())

    def test_a_car_that_stays_behind_its_session_does_not_keep_it_silent(self):
        self.crashes(3)

        async def parked(world):
            await world.seconds(5)
            world.plug_in()
            await world.seconds(1200)
            world.inputs.request_stop(1, "R")
            await world.seconds(30)

        with self.assertRaises(virtual_power.Ended):  # the planned reset
            self.power.on(parked)
        kinds = [json.loads(payload)["kind"] for _, payload in self.world.promised]
        self.assertEqual(kinds, ["begin", "session"])
        self.world.unplug()
        self.power.on(session)
        self.assertEqual(self.world.receiver.counted, {"begin": 2, "session": 2})

    def test_thirty_cuts_in_a_row_lead_to_it_and_twenty_nine_do_not(self):
        async def cut(world):
            await world.seconds(1)

        self.power.reset_cause = "power"
        for _ in range(30):
            self.power.on(cut)
            self.assertFalse("safe_mode" in self.status())
        self.power.on(cut)
        self.assertTrue(self.status()["safe_mode"])
        self.assertEqual(self.status()["resets_unexpected"], 0)
