"""A signed command takes a bill back in the shipped assembly, once; nothing of it stays loaded."""

import json
import sys
import unittest

ON_MICROPYTHON = sys.implementation.name == "micropython"
if ON_MICROPYTHON:
    import virtual_time

    virtual_time.install()

    import os

    import command_cuts
    import scratch_folder
    import signed_commands as signed
    import virtual_power
    from charge_point import ocmf_of
    from command_cuts import told
    from four_elements import TEXT
    from virtual_board import VirtualWorld

    from wattseal import late
    from wattseal.core import models
    from wattseal.core.pricing import loading

    DROP, FORGET = late.drop, models.forget  # a Power that keeps the modules replaces them

LATE = (
    "wattseal.commanding.correcting",
    "wattseal.core.correction",
    "wattseal.commanding.judging",
)


class CorrectCommandTest(unittest.TestCase):
    def setUp(self):
        if not ON_MICROPYTHON:
            raise unittest.SkipTest("CPython has no task queue of MicroPython's")
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        with_tariff = command_cuts.CONFIG.replace('"version":1,', '"version":1,"tariff":"t.json",')
        virtual_power.configure(self.folder, with_tariff)
        with open(self.folder + "/t.json", "wb") as file:
            file.write(TEXT)
        self.world = VirtualWorld(self.folder)
        self.counter = 0
        late.drop, models.forget = DROP, FORGET

    def tearDown(self):
        if ON_MICROPYTHON:
            if "journal" in os.listdir(self.folder):
                scratch_folder.remove(self.folder + "/journal")
            scratch_folder.remove(self.folder)

    async def answer(self, world, verb, body=None, **values):
        """(result, reason)."""
        self.counter += 1
        exp = world.utc_ms // 1000 + 60
        await told(world, [signed.command(self.counter, exp, verb, body, **values)])
        await world.seconds(10)
        answer = world.receiver.answers[-1]
        self.assertEqual(answer["id"], "c%d" % self.counter)
        return answer["result"], answer["reason"]

    def test_a_bill_is_taken_back_once_over_a_restart(self):
        wrong = {"pg": 2, "reason": "wrong tariff"}

        async def script(world):
            await world.seconds(3)
            world.plug_in()
            await world.seconds(600)
            result, reason = await self.answer(world, "correct", **wrong)
            self.assertEqual((result, reason), ("refused", "there is no such record"))
            world.unplug()
            await world.seconds(10)
            result, reason = await self.answer(world, "correct", **wrong)
            self.assertEqual((result, reason), ("done", "T3 takes back T2"))
            result, reason = await self.answer(world, "correct", **wrong)
            self.assertEqual((result, "already, by T3" in reason), ("refused", True), reason)
            self.assertEqual([name for name in LATE if name in sys.modules], [])

        async def later(world):
            result, reason = await self.answer(world, "correct", **wrong)
            self.assertEqual((result, "already, by T3" in reason), ("refused", True), reason)

        power = virtual_power.Power(self.world, stays=False)
        power.on(script)
        power.on(later)
        receiver = self.world.receiver
        self.assertEqual(receiver.counted, {"begin": 1, "session": 1, "correction": 1})
        bill, taken = [ocmf_of(json.loads(receiver.stored[n])) for n in (2, 3)]
        self.assertTrue(bill["XC"]["pay"] > 0)
        self.assertEqual(taken["XC"]["pay"], -bill["XC"]["pay"])
        self.assertEqual((taken["UR"], taken["UC"]), (2, "wrong tariff"))

    def test_a_tariff_in_two_parts_takes_effect_at_the_next_start(self):
        new = TEXT.replace(b'"EUR"', b'"CHF"')
        first = {"at": 0, "hash": "-"}
        last = {"at": 300, "hash": loading.load(new).identity[:16]}

        async def script(world):
            await world.seconds(3)
            world.plug_in()
            await world.seconds(60)
            self.assertTrue("in use" in (await self.answer(world, "tariff", b"{", **first))[1])
            world.unplug()
            await world.seconds(10)
            self.assertTrue("missing" in (await self.answer(world, "tariff", b"{", **last))[1])
            for text in (b"{" * len(new), new.replace(b"CHF", b"chf")):
                await self.answer(world, "tariff", text[:300], **first)
                reason = (await self.answer(world, "tariff", text[300:], **last))[1]
                self.assertTrue("is refused" in reason, reason)
            other = new.replace(b"900,", b"901,").replace(b"000,", b"001,")
            self.assertTrue(other[:300] != new[:300])
            await self.answer(world, "tariff", other[:300], **first)
            reason = (await self.answer(world, "tariff", new[300:], **last))[1]
            self.assertTrue("not of one tariff" in reason, reason)
            self.assertFalse("t.json.new" in os.listdir(self.folder))
            await self.answer(world, "tariff", new[:300], **first)
            self.assertEqual(self.kept(), TEXT)
            self.assertEqual((await self.answer(world, "tariff", new[300:], **last))[0], "done")
            self.assertEqual(self.kept(), new)
            self.assertFalse("wattseal.drivers.tariff_replace" in sys.modules)

        async def later(world):
            await world.seconds(10)

        power = virtual_power.Power(self.world, stays=False)
        power.on(script)
        self.assertEqual(len(self.world.receiver.tariffs), 1)
        power.on(later)
        self.assertEqual(len(self.world.receiver.tariffs), 2)
        self.assertFalse("t.json.new" in os.listdir(self.folder))

    def kept(self):
        with open(self.folder + "/t.json", "rb") as file:
            return file.read()


if __name__ == "__main__":
    unittest.main()
