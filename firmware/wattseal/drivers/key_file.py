"""Signs with a private key kept in a file; must never print, return or log it.

The file, 123 bytes: "WSK1", device id (15 ASCII, opaque, made with the key), private key (32),
public key x and y (64), reserved (4, zero), CRC-32 of all before (4, big-endian).
"""

import asyncio
import binascii
import hashlib

from micropython import const

from wattseal.core import der, ecdsa, p256
from wattseal.core.p256_comb import check_table

MAGIC = b"WSK1"
FILE_BYTES = const(123)
_ID_BYTES = const(15)
_STEPS_A_TURN = const(4)


class KeyFault(Exception):
    """The key cannot be used; the argument is one sentence."""


class KeyFileSigner:
    """Satisfies contracts.Signer. `random_bytes(n)`: os.urandom or better."""

    def __init__(self, path: str, table: bytes, random_bytes: "object") -> None:
        raw = _read(path)
        self.device_id = raw[4 : 4 + _ID_BYTES].decode()
        self._private_key = int.from_bytes(raw[19:51], "big")
        self._public_key = raw[51:115]
        self._table = table
        self._random_bytes = random_bytes
        _check(path, self._private_key, self._public_key)
        try:
            check_table(table)
        except p256.CurveError as fault:
            raise KeyFault("%s; install the firmware again" % fault)

    def public_key(self) -> bytes:
        return self._public_key

    async def sign(self, message: bytes) -> bytes:
        """DER signature over SHA-256 of `message`, hedged and blinded. CurveError on a fault."""
        digest = hashlib.sha256(message).digest()
        steps = ecdsa.sign_steps(
            self._private_key, digest, self._table, self._random_bytes(32), self._random_bytes(96)
        )
        return der.encode(*(await _cooperatively(steps)))

    async def self_test(self) -> bool:
        """Sign and verify: private and public key belong together. A second on an RP2040."""
        message = b"wattseal key self-test"
        signature = await self.sign(message)
        digest = hashlib.sha256(message).digest()
        return await _cooperatively(ecdsa.verify_steps(self._public_key, digest, signature))


async def _cooperatively(steps: "object") -> "object":
    """Run a generator of core, letting other tasks run every few steps."""
    count = 0
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value
        count += 1
        if count % _STEPS_A_TURN == 0:
            await asyncio.sleep(0)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            raw = file.read(FILE_BYTES + 1)
    except OSError:
        raise KeyFault("the key file %s is missing; make one with `tools.keys new`" % path)
    crc = int.from_bytes(raw[-4:], "big")
    if len(raw) != FILE_BYTES or raw[:4] != MAGIC or binascii.crc32(raw[:-4]) != crc:
        raise KeyFault(
            "the key file %s is damaged; put back its copy, do not make a new key" % path
        )
    return raw


def _check(path: str, private_key: int, public_key: bytes) -> None:
    x = int.from_bytes(public_key[:32], "big")
    y = int.from_bytes(public_key[32:], "big")
    if not 0 < private_key < p256.N or not p256.is_public_key(x, y):
        raise KeyFault("the key file %s holds no P-256 key; put back its copy" % path)
