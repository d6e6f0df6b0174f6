"""The key-file signer: signs, lets others run, and refuses a key or table that is not whole."""

import asyncio
import binascii
import hashlib
import os
import struct
import unittest

from p256_table import TABLE

from wattseal.core import ecdsa
from wattseal.core.p256 import GX, GY, CurveError, N, P
from wattseal.drivers.key_file import KeyFault, KeyFileSigner

PATH = "build/test_key_%s.bin" % binascii.hexlify(os.urandom(4)).decode()
G = GX.to_bytes(32, "big") + GY.to_bytes(32, "big")
MINUS_G = GX.to_bytes(32, "big") + (P - GY).to_bytes(32, "big")


def key_file(private_key=1, public_key=G, device_id=b"w0123456789abcde"):
    private_key = private_key.to_bytes(32, "big")
    raw = struct.pack(">4s16s32s64s", b"WSK1", device_id, private_key, public_key)
    return raw + struct.pack(">I", binascii.crc32(raw))


def write(raw):
    with open(PATH, "wb") as file:
        file.write(raw)


def opened(table=TABLE, random_bytes=os.urandom):
    return KeyFileSigner(PATH, table, random_bytes, turn_us=0)  # a fast machine has no long turns


def is_good(signature, message):
    digest = hashlib.sha256(message).digest()
    return ecdsa.finish(ecdsa.verify_steps(G, digest, signature))


class TestSigning(unittest.TestCase):
    def setUp(self):
        write(key_file())

    def tearDown(self):
        os.remove(PATH)

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


class TestFaults(unittest.TestCase):
    def setUp(self):
        write(key_file())
        self.table = bytearray(TABLE)
        self.asked = 0

    def tearDown(self):
        os.remove(PATH)

    def damage(self):
        for entry in range(31, len(self.table), 64):
            self.table[entry] ^= 1

    def random_bytes(self, count):
        """The second attempt to sign finds the memory as it was."""
        self.asked += 1
        if self.asked == 4:  # 1: the key's own check, 2 and 3: the first attempt
            self.damage()
        return os.urandom(count)

    def test_a_fault_that_stays_ends_in_an_error_and_no_signature(self):
        signer = opened(self.table)
        self.damage()
        with self.assertRaises(CurveError):
            asyncio.run(signer.sign(b"a record"))

    def test_a_fault_that_passes_costs_one_attempt(self):
        signer = opened(self.table, self.random_bytes)
        self.damage()
        self.assertTrue(is_good(asyncio.run(signer.sign(b"a record")), b"a record"))
        self.assertEqual(self.asked, 5)

    def test_refuses_a_damaged_table(self):
        self.table[9000] ^= 4
        with self.assertRaises(KeyFault):
            opened(self.table)
        with self.assertRaises(KeyFault):
            opened(TABLE[:-1])


class TestKeyFile(unittest.TestCase):
    def tearDown(self):
        try:
            os.remove(PATH)
        except OSError:
            pass  # the test is about a missing file

    def refused(self, raw):
        """The sentence it is refused with; no file at all for None."""
        if raw is not None:
            write(raw)
        try:
            opened()
        except KeyFault as fault:
            return str(fault)
        self.fail("was taken")
        return ""

    def test_refuses_a_file_with_any_byte_changed(self):
        good = key_file()
        for at in range(len(good)):
            self.assertTrue(
                PATH in self.refused(good[:at] + bytes([good[at] ^ 16]) + good[at + 1 :])
            )

    def test_refuses_a_file_cut_at_any_byte_or_too_long(self):
        good = key_file()
        for end in range(len(good)):
            self.refused(good[:end])
        self.refused(good + b"\0")

    def test_says_where_a_missing_file_was_looked_for(self):
        sentence = self.refused(None)
        self.assertTrue(PATH in sentence and "missing" in sentence)

    def test_refuses_whole_files_with_halves_that_do_not_belong_together(self):
        for private_key, public_key in (
            (2, G), (1, MINUS_G), (N - 1, G), (0, G), (N, G), (N + 1, G), (1, bytes(64)),
        ):  # fmt: skip
            self.assertTrue("key pair" in self.refused(key_file(private_key, public_key)))

    def test_refuses_a_device_id_that_is_not_its_own_making(self):
        for device_id in (
            b"x0123456789abcde",
            b"w0123456789abcd/",
            b"w0123456789abcdE",
            b"w" * 16,
        ):
            self.assertTrue("device id" in self.refused(key_file(1, G, device_id)))

    def test_no_sentence_holds_the_private_key(self):
        key = int.from_bytes(hashlib.sha256(b"secret").digest(), "big")
        text = self.refused(key_file(key))
        self.assertFalse(str(key) in text or "%x" % key in text)
