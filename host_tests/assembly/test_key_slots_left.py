"""The shipped assembly after `id_mode` was changed: keys of before are told of, erased, and go in
time; a chip that never had any is not written to."""

import binascii
import unittest

from board_case import ON_MICROPYTHON, ChipCase, configured

if ON_MICROPYTHON:
    import canary
    import virtual_power
    from flash_media import Ring

    from wattseal import storage

    CARD = canary.CARD
    PERSON = ["person", CARD[0], CARD[2]]
    HOUR_S = 3600


class KeySlotsLeftTest(ChipCase):
    def setUp(self):
        super().setUp()
        self.keys = []

    def live(self, *lives):
        """Each is (id_mode, script), on one chip."""
        medium = Ring(areas=3, area_sectors=8, checkpoint_sectors=14, spare=2)

        def play(power):
            for id_mode, script in lives:
                virtual_power.configure("/nor", configured(id_mode=id_mode))
                power.on(script)

        self.on_chip(medium, play, None)

    async def charge(self, world):
        await world.seconds(3)
        world.plug_in(card=CARD)
        assert await world.until(lambda: 1 in world.contactor.closed, 60), "no start"
        name = world.firmware.connectors[0].session.session_id
        await world.seconds(10)
        world.unplug()
        await world.seconds(20)
        return name

    async def with_a_key(self, world):
        name = await self.charge(world)
        slots = world.firmware.privacy_office._slots
        self.keys.append((name, slots.get(slots.find(binascii.unhexlify(name))).key))

    async def without(self, world):
        await self.charge(world)

    def in_flash(self):
        return [
            any(key[at : at + 8] in self.flash.image for at in range(25)) for _, key in self.keys
        ]

    def test_they_are_told_of_and_erased_and_no_new_one_comes(self):
        async def changed(world):
            office = world.firmware.privacy_office
            await self.charge(world)
            self.assertEqual(len(office._slots.live()), 2)
            told = await office.report(PERSON)
            self.assertTrue("2 sessions: " in told, told)
            for name, _ in self.keys:
                self.assertTrue(name in told, told)
                self.assertTrue(" ".join(CARD) in office.report([name]))
            self.assertTrue("of 2 sessions" in await office.erase(PERSON))

        async def later(world):
            await self.charge(world)
            self.assertEqual(world.firmware.privacy_office, None)

        one = ("slots", self.with_a_key)
        self.live(one, one, ("pseudonym", changed), ("pseudonym", later))
        self.assertEqual(self.in_flash(), [False, False])
        told = [text for text in self.said if "keys of sessions before" in text]
        self.assertEqual(told, ["privacy: 2 keys of sessions before are kept to their time"])

    def test_they_go_in_time(self):
        async def acknowledged(world):
            await self.with_a_key(world)
            await world.seconds(3 * HOUR_S)
            world.step_ms += 8 * 24 * 1000 * HOUR_S

        async def changed(world):
            office = world.firmware.privacy_office
            self.assertEqual(len(office._slots.live()), 1)
            await world.seconds(2 * HOUR_S + 60)
            self.assertEqual(office._slots.live(), [])

        self.live(("slots", acknowledged), ("pseudonym", changed))
        self.assertEqual(self.in_flash(), [False])

    def test_a_chip_that_never_had_any_has_no_office_and_no_write(self):
        async def checked(world):
            await self.charge(world)
            self.assertEqual(world.firmware.privacy_office, None)

        self.live(("pseudonym", checked), ("plain", checked))
        region = storage.key_region(self.world.flash)
        self.assertEqual(region.blank_from(0, 2 * region.sector_bytes), 0)


if __name__ == "__main__":
    unittest.main()
