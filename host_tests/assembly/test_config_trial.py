"""A configuration that came from far, in the shipped assembly: confirmed by a broker, or ended."""

import json
import os
import sys

from board_case import ON_MICROPYTHON  # first: it is compiled deep down
from update_case import ConfigCase

if ON_MICROPYTHON:
    from signed_packages import package

    from wattseal import trouble
    from wattseal.core import faults


class ConfigTrialTest(ConfigCase):
    def cut_off(self):
        """A life without a broker, until it has restarted."""

        async def script(world):
            self.watched(world)
            await world.seconds(1700)
            self.assertEqual((self.in_force(), self.resets), (self.new, []))
            self.assertTrue(await world.until(lambda: self.resets, 200))
            self.assertEqual(self.in_force(), self.old)

        self.world.broker.reachable = False
        self.power().on(script)
        self.world.broker.reachable = True

    def test_a_package_that_cuts_the_device_off_is_taken_back_and_it_says_so(self):
        raw = package(json.dumps(self.new).encode(), kind=1, board="", version=(4, 0, 0))

        async def sent(world):
            await self.ordered(world, raw, "config")
            await self.serve(world, raw, 200)
            self.assertEqual(self.ended(), ("switched", "4.0.0"))

        async def back(world):
            await self.ready(world)
            await world.seconds(30)
            told = {"v": 1, "result": "rolled_back", "kind": "config"}
            self.assertEqual(self.told("kind"), [told])
            self.assertEqual(trouble.counts(world.firmware)["config_taken_back"], 1)
            self.assertEqual(self.world.receiver.status["counts"]["config_taken_back"], 1)
            self.assertEqual(self.files(), ["config.json"])

        async def after(world):
            await world.seconds(3000)
            self.assertEqual((self.told("kind"), self.in_force()), ([], self.old))

        self.power().on(sent)
        self.cut_off()
        for script in (back, after):
            self.world.receiver.answers.clear()
            self.power().on(script)
        self.assertEqual(faults.number("config_taken_back"), 35)

    def test_a_broker_that_refuses_its_subscriptions_confirms_none(self):
        self.put()
        taken = self.world.broker._take

        def refused(packet):
            if packet[0] >> 4 == 8:
                return self.world.broker._say(b"\x90\x03" + packet[2:4] + b"\x80")
            return taken(packet)

        async def script(world):
            self.watched(world)
            self.assertTrue(await world.until(lambda: self.resets, 2000))
            self.assertTrue(world.broker.connects > 10)
            self.assertEqual(self.in_force(), self.old)

        self.world.broker._take = refused
        self.power().on(script)

    def test_one_that_was_taken_back_is_told_once_a_broker_is_there(self):
        self.put()
        self.cut_off()

        async def alone(world):
            await world.seconds(4000)
            self.assertEqual((self.in_force(), len(self.files())), (self.old, 2))

        async def again(world):
            self.assertTrue(await world.until(lambda: self.told("kind"), 60))

        self.world.broker.reachable = False
        self.power().on(alone)
        self.world.broker.reachable = True
        self.power().on(again)

    def test_a_broker_confirms_it(self):
        self.put()

        async def script(world):
            self.assertTrue(await world.until(lambda: self.told("kind"), 30))
            told = {"v": 1, "result": "confirmed", "kind": "config"}
            self.assertEqual(self.told("kind"), [told])
            self.assertEqual((self.in_force(), self.files()), (self.new, ["config.json"]))

        async def without(world):
            self.watched(world)
            await world.seconds(4000)
            self.assertEqual((self.in_force(), self.resets), (self.new, []))

        self.power().on(script)
        self.world.broker.reachable = False
        self.power().on(without)

    def test_a_trial_whose_file_a_later_one_took_along_is_confirmed_all_the_same(self):
        self.put()
        tried = []

        def gone(path):
            tried.append(path)
            if len(tried) == 1:
                os.remove(path)
            raise OSError(2)  # as os.remove has it then

        async def script(world):
            from wattseal.commanding import config_trial as loaded

            loaded.os = type("Os", (), {"remove": gone})
            try:
                self.assertTrue(await world.until(lambda: self.told("kind"), 30))
                await world.seconds(20)
            finally:
                loaded.os = os
            self.assertEqual([each["result"] for each in self.told("kind")], ["confirmed"])
            self.assertEqual((self.in_force(), self.files()), (self.new, ["config.json"]))

        self.power().on(script)
        self.assertEqual(len(tried), 1)

    def test_while_a_session_runs_nothing_is_taken_back(self):
        self.put()

        async def script(world):
            self.watched(world)
            world.plug_in()
            await world.seconds(2500)
            self.assertEqual(world.contactor.closed, {1})
            self.assertEqual((self.in_force(), self.resets), (self.new, []))
            world.unplug()
            self.assertTrue(await world.until(lambda: self.resets, 60))
            self.assertEqual(self.in_force(), self.old)

        self.world.broker.reachable = False
        self.power().on(script)

    def test_what_is_put_there_at_the_device_stays(self):
        self.put()
        third = self.put_at_the_device()

        async def script(world):
            self.watched(world)
            await self.stays(world, third)

        self.world.broker.reachable = False
        self.power().on(script)

    def test_in_safe_mode_it_goes_back_at_once(self):
        self.put()

        async def short(world):
            await world.seconds(1)

        async def script(world):
            self.watched(world)
            self.assertTrue(world.firmware.safe)
            self.assertTrue(await world.until(lambda: self.resets, 60))
            self.assertEqual(self.in_force(), self.old)

        power = self.power()
        power.reset_cause = "watchdog"
        for _ in range(3):
            power.on(short)
        power.on(script)

    def test_a_flash_that_fails_is_tried_again(self):
        self.put()
        left = [OSError(5)] * 3

        def failing(old, new):
            if left:
                raise left.pop()
            os.rename(old, new)

        async def script(world):
            self.watched(world)
            await world.seconds(1700)
            from wattseal.drivers import accepted as loaded  # which the start has dropped

            loaded.os = type("Os", (), {"rename": failing, "remove": os.remove})
            try:
                self.assertTrue(await world.until(lambda: self.resets, 200))
            finally:
                loaded.os = os
            self.assertEqual((self.in_force(), left), (self.old, []))

        self.world.broker.reachable = False
        self.power().on(script)

    def test_where_none_is_on_trial_nothing_of_it_is_loaded(self):
        names = "wattseal.commanding.config_trial", "wattseal.drivers.config_kept"
        self.drop(*names)

        async def script(world):
            await world.seconds(60)
            self.assertEqual([name for name in names if name in sys.modules], [])

        self.power().on(script)
