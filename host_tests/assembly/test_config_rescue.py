"""A configuration from far is taken back, whatever fails at its first look, or at its starts."""

import json
import os

from board_case import ON_MICROPYTHON  # first: it is compiled deep down
from update_case import ConfigCase

if ON_MICROPYTHON:
    import hashlib
    from binascii import hexlify

    import virtual_power

    from wattseal import assembly, late, trouble


class ConfigRescueTest(ConfigCase):
    def test_a_first_look_that_fails_leaves_it_watched(self):
        for part in ("wattseal.commanding.updates", "wattseal.drivers.config_kept"):
            for fault in (OSError(5), MemoryError(), ImportError()):
                self.put()
                self.resets.clear()
                self.cut_off_beside(part, fault)

    def cut_off_beside(self, part, fault):
        """What of it is loaded first fails once."""
        load, left = late.load, [fault]

        async def failing(calm, *names):
            if part in names and left:
                raise left.pop()
            await load(calm, *names)

        async def script(world):
            self.watched(world)
            self.assertTrue(await world.until(lambda: self.resets, 1900))
            self.assertEqual((self.in_force(), left), (self.old, []))

        self.world.broker.reachable = False
        late.load = failing
        try:
            self.power().on(script)
        finally:
            late.load = load

    def test_what_is_put_there_at_the_device_meanwhile_stays_too(self):
        self.put()

        async def script(world):
            self.watched(world)
            await world.seconds(600)
            await self.stays(world, self.put_at_the_device())

        self.world.broker.reachable = False
        self.power().on(script)

    def test_one_with_which_no_start_comes_to_anything_goes_back_after_three(self):
        self.put()
        power = self.failing_starts(ValueError("as a codec that takes no such value"))
        for n in range(3):
            self.assertEqual(self.in_force(), self.new, n)
            with self.assertRaises(virtual_power.Ended):
                power.on(None)
        self.assertEqual(self.in_force(), self.old)
        power = self.power()

        async def back(world):
            await self.ready(world)
            await world.seconds(30)
            told = {"v": 1, "result": "rolled_back", "kind": "config"}
            self.assertEqual(self.told("kind"), [told])
            self.assertEqual(trouble.counts(world.firmware)["config_taken_back"], 1)

        power.on(back)

    def test_a_flash_that_fails_as_often_takes_none_back(self):
        self.put()
        power = self.failing_starts(OSError(5))
        for _ in range(9):
            with self.assertRaises(virtual_power.Ended):
                power.on(None)
        self.assertEqual((self.in_force(), len(self.files())), (self.new, 2))

    def test_starts_that_fail_with_one_of_a_person_change_nothing(self):
        power = self.failing_starts(ValueError("any"))
        for _ in range(9):
            with self.assertRaises(virtual_power.Ended):
                power.on(None)
        self.assertEqual((self.in_force(), self.files()), (self.old, ["config.json"]))

    def failing_starts(self, fault):
        def fails(*_):
            raise fault

        power = self.power()
        power.reset_cause = "watchdog"
        assembly.Firmware = fails
        return power

    def test_one_that_the_version_that_runs_refuses_goes_back_at_once(self):
        self.put()
        text = json.dumps(dict(self.new, of_another_version=1))
        kept = [name for name in self.files() if name[-4:] == ".old"][0]
        virtual_power.configure(self.folder, text)  # as that version had taken it
        os.rename(self.folder + "/" + kept, self.folder + "/" + self.kept_for(text))
        power = self.power()
        with self.assertRaises(virtual_power.Ended):
            power.on(None)
        self.assertEqual(self.in_force(), self.old)

        async def back(world):
            await self.ready(world)
            self.assertTrue(await world.until(lambda: self.told("kind"), 60))

        power.on(back)

    def kept_for(self, text):
        """The file of the one before it."""
        return "config.%s.old" % hexlify(hashlib.sha256(text.encode()).digest()[:4]).decode()

    def test_one_that_the_board_alone_refuses_goes_back_at_once_too(self):
        self.put()
        power = self.failing_starts(assembly.configuration.ConfigError(["bus.baud: not here"]))
        with self.assertRaises(virtual_power.Ended):
            power.on(None)
        self.assertEqual(self.in_force(), self.old)

    def test_where_both_are_refused_a_person_is_told(self):
        self.put()
        kept = [name for name in self.files() if name[-4:] == ".old"][0]
        with open(self.folder + "/" + kept, "w") as file:
            file.write("{}")
        virtual_power.configure(self.folder, "{}")
        os.rename(self.folder + "/" + kept, self.folder + "/" + self.kept_for("{}"))
        with self.assertRaises(virtual_power.Ended):
            self.power().on(None)
        with open(self.folder + "/config.json") as file:
            self.assertEqual(file.read(), "{}")
