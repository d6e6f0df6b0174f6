"""Identities and consent in the shipped assembly: sealed for the back end, and nowhere else."""

import binascii
import gc
import json
import sys
import unittest

from board_case import ON_MICROPYTHON, FolderCase, configured

if ON_MICROPYTHON:
    import canary
    import vectors
    import virtual_power
    from charge_point import ocmf_of
    from cryptolib import aes

    from wattseal import late
    from wattseal.core import capsule, p256_window, sealing
    from wattseal.core.ecdsa import finish
    from wattseal.core.hmac_sha256 import hmac_sha256
    from wattseal.core.pseudonym import pid

    VECTOR = vectors.load("capsule.json")


def opened(payload):
    """What the back end finds in a begin record: (salt, [IT, IL, identification])."""
    raw = binascii.a2b_base64(payload["capsule"])
    x, y = (int.from_bytes(raw[at : at + 32], "big") for at in (0, 32))
    private = int(VECTOR["back_end_private"], 16)
    shared = finish(p256_window.multiply_steps(private, x, y, 1)).to_bytes(32, "big")
    info = b"wattseal capsule 1" + raw[:64] + binascii.unhexlify(VECTOR["back_end_key"]) + b"\1"
    key = hmac_sha256(hmac_sha256(bytes(32), shared), info)
    purpose = capsule.purpose(payload["device"], payload["session"])
    text = sealing.unseal(key, purpose, raw[64:], aes)
    return text[:32], text[32:].decode().rstrip("\0").split("\0")


async def session(world):
    await world.seconds(3)
    world.plug_in(card=canary.CARD)
    await world.seconds(600)
    world.unplug()
    await world.seconds(10)


class PrivacyBoardTest(FolderCase):
    def setUp(self):
        super().setUp()
        self.drop("wattseal.app.sealed_desk", "wattseal.app.consents", "wattseal.app.plain_desk")

    def play(self, script, signer=virtual_power.PlainSigner if ON_MICROPYTHON else None, **keys):
        """(begin record, session record) of what the script charges."""
        virtual_power.configure(self.folder, configured(**keys))
        self.power(signer).on(script)
        return [json.loads(self.world.receiver.stored[number]) for number in (1, 2)]

    def traces(self):
        """Where one of the canary's forms is: (place, form)."""
        receiver = self.world.receiver
        places = [("record %d" % number, text) for number, text in receiver.stored.items()]
        places += [("status", json.dumps(receiver.status).encode()), ("live", receiver.live)]
        places += [("console", "\n".join(self.said).encode())] + canary.files(self.folder)
        return [
            (where, form) for where, data in places for form in canary.hits(canary.CARD[2], data)
        ]

    def test_the_back_end_alone_finds_who_it_was(self):
        begin, end = self.play(
            session, None, sealing_key=VECTOR["back_end_key"], live_ms=1000, policy=2
        )
        salt, presented = opened(begin)
        self.assertEqual(tuple(presented), canary.CARD)
        for record in (begin, end):
            payload = ocmf_of(record)
            who = pid(salt, presented[0], presented[2])
            self.assertEqual((payload["IT"], payload["ID"]), ("LOCAL", who))
        self.assertFalse("capsule" in end)
        self.assertEqual(self.traces(), [])

    def test_without_a_sealing_key_nobody_does(self):
        begin, end = self.play(session)
        self.assertFalse("capsule" in begin or "UP" in ocmf_of(begin))
        self.assertEqual(ocmf_of(end)["IT"], "LOCAL")
        self.assertEqual(self.traces(), [])
        self.assertFalse("wattseal.app.sealed_desk" in sys.modules)

    def test_the_search_finds_what_is_there(self):
        begin, end = self.play(session, id_mode="plain")
        for record in (begin, end):
            payload = ocmf_of(record)
            told = (payload["IT"], payload["IL"], payload["IF"], payload["ID"])
            self.assertEqual(told, ("ISO14443", "VERIFIED", ["RFID_PLAIN"], canary.CARD[2]))
        places = {where.split("/")[-2] if "/" in where else where for where, _ in self.traces()}
        self.assertEqual(places, {"record 1", "record 2", "journal"})
        self.assertTrue(any("id_mode is plain" in text for text in self.said), self.said)

    def test_consent_is_signed_and_taken_back_at_once(self):
        async def script(world):
            consents = world.firmware.recorder.consents
            await world.seconds(3)
            world.plug_in(card=canary.CARD)
            await world.seconds(60)
            name = world.firmware.connectors[0].session.session_id
            self.assertFalse(consents.to_statistics(1))
            self.assertTrue(consents.say(1, name, True, True))
            self.assertTrue(consents.to_statistics(1))
            self.assertTrue(consents.say(1, name, False, True))
            self.assertFalse(consents.to_statistics(1))
            world.unplug()
            await world.seconds(10)

        begin, end = self.play(script, policy=7)
        self.assertEqual(ocmf_of(begin)["UP"], {"b": "contract", "s": 0, "x": 0, "v": 7})
        self.assertEqual(ocmf_of(end)["UP"], {"b": "contract", "s": 0, "x": 1, "v": 7})
        self.assertEqual(end["kind"], "session")

    def test_a_heap_without_room_to_seal_meters_and_says_so(self):
        class Small:
            collect = gc.collect

            @staticmethod
            def mem_free():
                return 30000

        late.gc = Small
        try:
            begin, _ = self.play(session, sealing_key=VECTOR["back_end_key"])
        finally:
            late.gc = gc
        self.assertFalse("capsule" in begin)
        self.assertTrue(any("no room to seal" in text for text in self.said), self.said)
        self.assertEqual(self.world.receiver.status["counts"].get("sealing_no_room"), 1)


if __name__ == "__main__":
    unittest.main()
