"""A key to seal with is ready before it is needed, seals once, and nothing of the card stays."""

import asyncio
import binascii
import unittest

from charge_world import CARD, OTHER_CARD
from cryptolib import aes
from fakes import settle

from wattseal.app.sealed_desk import SealedDesk
from wattseal.core import capsule, sealing
from wattseal.core.ecdsa import KeyFault
from wattseal.core.pseudonym import pid

BACK_END = bytes(64)


class Signer:
    """contracts.Signer that only agrees; its n-th key is made of n."""

    device_id = "w1"

    def __init__(self):
        self.agreed = 0
        self.faults = 0  # to come
        self.fault = KeyFault("no key")
        self.steps = 0  # of others, while a key is made

    def fresh(self, purpose):
        assert purpose == b"salt"
        return b"r" * 32

    async def agree(self, public_key):
        assert public_key is BACK_END
        for _ in range(self.steps):
            await asyncio.sleep(0)
        if self.faults:
            self.faults -= 1
            raise self.fault
        self.agreed += 1
        return bytes([self.agreed]) * 64, bytes([self.agreed]) * 32


def opened(text, session_id):
    """(number of the key, salt, [IT, IL, identification])."""
    raw = binascii.a2b_base64(text)
    number = raw[0]
    purpose = capsule.purpose("w1", session_id)
    inside = sealing.unseal(bytes([number]) * 32, purpose, raw[64:], aes)
    return number, inside[:32], inside[32:].decode().rstrip("\0").split("\0")


class TestSealedDesk(unittest.TestCase):
    def setUp(self):
        self.signer = Signer()
        self.desk = SealedDesk(lambda count: b"r" * count, self.signer, BACK_END, aes, 0)

    def play(self, script):
        async def main():
            task = asyncio.create_task(self.desk.run())
            await settle()
            try:
                return await script()
            finally:
                task.cancel()

        return asyncio.run(main())

    def test_the_back_end_finds_what_the_pseudonym_is_made_of(self):
        async def script():
            return await self.desk.identify(CARD, "5e55")

        who, text = self.play(script)
        number, salt, presented = opened(text, "5e55")
        self.assertEqual((number, tuple(presented)), (1, CARD))
        self.assertEqual((who.id_type, who.data), ("LOCAL", pid(salt, CARD[0], CARD[2])))
        with self.assertRaises(sealing.SealFault):
            opened(text, "another session")

    def test_each_key_seals_once(self):
        async def script():
            first = await self.desk.identify(CARD, "1")
            at_once = await self.desk.identify(OTHER_CARD, "2")
            await settle()
            ready = self.signer.agreed
            third = await self.desk.identify(CARD, "3")
            self.assertEqual(self.signer.agreed, ready)  # nobody waited for it
            return [opened(text, name)[0] for (_, text), name in
                    zip((first, at_once, third), "123")]  # fmt: skip

        self.assertEqual(self.play(script), [1, 2, 3])

    def test_two_starts_at_once_wait_for_one_another_and_share_no_key(self):
        self.signer.steps = 5

        async def script():
            first = asyncio.create_task(self.desk.identify(CARD, "1"))
            second = asyncio.create_task(self.desk.identify(CARD, "2"))
            one, two = (await first)[1], (await second)[1]
            return sorted([opened(one, "1")[0], opened(two, "2")[0]])

        self.assertEqual(self.play(script), [1, 2])

    def test_a_key_that_cannot_be_made(self):
        for fault in (KeyFault("no key"), MemoryError(), ImportError("p256_window")):
            self.setUp()
            self.signer.faults, self.signer.fault = 2, fault

            async def script():
                self.assertEqual(self.desk.faults, 1)  # by `run`, which goes on
                with self.assertRaises(KeyFault):
                    await self.desk.identify(CARD, "1")
                self.assertEqual(self.desk.faults, 2)
                await settle()
                self.assertEqual(self.signer.agreed, 1)  # made while nobody waits
                return opened((await self.desk.identify(CARD, "2"))[1], "2")[0]

            self.assertEqual(self.play(script), 1)

    def test_no_memory_to_seal_with_is_a_refusal(self):
        def full(*_):
            raise MemoryError

        async def script():
            self.desk._aes = full
            with self.assertRaises(KeyFault):
                await self.desk.identify(CARD, "1")
            self.desk._aes = aes
            await settle()
            return opened((await self.desk.identify(CARD, "2"))[1], "2")[0]

        self.assertEqual(self.play(script), 2)
        self.assertEqual(self.desk.faults, 1)

    def test_nothing_of_a_card_stays(self):
        async def script():
            await self.desk.identify(CARD, "1")
            await settle()

        self.play(script)
        kept = repr([getattr(self.desk, name) for name in dir(self.desk) if name[:2] != "__"])
        self.assertFalse(CARD[2] in kept or "r" * 32 in kept)
