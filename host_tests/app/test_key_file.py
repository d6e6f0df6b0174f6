"""The key-file signer: signs, tests itself, and refuses a file with any byte changed."""

import asyncio
import binascii
import os
import unittest
from hashlib import sha256

from p256_table import TABLE

from wattseal.core import ecdsa, p256
from wattseal.drivers.key_file import KeyFault, KeyFileSigner

PATH = "build/test_key_%s.bin" % binascii.hexlify(os.urandom(4)).decode()


def key_file():
    raw = b"WSK1w0123456789abcde" + (1).to_bytes(32, "big")
    raw += p256.GX.to_bytes(32, "big") + p256.GY.to_bytes(32, "big")
    return raw + binascii.crc32(raw).to_bytes(4, "big")


def write(raw):
    with open(PATH, "wb") as file:
        file.write(raw)


class TestKeyFile(unittest.TestCase):
    def tearDown(self):
        try:
            os.remove(PATH)
        except OSError:
            pass

    def test_signs_what_its_public_key_verifies(self):
        write(key_file())
        signer = KeyFileSigner(PATH, TABLE, os.urandom)
        self.assertEqual(signer.device_id, "w0123456789abcde")
        signature = asyncio.run(signer.sign(b"message"))
        digest = sha256(b"message").digest()
        steps = ecdsa.verify_steps(signer.public_key(), digest, signature)
        self.assertTrue(ecdsa.finish(steps))

    def test_refuses_a_file_with_any_byte_changed(self):
        good = key_file()
        for at in range(len(good)):
            write(good[:at] + bytes([good[at] ^ 0x10]) + good[at + 1 :])
            with self.assertRaises(KeyFault):
                KeyFileSigner(PATH, TABLE, os.urandom)

    def test_refuses_a_file_of_another_length_or_none(self):
        with self.assertRaises(KeyFault):
            KeyFileSigner(PATH, TABLE, os.urandom)
        for raw in (b"", key_file()[:-1], key_file() + b"\0"):
            write(raw)
            with self.assertRaises(KeyFault):
                KeyFileSigner(PATH, TABLE, os.urandom)

    def test_refuses_a_damaged_table(self):
        write(key_file())
        with self.assertRaises(KeyFault):
            KeyFileSigner(PATH, TABLE[:-1] + b"\0", os.urandom)
