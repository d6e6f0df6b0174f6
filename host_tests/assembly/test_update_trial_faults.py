"""The flash refuses what ends a trial, for a while: it is tried again until that is done."""

import json

import board_case  # noqa: F401 - first: it is compiled deep down
import slot_loader
from update_case import TrialCase

SAVE = slot_loader.save


class TrialFaultTest(TrialCase):
    def tearDown(self):
        slot_loader.save = SAVE
        super().tearDown()

    def refuse(self, times):
        """So many saves fail from now on."""
        left = [times]

        def save(folder, record):
            left[0] -= 1
            if left[0] >= 0:
                raise OSError(5)
            SAVE(folder, record)

        slot_loader.save = save

    def test_a_confirmation_is_tried_until_it_is_durable(self):
        self.on_trial()

        async def script(world):
            self.refuse(3)
            self.assertTrue(await world.until(lambda: self.state() == (1, 0, 0), 120))
            self.assertTrue(await world.until(lambda: self.told("result"), 20))
            self.assertEqual(self.ended(), ("confirmed", "1.2.3"))

        self.power().on(script)

    def test_meanwhile_no_command_brings_what_the_version_before_may_not_know(self):
        self.on_trial()
        self.world.meters = []  # so it is not confirmed
        text = json.dumps(dict(json.loads(self.config), status_s=9)).encode()

        async def script(world):
            await self.ready(world)
            for verb, values in (("config", {}), ("tariff", {"at": 0, "hash": "-"})):
                result, reason = await self.command(world, verb, body=text, **values)
                self.assertEqual(result, "refused")
                self.assertTrue("on trial" in reason, reason)
            with open(self.folder + "/config.json") as file:
                self.assertEqual(file.read(), self.config)

        self.power().on(script)

    def test_so_is_the_end_of_one_that_is_not_well(self):
        self.on_trial()
        self.world.meters = []

        async def script(world):
            self.refuse(3)
            await world.seconds(590)
            self.assertTrue(await world.until(lambda: self.state() == (0, 1, 0), 120))

        self.power().on(script)

    def test_what_a_start_has_done_is_told_and_the_trial_goes_on(self):
        record = self.on_trial().record
        record.outcome = slot_loader.FELL_BACK
        SAVE(self.slots, record)

        async def script(world):
            self.refuse(1)
            self.assertTrue(await world.until(lambda: self.state() == (1, 0, 0), 120))

        self.power().on(script)
        self.assertTrue("update: fell_back (1.2.3)" in self.said)
