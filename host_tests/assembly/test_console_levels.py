"""The console's levels on the shipped assembly: what they tell of a session, and what never.

No output at any level that exists yet shows who charges, the session's id, or when it began.
"""

import sys
import unittest

from board_case import ON_MICROPYTHON, FolderCase

if ON_MICROPYTHON:
    import gc

    import canary
    import virtual_power
    from console_asking import Said, unlocked
    from console_case import Audit

    LINES = ("show", "live", "selftest", "status", "heap", "help", "unlock", "time 1", "time x",
             "detect 9", "nonsense", "stop 9 L", "report", "erase", "meter", "session", "journal",
             "mqtt", "log", "audit")  # fmt: skip
    MOST_BYTES = 9000 if sys.maxsize < 1 << 32 else 14000  # measured: 7936, 12000
    PARTS = ("access.wiring", "access.telling", "access.setting", "app.console_desk",
             "app.console_lock")  # fmt: skip


class ConsoleLevelsTest(FolderCase):
    def setUp(self):
        super().setUp()
        self.drop(*["wattseal." + name for name in PARTS])

    def play(self, script):
        virtual_power.Power(self.world, virtual_power.PlainSigner, stays=False).on(script)

    def test_no_level_tells_who_charges_or_since_when(self):
        found = {}

        async def script(world):
            said = Said(world)
            await world.seconds(3)
            await said.ask("present 1 " + " ".join(canary.CARD))
            world.plug_in(card=canary.CARD)
            assert await world.until(lambda: 1 in world.contactor.closed, 60), "no start"
            begun_s = world.utc_ms // 1000
            session_id = world.firmware.connectors[0].session.session_id
            await world.seconds(600)
            for level in range(3):
                if level:
                    await unlocked(said, world.firmware.signer, level)
                for line in LINES:
                    await said.ask(line)
                found[level] = await said.ask("show")
            world.unplug()
            await world.seconds(30)
            found["ended"] = await said.ask("show")
            text = "\n".join(said.all)
            for hidden in [session_id] + [str(begun_s + off)[:9] for off in (-30, 0, 30)]:
                assert hidden not in text, hidden
            assert canary.hits("04C0FFEE42CA7E", text.encode()) == [], text
            said.end()

        self.play(script)
        for level in range(3):
            self.assertTrue("connector 1: meter good, active, " in found[level], found[level])
            self.assertTrue("active, 0.000 kWh" not in found[level], found[level])
        self.assertTrue("; connector 1: meter good, idle" in found["ended"], found["ended"])

    def test_each_unlock_is_taken_down_and_nothing_else(self):
        async def script(world):
            world.firmware.audit = audit = Audit()
            said = Said(world)
            await unlocked(said, world.firmware.signer, 2)
            for _ in range(5):
                await said.ask("unlock 1")
                await said.ask("answer " + "0" * 32)
            await said.ask("unlock 1")
            noted = [(what, obj) for what, obj, who in audit.noted if who == "console"]
            want = [("unlock", "2")] + [("unlock_failed", "1")] * 5 + [("locked_out", "1")]
            assert noted == want, noted
            said.end()

        self.play(script)

    def test_nothing_of_it_is_loaded_before_it_is_asked_for(self):
        async def script(world):
            said = Said(world)
            await said.ask("nonsense")
            await said.ask("status")
            await said.ask("present 1 " + " ".join(canary.CARD))
            loaded = [name for name in PARTS if "wattseal." + name in sys.modules]
            assert loaded == [], loaded
            gc.collect()
            before = gc.mem_free()
            await said.ask("unlock")
            gc.collect()
            assert before - gc.mem_free() < MOST_BYTES
            said.end()

        self.play(script)


if __name__ == "__main__":
    unittest.main()
