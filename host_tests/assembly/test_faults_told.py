"""Faults as the shipped assembly tells them: what there is now, and what was counted since."""

import sys
import unittest

from board_case import ON_MICROPYTHON, FolderCase

if ON_MICROPYTHON:
    import gc

    import virtual_power
    from test_console_levels import Said

    from wattseal import late

    OURS = ("wattseal.console.fault_words", "wattseal.console.signs", "wattseal.core.faults",
            "wattseal.console.fault_telling")  # fmt: skip
    SMALL = sys.maxsize < 1 << 32
    STAYS_BYTES = 64 if SMALL else 128  # a name or two of what was said


def loaded():
    return sorted(name for name in sys.modules if name.startswith(OURS))


async def told(world, said, line):
    """All lines of the answer."""
    del said.all[:]
    await said.ask(line)
    await world.seconds(5)
    del said._told[:]
    return said.all[:]


class Lamp:
    """contracts.Lamp: when it was lit and dark, in ms."""

    def __init__(self, world):
        self._clock, self._lit_at = world.clock, 0
        self.flashes = []

    def show(self, lit):
        now = self._clock.ticks_ms()
        if lit:
            self._lit_at = now
        else:
            self.flashes.append(self._clock.ticks_diff(now, self._lit_at))


async def flashes(world, lamp):
    """How long each flash of fifteen seconds is."""
    del lamp.flashes[:]
    await world.seconds(15)
    return set(lamp.flashes)


class FaultsToldTest(FolderCase):
    def setUp(self):
        super().setUp()
        self.drop(*[name for name in sys.modules if name.startswith(OURS)])

    def play(self, script):
        virtual_power.Power(self.world, virtual_power.PlainSigner, stays=False).on(script)

    def test_a_welded_contactor_is_told_behind_a_stop_and_no_session_is_one(self):
        async def script(world):
            await world.seconds(5)
            world.plug_in()
            await world.seconds(1800)
            assert not world.firmware.journal.counters.get("contactor_stuck")
            world.meters[0]._flows = lambda: True
            world.inputs.request_stop(1, "R")
            await world.seconds(1200)
            assert (world.contactor.closed, world.firmware.fault) == (set(), "contactor_stuck")

        self.play(script)

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

    def test_the_lamp_shows_the_worst_and_status_names_it(self):
        async def script(world):
            await world.seconds(1)
            assert lamps == [], "a lamp before the first readings were over"
            await world.seconds(9)
            assert await flashes(world, lamps[0]) == {50}
            world.meters[0].silent = True
            await world.seconds(20)
            lit = await flashes(world, lamps[0])
            assert lit == {800, 200}, lit
            assert world.firmware.fault == "unread"
            await world.seconds(60)
            status = world.receiver.status
            assert status["fault"] == "unread" and status["counts"]["bus_timeout"], status
            world.meters[0].silent = False
            await world.seconds(100)
            assert await flashes(world, lamps[0]) == {50}
            assert "fault" not in world.receiver.status, world.receiver.status
            world.firmware.signer.counts["key_restored"] = 1  # only counted
            await world.seconds(90)
            assert await flashes(world, lamps[0]) == {50}
            world.firmware.open_sessions.unkept = 1  # and this is at risk until a restart
            await world.seconds(90)
            assert world.firmware.fault == "checkpoints_refused"
            assert await flashes(world, lamps[0]) == {800, 200}

        lamps = []

        def made():
            lamps.append(Lamp(self.world))
            return lamps[-1]

        self.world.lamp = made
        virtual_power.configure(
            self.folder, virtual_power.CONFIG.replace('"status_s":0', '"status_s":30')
        )
        self.play(script)
        self.assertEqual(len(lamps), 1)

    def test_a_lamp_that_is_off_is_never_made_and_status_has_the_fault(self):
        def made():
            raise AssertionError("it is off")

        self.world.lamp = made
        self.judged_without_a_lamp('{"led": "off", ')

    def test_a_board_without_a_lamp_has_the_fault_in_its_status(self):
        self.judged_without_a_lamp("{")

    def judged_without_a_lamp(self, begin):
        async def script(world):
            await world.seconds(10)
            assert world.firmware.fault == "", world.firmware.fault
            world.meters[0].silent = True
            await world.seconds(80)
            assert world.receiver.status["fault"] == "unread", world.receiver.status
            world.meters[0].silent = False
            await world.seconds(100)
            assert "fault" not in world.receiver.status, world.receiver.status

        text = virtual_power.CONFIG.replace('"status_s":0', '"status_s":30')
        virtual_power.configure(self.folder, text.replace("{", begin, 1))
        self.play(script)

    def test_a_start_that_could_not_be_counted_is_a_fault(self):
        async def script(world):
            said = Said(world)
            await world.seconds(10)
            world.firmware.begun[0]["boots_unkept"] = 1
            lines = await told(world, said, "faults")
            assert lines[0] == "boots_unkept - a person is needed soon (blinks 3-3)", lines
            assert world.firmware.fault == "boots_unkept", world.firmware.fault
            said.end()

        self.play(script)

    def test_status_at_the_console_says_whether_a_broker_is_there(self):
        async def script(world):
            said = Said(world)
            await world.seconds(10)
            assert '"state": "online"' in await said.ask("status"), said.all
            world.broker.cut_off()
            await world.seconds(30)
            assert '"state": "offline"' in await said.ask("status"), said.all
            said.end()

        self.play(script)

    def test_without_room_there_is_no_lamp_and_nothing_of_it_is_loaded(self):
        async def script(world):
            await world.seconds(30)
            names = [name for name in sys.modules if name.startswith(OURS)]
            assert names == [] and asked == [40960], (names, asked)

        def has_room(least_bytes, text, log):
            asked.append(least_bytes)
            return False

        def made():
            raise AssertionError("there is no room")

        asked, room = [], late.has_room
        self.world.lamp, late.has_room = made, has_room
        try:
            self.play(script)
        finally:
            late.has_room = room

    def test_a_lamp_that_cannot_be_made_costs_nothing_else(self):
        async def script(world):
            await world.seconds(30)
            assert world.firmware.samplers[0].missed == 0
            assert world.firmware.points[0].samples > 25
            world.firmware.open_sessions.unkept = 1
            await world.seconds(70)
            assert world.firmware.fault == "checkpoints_refused"  # the watch goes on

        def made():
            raise OSError(5)

        self.world.lamp = made
        self.play(script)

    def test_nothing_of_it_stays_in_the_heap(self):
        async def script(world):
            said = Said(world)
            await world.seconds(5)
            await said.ask("unlock")
            now, watching = 0, loaded()
            for _ in range(2):  # names are in the heap for good once they were said
                lines = await told(world, said, "faults all")
                assert len(lines) > 15, lines
                lines = await told(world, said, "fault time_steps")
                assert lines[0].startswith("time_steps - "), lines
                del lines, said.all[:]
                gc.collect()
                before, now = now, gc.mem_alloc()
            assert now - before <= STAYS_BYTES, (before, now)
            assert loaded() == watching, (loaded(), watching)
            said.end()

        self.play(script)


if __name__ == "__main__":
    unittest.main()
