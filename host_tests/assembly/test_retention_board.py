"""The shipped assembly forgets records by their days, when the receiver has them and the time is
known; what is left verifies and the numbering goes on."""

import json
import unittest

from board_case import ON_MICROPYTHON, ChipCase, configured

if ON_MICROPYTHON:
    import virtual_power
    from flash_media import Files, Ring

    HOUR_S = 3600
    DAY_MS = 86400000


class RetentionBoardTest(ChipCase):
    def live(self, medium, lives, **keys):
        def play(power):
            virtual_power.configure("/nor", configured(**keys))
            for life in lives:
                power.on(life)

        self.on_chip(medium, play)

    async def charge(self, world):
        await world.seconds(3)
        world.plug_in()
        assert await world.until(lambda: 1 in world.contactor.closed, 60), "no start"
        await world.seconds(10)
        world.unplug()
        await world.seconds(20)

    async def aged(self, world):
        """A session, 91 days, another session, and the reviews of some hours."""
        await self.charge(world)
        await world.seconds(2 * HOUR_S + 60)
        world.step_ms += 91 * DAY_MS
        await world.seconds(2 * HOUR_S)
        await self.charge(world)
        await world.seconds(2 * HOUR_S)

    def kept(self, found):
        async def life(world):
            await world.seconds(3)
            journal = world.firmware.journal
            found.append([n for n in range(1, journal.next) if journal.read(n)])
            found.append((journal.oldest, journal.next))
            await self.charge(world)
            self.assertEqual(journal.next, 7)

        return life

    def stored(self, number):
        """Of a record the bytes that no other one has."""
        return json.loads(self.world.receiver.stored[number])["id"].encode()

    def test_they_go_after_their_days_on_files_and_on_raw_flash(self):
        for medium in (Files(), Ring(areas=3, area_sectors=8, checkpoint_sectors=14)):
            self.setUp()
            found = []
            self.live(medium, (self.aged, self.kept(found)))
            self.assertEqual(found, [[3, 4], (5, 5)])
            if self.world.flash:
                image = bytes(self.flash.image)
                there = [self.stored(number) in image for number in (1, 2, 3, 4)]
                self.assertEqual(there, [False, False, True, True])

    def test_zero_keeps_them_and_so_does_a_time_that_nobody_knows(self):
        for keys, state in (({"keep_days": 0}, "S"), ({}, "I"), ({"keep_days": 120}, "S")):
            self.setUp()
            found = []

            async def life(world, state=state):
                world.time_state = state
                await self.aged(world)

            medium = Ring(areas=3, area_sectors=8, checkpoint_sectors=14)
            self.live(medium, (life, self.kept(found)), **keys)
            self.assertEqual(found, [[1, 2, 3, 4], (5, 5)], keys)


if __name__ == "__main__":
    unittest.main()
