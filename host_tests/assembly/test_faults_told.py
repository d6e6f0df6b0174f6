"""Faults as the shipped assembly tells them: what there is now, and what was counted since."""

import sys
import unittest

ON_MICROPYTHON = sys.implementation.name == "micropython"
if ON_MICROPYTHON:
    import virtual_time

    virtual_time.install()

    import gc
    import os

    import scratch_folder
    import virtual_power
    from test_console_levels import Said
    from virtual_board import VirtualWorld

    from wattseal import late
    from wattseal.core import models

    DROP, FORGET = late.drop, models.forget  # a Power that keeps the modules replaces them
    OURS = ("wattseal.fault_words", "wattseal.signs", "wattseal.core.faults",
            "wattseal.console.fault_telling")  # fmt: skip
    SMALL = sys.maxsize < 1 << 32
    STAYS_BYTES = 64 if SMALL else 128  # a name or two of what was said


async def told(world, said, line):
    """All lines of the answer."""
    del said.all[:]
    await said.ask(line)
    await world.seconds(5)
    del said._told[:]
    return said.all[:]


class FaultsToldTest(unittest.TestCase):
    def setUp(self):
        if not ON_MICROPYTHON:
            raise unittest.SkipTest("CPython has no task queue of MicroPython's")
        self.folder = scratch_folder.on_host()
        virtual_power.provision(self.folder)
        self.world = VirtualWorld(self.folder)
        late.drop, models.forget = DROP, FORGET

    def tearDown(self):
        if ON_MICROPYTHON:
            if "journal" in os.listdir(self.folder):
                scratch_folder.remove(self.folder + "/journal")
            scratch_folder.remove(self.folder)

    def play(self, script):
        virtual_power.Power(self.world, virtual_power.PlainSigner, stays=False).on(script)

    def test_a_state_goes_and_what_was_counted_stays(self):
        async def script(world):
            said = Said(world)
            await world.seconds(10)
            assert await told(world, said, "faults") == ["no faults"], said.all
            meter = world.meters[0]
            meter.silent = True
            world.link.set(False)
            await world.seconds(20)
            lines = await told(world, said, "faults")
            assert lines[-1].endswith("the worst unread"), lines
            heads = [line for line in lines if " - " in line]
            assert heads[0] == "unread - a driver cannot charge now (blinks 1-1)", heads
            assert heads[1] == "link_down - a person is needed soon (blinks 3-5)", heads
            assert heads[2].startswith("bus_timeout "), heads
            meter.silent = False
            world.link.set(True)
            await world.seconds(90)
            lines = await told(world, said, "faults")
            assert lines[-1] == "no faults, only what is counted", lines
            assert lines[0].startswith("bus_timeout "), lines
            said.end()

        self.play(script)

    def test_nothing_of_it_stays_in_the_heap(self):
        async def script(world):
            said = Said(world)
            await world.seconds(5)
            await said.ask("unlock")
            now = 0
            for _ in range(2):  # names are in the heap for good once they were said
                lines = await told(world, said, "faults all")
                assert len(lines) > 15, lines
                lines = await told(world, said, "fault time_steps")
                assert lines[0].startswith("time_steps - "), lines
                del lines, said.all[:]
                gc.collect()
                before, now = now, gc.mem_alloc()
            assert now - before <= STAYS_BYTES, (before, now)
            held = [name for name in sys.modules if name.startswith(OURS)]
            assert held == [], held
            said.end()

        self.play(script)


if __name__ == "__main__":
    unittest.main()
