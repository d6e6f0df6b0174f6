"""Between the verdict on a package and its use: what rots, what is ordered; and who has signed."""

import json
import os

from board_case import ON_MICROPYTHON  # first: it is compiled deep down
from update_case import UpdateCase

if ON_MICROPYTHON:
    from four_elements import TEXT
    from signed_packages import OTHER_KEY, package
    from update_case import ARCHIVE

PRICE = b'"p":'


class UpdateRotTest(UpdateCase):
    async def judged_then(self, world, act):
        """`act` once, after the first package that is judged whole."""
        updates = world.firmware.updates
        judge = updates._judge

        async def judged(head_alone):
            why = await judge(head_alone)
            if not head_alone:
                updates._judge = judge
                act()
            return why

        updates._judge = judged

    def flipped(self, raw, at, slot):
        with open(self.slots + "/" + slot, "wb") as file:
            file.write(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :])

    def rotten(self, raw, kind, at, slot):
        """What becomes of it where the byte `at` rots: (result, reason)."""

        async def script(world):
            await self.ordered(world, raw, kind)
            await self.judged_then(world, lambda: self.flipped(raw, at, slot))
            await self.serve(world, raw, 120)
            self.said_of = self.ended()
            another = package(ARCHIVE, version=(1, 2, 4))
            self.assertEqual((await self.ordered(world, another))[0], "done")
            self.world.receiver.answers.clear()
            await self.serve(world, another, 120)  # and it goes on
            self.assertEqual(self.ended(), ("switched", "1.2.4"))

        self.power().on(script)
        return self.said_of

    def test_a_price_that_rots_is_not_put_in_force(self):
        with open(self.folder + "/config.json", "w") as file:
            json.dump(dict(json.loads(self.config), tariff="t.json"), file)
        with open(self.folder + "/t.json", "wb") as file:
            file.write(TEXT)
        raw = package(TEXT, kind=2, board="", version=(4, 0, 0))
        at = raw.find(PRICE) + len(PRICE)
        while not 48 <= raw[at] < 58:
            at += 1
        self.assertEqual(self.rotten(raw, "tariff", at, "c"), ("refused", "its hash is wrong"))
        with open(self.folder + "/t.json", "rb") as file:
            self.assertEqual(file.read(), TEXT)
        for name in os.listdir(self.folder):
            if name[:6] == "t.json":
                os.remove(self.folder + "/" + name)

    def test_a_head_that_rots_is_refused_and_the_next_package_is_taken(self):
        raw = package(ARCHIVE, version=(1, 2, 3))
        for at in (0, 5, 6, 48):  # no form, another kind, no name, another version
            result, reason = self.rotten(raw, "firmware", at, "a")
            self.assertEqual(result, "refused")
            self.assertTrue("no more what was judged" in reason, reason)
            self.tearDown()
            self.setUp()

    def test_one_that_is_ordered_anew_while_it_waits_is_fetched_anew(self):
        one, other = (package(ARCHIVE, version=(1, 2, n)) for n in (3, 4))

        async def script(world):
            await self.ordered(world, one)
            await self.judged_then(world, world.plug_in)
            await self.serve(world, one, 30)
            for raw in (other, one):
                self.assertEqual((await self.ordered(world, raw))[0], "done")
            world.unplug()
            self.world.receiver.answers.clear()
            await self.serve(world, one, 400)
            self.assertEqual(self.ended(), ("switched", "1.2.3"))
            self.assertTrue(self.told("want"))

        self.power().on(script)

    def test_a_bad_verdict_refuses_none_that_was_ordered_meanwhile(self):
        good = package(ARCHIVE, version=(1, 2, 4))
        bad = package(ARCHIVE, version=(1, 2, 3))
        bad = bad[:-1] + bytes([bad[-1] ^ 1])

        async def script(world):
            await self.ordered(world, bad)
            updates = world.firmware.updates
            judge = updates._judge

            async def judged(head_alone):
                why = await judge(head_alone)
                if why:
                    updates._judge = judge
                    await self.ordered(world, good)
                return why

            updates._judge = judged
            await self.serve(world, bad, 60)
            await self.serve(world, good, 300)
            self.assertEqual(self.ended(), ("switched", "1.2.4"))
            self.assertEqual(updates._judge, judge)

        self.power().on(script)

    def test_nobody_elses_package_of_the_configuration_in_force_is_told_as_switched(self):
        raw = package(self.config.encode(), kind=1, board="", version=(9, 9, 9), floor=(0, 0, 0),
                      key=OTHER_KEY)  # fmt: skip

        async def script(world):
            await self.ordered(world, raw, "config")
            await self.serve(world, raw, 120)
            said = "it is not signed by the update key"
            self.assertEqual(self.ended(), ("refused", said))

        self.power().on(script)
