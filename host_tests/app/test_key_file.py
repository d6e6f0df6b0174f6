"""The key-file signer: signs, lets others run, proves its key first, refuses a damaged table."""

import asyncio
import binascii
import hashlib
import os
import unittest

from key_copies_case import PATH, G, key_file, remove_copies, write
from p256_table import TABLE

from wattseal.core import ecdsa
from wattseal.core.p256 import GX, GY, CurveError, N, P
from wattseal.drivers.key_file import KeyFault, KeyFileSigner

MINUS_G = GX.to_bytes(32, "big") + (P - GY).to_bytes(32, "big")

# HMAC-SHA256 of the private key 1, in 32 bytes, over "derived1", a zero byte and "audit".
DERIVED = "54f9eb3a09d39a0117fe8ea05df8856457ceb15f236b77b515e9188a6bb044e9"


def opened(table=TABLE, random_bytes=os.urandom):
    return KeyFileSigner(PATH, table, random_bytes, turn_us=0)  # a fast machine has no long turns


def is_good(signature, message):
    digest = hashlib.sha256(message).digest()
    return ecdsa.finish(ecdsa.verify_steps(G, digest, signature))


class TestSigning(unittest.TestCase):
    def setUp(self):
        write(key_file())

    def tearDown(self):
        remove_copies()

    def test_signs_what_its_public_key_verifies(self):
        signer = opened()
        self.assertEqual((signer.device_id, signer.public_key()), ("w0123456789abcde", G))
        for message in (b"", b"a record", bytes(3000)):
            self.assertTrue(is_good(asyncio.run(signer.sign(message)), message))

    def test_no_two_signatures_are_alike(self):
        signer = opened()
        made = {asyncio.run(signer.sign(b"a record")) for _ in range(4)}
        self.assertEqual(len(made), 4)

    def test_signs_well_with_a_random_generator_that_is_stuck(self):
        for stuck in (b"\0", b"\xff"):
            signer = opened(random_bytes=lambda n, stuck=stuck: stuck * n)
            first = asyncio.run(signer.sign(b"one"))
            second = asyncio.run(signer.sign(b"two"))
            self.assertTrue(is_good(first, b"one") and is_good(second, b"two"))
            self.assertTrue(first[4:36] != second[4:36])  # another nonce, another r

    def test_lets_other_tasks_run_meanwhile(self):
        turns = []

        async def count():
            while True:
                turns.append(1)
                await asyncio.sleep(0)

        async def both():
            other = asyncio.create_task(count())
            await opened().sign(b"a record")
            other.cancel()

        asyncio.run(both())
        self.assertTrue(len(turns) >= 10, len(turns))

    def test_two_signatures_at_once_do_not_mix(self):
        signer = opened()

        async def both():
            return await asyncio.gather(signer.sign(b"one"), signer.sign(b"two"))

        first, second = asyncio.run(both())
        self.assertTrue(is_good(first, b"one") and is_good(second, b"two"))


class TestFresh(unittest.TestCase):
    def setUp(self):
        write(key_file())

    def tearDown(self):
        remove_copies()

    def test_what_is_fresh_differs_with_a_random_generator_that_is_stuck(self):
        signer = opened(TABLE, lambda count: bytes(count))
        drawn = {signer.fresh(purpose) for purpose in (b"salt", b"capsule") for _ in range(20)}
        self.assertEqual(len(drawn), 40)
        self.assertEqual({len(each) for each in drawn}, {32})
        again = opened(TABLE, lambda count: bytes(count))
        self.assertTrue(again.fresh(b"salt") not in drawn)  # after a reset, at another time

    def test_what_is_derived_is_the_same_each_time_and_another_for_each_use(self):
        one, other = opened(), opened()
        self.assertEqual(one.derived(b"audit"), other.derived(b"audit"))
        self.assertTrue(one.derived(b"audit") != one.derived(b"console"))
        self.assertEqual(binascii.hexlify(one.derived(b"audit")).decode(), DERIVED)

    def test_agrees_on_another_key_each_time(self):
        signer = opened(TABLE, lambda count: bytes(count))
        one, two = asyncio.run(signer.agree(G)), asyncio.run(signer.agree(G))
        self.assertTrue(one[0] != two[0] and one[1] != two[1])


