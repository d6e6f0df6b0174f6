"""The shipped assembly with keys in raw flash: who it was is found by the key alone, and once that
is erased nowhere in the chip's image, while the records verify as before."""

import binascii
import hashlib
import json
import unittest

from board_case import ON_MICROPYTHON, ChipCase, configured

if ON_MICROPYTHON:
    import canary
    import signed_commands as signed
    import virtual_power
    from charge_point import ocmf_of
    from command_cuts import told
    from flash_media import Files, Ring

    from wattseal.core import ecdsa, ocmf
    from wattseal.core.pseudonym import pid

    CARDS = (canary.CARD, ("ISO14443", "VERIFIED", "C0FFEE42"))


def verifies(record):
    text, section = ocmf.split(record["ocmf"])
    signature = binascii.unhexlify(json.loads(section)["SD"])
    digest = hashlib.sha256(text.encode()).digest()
    return ecdsa.finish(ecdsa.verify_steps(virtual_power.KEY[-64:], digest, signature))


class Audit:
    """contracts.Audit."""

    def __init__(self):
        self.counts = {}
        self.notes = []

    def note(self, what, obj="", old="", new="", who="device"):
        self.notes.append((what, obj, new))


class KeySlotsBoardTest(ChipCase):
    def setUp(self):
        super().setUp()
        self.drop("wattseal.app.sealed_desk", "wattseal.app.consents", "wattseal.app.plain_desk")
        self.counter, self.audit = 0, Audit()

    def live(self, medium, lives, **keys):
        """Play these lives of the device on one chip."""
        keys.update(id_mode="slots", live_ms=1000, command_key=signed.PUBLIC_HEX)

        def play(power):
            virtual_power.configure("/nor", configured(**keys))
            for life in lives:
                power.on(life)

        self.on_chip(medium, play, None)

    async def charge(self, world, card):
        """The id of a session from begin to end, and the key that it has."""
        firmware = world.firmware
        world.plug_in(card=card)
        assert await world.until(lambda: 1 in world.contactor.closed, 60), "no start"
        name = firmware.connectors[0].session.session_id
        await world.seconds(30)
        world.unplug()
        await world.seconds(20)
        if firmware.privacy_office is None:
            return name, b""
        slots = firmware.privacy_office._slots
        return name, slots.get(slots.find(binascii.unhexlify(name))).key

    async def command(self, world, **values):
        self.counter += 1
        exp = world.utc_ms // 1000 + 60
        await told(world, [signed.command(self.counter, exp, "erase", **values)])
        return world.receiver.answers[-1]

    def records(self):
        stored = self.world.receiver.stored
        return [json.loads(stored[number]) for number in sorted(stored)]

    def in_flash(self, key):
        return [at for at in range(25) if key[at : at + 8] in self.flash.image]

    def traces(self):
        """(where, form) of each card's forms in what left the device or stayed."""
        receiver, stored = self.world.receiver, self.world.receiver.stored
        places = [("record", b"\n".join([stored[number] for number in sorted(stored)]))]
        places += [("status", json.dumps(receiver.status).encode()), ("live", receiver.live)]
        places += [("console", "\n".join(self.said).encode())]
        places += [("answers", json.dumps(receiver.answers).encode())]
        places += [("flash", bytes(self.flash.image)), ("audit", repr(self.audit.notes).encode())]
        return [
            (where, form)
            for _, _, card in CARDS
            for where, data in places
            for form in canary.hits(card, data)
        ]

    def test_an_erased_session_is_nobodys_and_its_record_is_good(self):
        done = []

        async def first(world):
            world.firmware.audit = self.audit
            office = world.firmware.privacy_office
            await world.seconds(3)
            done.append(await self.charge(world, CARDS[0]))
            done.append(await self.charge(world, CARDS[1]))
            done.append(await self.charge(world, CARDS[0]))
            for (name, key), card in zip(done, CARDS):
                self.assertTrue(" ".join(card) in office.report([name]))
                self.assertEqual(len(self.in_flash(key)), 25)
            self.salt = binascii.unhexlify(office.report([done[0][0]]).split("salt ")[1])
            self.assertTrue("destroyed" in await office.erase([done[0][0]]))
            answer = await self.command(world, session=done[2][0])
            self.assertEqual(answer["result"], "done")
            answer = await self.command(world, session=done[2][0])
            self.assertEqual((answer["result"], "no key" in answer["reason"]), ("refused", True))

        async def second(world):
            office = world.firmware.privacy_office
            await world.seconds(3)
            for name, _ in (done[0], done[2]):
                self.assertTrue("there is no key" in office.report([name]))
            self.assertTrue(" ".join(CARDS[1]) in office.report([done[1][0]]))
            done.append(await self.charge(world, CARDS[1]))

        self.live(Ring(areas=3, area_sectors=8, checkpoint_sectors=14, spare=2), (first, second))
        self.assertEqual([len(self.in_flash(key)) for _, key in done], [0, 25, 0, 25])
        self.assertEqual(self.traces(), [])
        records = self.records()
        self.assertEqual([each["kind"] for each in records], ["begin", "session"] * 4)
        self.assertEqual([verifies(each) for each in records], [True] * 8)
        broken = dict(records[1], ocmf=records[1]["ocmf"].replace('"ID":"', '"ID":"0', 1))
        self.assertFalse(verifies(broken))
        who = pid(self.salt, CARDS[0][0], CARDS[0][2])  # the driver has it on a receipt
        self.assertEqual(
            [ocmf_of(each)["ID"] == who for each in records], [True] * 2 + [False] * 6
        )
        capsules = [each["capsule"] for each in records if each["kind"] == "begin"]
        self.assertEqual({len(text) for text in capsules}, {164})
        self.assertEqual({binascii.a2b_base64(text)[0] for text in capsules}, {2})
        asked = [(what, name) for what, name, _ in self.audit.notes]
        ids = [name for name, _ in done]
        self.assertEqual(asked[:2], [("report", ids[0]), ("report", ids[1])])
        erased = [name for what, name in asked if what == "erase"]
        self.assertEqual(erased, [ids[0], ids[2]])
        self.assertEqual(asked[-2:], [("command", "erase c1"), ("command", "erase c2")])

    def test_where_there_is_no_raw_flash_it_is_refused_in_a_sentence(self):
        async def life(world):
            await world.seconds(3)
            await self.charge(world, CARDS[0])
            answer = await self.command(world, session="00")
            self.assertTrue("keeps no keys" in answer["reason"], answer)

        no_spare = Ring(areas=3, area_sectors=8, checkpoint_sectors=14)
        for medium, why in ((Files(), "no raw flash"), (no_spare, "no two sectors")):
            self.setUp()
            self.live(medium, [life])
            told = [text for text in self.said if "id_mode slots is refused" in text]
            self.assertTrue(len(told) == 1 and why in told[0], self.said)
            self.assertEqual([each["kind"] for each in self.records()], ["begin", "session"])
            self.assertFalse("capsule" in self.records()[0])
            self.assertEqual(self.traces(), [])


if __name__ == "__main__":
    unittest.main()
