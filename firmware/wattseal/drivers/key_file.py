"""Signs with a private key kept in a file; must never print, return or log it.

The file, 120 bytes, numbers big-endian:

    offset  size  field
    0       4     "WSK1", the format and its version
    4       16    device id: "w" and 15 hex digits, random, made with the key
    20      32    private key
    52      64    public key, x and y
    116     4     CRC-32 of bytes 0 to 115

The private key lies in plain flash. Where the law asks for more, a secure element is the answer.
"""

import asyncio
import binascii
import hashlib
import struct
import time

from micropython import const

from wattseal.core import der, ecdsa
from wattseal.core.p256 import CurveError
from wattseal.core.p256_comb import check_table

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Generator, TypeVar

    from wattseal.core.p256_native import Native

    Result = TypeVar("Result")

_MAGIC = b"WSK1"
_ENOENT = const(2)
_FILE_BYTES = const(120)
_CHECKED = const(116)  # bytes that the CRC covers
_LAYOUT = ">4s16s32s64sI"
_TURN_US = const(2000)  # and the step under way then, on an RP2040 up to 4 ms more
_ATTEMPTS = const(2)
_HEX = b"0123456789abcdef"


class KeyFault(Exception):
    """The key cannot be used; the argument is one sentence."""


class KeyFileSigner:
    """Satisfies contracts.Signer. `random_bytes(n)`: os.urandom or better.

    `native`: the module that computes, None for bytecode. `turn_us`: how long it signs before
    others have their turn.
    """

    def __init__(
        self, path: str, table: bytes, random_bytes: "Callable[[int], bytes]",
        native: "Native | None" = None, turn_us: int = _TURN_US,
    ) -> None:  # fmt: skip
        """Read and prove the key; takes as long as a signature. KeyFault."""
        self.device_id, self._private_key, self._public_key = _parse(_read(path), path)
        self._table = table
        self._random_bytes = random_bytes
        self._native = native
        self._turn_us = turn_us
        try:
            check_table(table)
            steps = ecdsa.key_pair_steps(
                self._private_key, self._public_key, table, random_bytes(32), native
            )
            belongs = ecdsa.finish(steps)
        except CurveError as fault:
            raise KeyFault("%s; install the firmware again" % fault)
        if not belongs:
            raise KeyFault("the key file %s holds no P-256 key pair; put back its copy" % path)

    def public_key(self) -> bytes:
        return self._public_key

    async def sign(self, message: bytes) -> bytes:
        """DER signature over SHA-256 of `message`, hedged and blinded.

        A computing fault costs one more attempt, with another nonce; a second one is a CurveError.
        """
        digest = hashlib.sha256(message).digest()
        attempt = 1
        while True:
            try:
                return der.encode(*(await _cooperatively(self._steps(digest), self._turn_us)))
            except CurveError:
                if attempt == _ATTEMPTS:
                    raise
            attempt += 1

    def _steps(self, digest: bytes) -> "Generator[None, None, tuple[int, int]]":
        extra, blinding = self._random_bytes(32), self._random_bytes(64)
        return ecdsa.sign_steps(
            self._private_key, digest, self._table, extra, blinding, self._native
        )


async def _cooperatively(steps: "Generator[None, None, Result]", turn_us: int) -> "Result":
    """Run a generator of core, letting other tasks run after each turn of steps."""
    began_us = time.ticks_us()
    while True:
        try:
            next(steps)
        except StopIteration as done:
            return done.value
        if time.ticks_diff(time.ticks_us(), began_us) >= turn_us:
            await asyncio.sleep(0)
            began_us = time.ticks_us()


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(_FILE_BYTES + 1)
    except OSError as fault:
        if fault.errno != _ENOENT:  # there is one: a new one would orphan every record of it
            raise KeyFault(
                "the key file %s cannot be read (error %s); make no new one" % (path, fault.errno)
            )
        raise KeyFault(
            "the key file %s is missing; make one with `python -m tools.keys new`" % path
        )


def _parse(raw: bytes, path: str) -> "tuple[str, int, bytes]":
    """(device id, private key, public key)."""
    if len(raw) != _FILE_BYTES or raw[:4] != _MAGIC:
        raise KeyFault("%s is no key file of this version; put back the device's own" % path)
    _, device_id, private_key, public_key, crc = struct.unpack(_LAYOUT, raw)
    if binascii.crc32(raw[:_CHECKED]) != crc:
        raise KeyFault("the key file %s is damaged; put back its copy, make no new one" % path)
    if device_id[:1] != b"w" or any(digit not in _HEX for digit in device_id[1:]):
        raise KeyFault("the device id in %s is not w and 15 hex digits; make a new key" % path)
    return device_id.decode(), int.from_bytes(private_key, "big"), public_key