class TestFaults(unittest.TestCase):
    def setUp(self):
        write(key_file())
        self.table = bytearray(TABLE)
        self.asked = 0

    def tearDown(self):
        remove_copies()

    def damage(self):
        for entry in range(31, len(self.table), 64):
            self.table[entry] ^= 1

    def random_bytes(self, count):
        """The second attempt to sign finds the memory as it was."""
        self.asked += 1
        if self.asked == 4:  # 1: the key's own proof, 2 and 3: the first attempt
            self.damage()
        return os.urandom(count)

    def proved(self, *how):
        signer = opened(self.table, *how)
        asyncio.run(signer.prove())
        return signer

    def test_a_fault_that_stays_ends_in_an_error_and_no_signature(self):
        signer = self.proved()
        self.damage()
        with self.assertRaises(CurveError):
            asyncio.run(signer.sign(b"a record"))
        signer.patient = True  # resets have not helped: a record waits for the key
        with self.assertRaises(KeyFault):
            asyncio.run(signer.sign(b"a record"))

    def test_a_fault_that_passes_costs_one_attempt(self):
        signer = self.proved(self.random_bytes)
        self.damage()
        self.assertTrue(is_good(asyncio.run(signer.sign(b"a record")), b"a record"))
        self.assertEqual(self.asked, 5)

    def test_a_fault_while_a_key_is_agreed_is_told_as_one_of_the_key(self):
        signer = self.proved()
        self.damage()
        with self.assertRaises(KeyFault):
            asyncio.run(signer.agree(G))

    def test_refuses_a_damaged_table(self):
        self.table[9000] ^= 4
        with self.assertRaises(KeyFault):
            opened(self.table)
        with self.assertRaises(KeyFault):
            opened(TABLE[:-1])


class TestProof(unittest.TestCase):
    def setUp(self):
        self.asked = []

    def tearDown(self):
        remove_copies()

    def random_bytes(self, count):
        self.asked.append(count)
        return os.urandom(count)

    def test_nothing_is_computed_with_the_key_before_somebody_asks(self):
        write(key_file())
        opened(random_bytes=self.random_bytes)
        self.assertEqual(self.asked, [])

    def test_the_key_is_proved_once_and_before_it_signs(self):
        write(key_file())
        signer = opened(random_bytes=self.random_bytes)

        async def all_at_once():
            await asyncio.gather(signer.prove(), signer.sign(b"one"), signer.prove())
            await signer.sign(b"two")

        asyncio.run(all_at_once())
        self.assertEqual(self.asked, [32] + 2 * [32, 64])
        self.assertEqual(signer.counts["key_refused"], 0)

    def test_a_key_whose_halves_do_not_belong_together_signs_nothing(self):
        for private_key, public_key in (
            (2, G), (1, MINUS_G), (N - 1, G), (0, G), (N, G), (N + 1, G), (1, bytes(64)),
        ):  # fmt: skip
            remove_copies()
            write(key_file(private_key, public_key))
            signer = opened()
            for use in (signer.prove(), signer.sign(b"one"), signer.sign(b"two")):
                with self.assertRaises(KeyFault):
                    asyncio.run(use)
            self.assertEqual(signer.counts["key_refused"], 1)

    def test_the_sentence_holds_no_private_key(self):
        key = int.from_bytes(hashlib.sha256(b"secret").digest(), "big")
        write(key_file(key))
        try:
            asyncio.run(opened().prove())
            self.fail("was taken")
        except KeyFault as fault:
            text = str(fault)
        self.assertTrue("key pair" in text and PATH in text)
        self.assertFalse(str(key) in text or "%x" % key in text)

    def test_a_fault_in_the_proof_costs_one_more_attempt(self):
        write(key_file())
        table = bytearray(TABLE)

        def random_bytes(count):
            self.asked.append(count)
            if len(self.asked) == 2:
                table[:] = TABLE
            return os.urandom(count)

        signer = opened(table, random_bytes)
        for entry in range(31, len(table), 64):
            table[entry] ^= 1
        asyncio.run(signer.prove())
        self.assertEqual(self.asked, [32, 32])
