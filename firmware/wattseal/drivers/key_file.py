"""Signs with a private key kept in a file and its copy; must never print, return or log it.

The private key lies in plain flash. Where the law asks for more, a secure element is the answer.
"""

import asyncio
import gc
import hashlib
import time

from micropython import const

from wattseal.core import der, ecdsa
from wattseal.core.ecdsa import KeyFault
from wattseal.core.hmac_sha256 import hmac_sha256
from wattseal.core.p256 import CurveError
from wattseal.core.p256_comb import check_table

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Generator, TypeVar

    from wattseal.core.p256_native import Native

    Result = TypeVar("Result")

_TURN_US = const(2000)  # and the step under way then, on an RP2040 up to 4 ms more
_ATTEMPTS = const(2)


class KeyFileSigner:
    """Satisfies contracts.Signer. `random_bytes(n)`: os.urandom or better.

    `path`: of the key's first copy (drivers.key_copies). `native`: the module that computes, None
    for bytecode. `turn_us`: how long it signs before others have their turn. `counts`: what was
    wrong with the key, for `status`.
    """

    patient = False  # safe mode sets it

    def __init__(
        self, path: str, table: bytes, random_bytes: "Callable[[int], bytes]",
        native: "Native | None" = None, turn_us: int = _TURN_US,
    ) -> None:  # fmt: skip
        """Read the key; `prove` it before it signs. KeyFault."""
        from wattseal.drivers.key_copies import Copies  # imported late: needed only here

        copies = Copies(path)
        self.device_id, self._private_key, self._public_key = copies.load()
        self.counts = copies.counts
        self._path = path
        self._table = table
        self._random_bytes = random_bytes
        self._native = native
        self._turn_us = turn_us
        self._drawn = 0
        self._proving = asyncio.Lock()
        self._belongs: bool | None = None  # the key's halves to each other; None: not proved yet
        try:
            check_table(table)
        except CurveError as fault:
            raise KeyFault("%s; install the firmware again" % fault)

    def public_key(self) -> bytes:
        return self._public_key

    async def prove(self) -> None:
        """Prove once, before the first signature, that the halves belong together. KeyFault.

        It takes as long as a signature, so not before the first reading. A bad key signs nothing.
        """
        async with self._proving:
            if self._belongs is None:
                if self._native is None:
                    gc.collect()  # what the bytecode's import leaves stays: it is to lie low
                self._belongs = await self._computed(self._pair_steps)
                self.counts["key_refused"] = int(not self._belongs)
        if not self._belongs:
            what = "the key file %s holds no P-256 key pair; put back its copy"
            raise KeyFault(what % self._path)

    async def sign(self, message: bytes) -> bytes:
        """DER signature over SHA-256 of `message`, hedged and blinded. KeyFault.

        A computing fault costs one more attempt, with another nonce; a second one is a CurveError:
        a reset brings fresh tables. Where that has not helped (`patient`) it is a KeyFault.
        """
        digest = hashlib.sha256(message).digest()
        try:
            await self.prove()
            return der.encode(*(await self._computed(lambda: self._steps(digest))))
        except CurveError as fault:
            if not self.patient:
                raise
            raise KeyFault("no signature: %s" % fault)

    def fresh(self, purpose: bytes) -> bytes:
        """32 bytes that nobody can guess without the key, though a chip's random numbers may be
        poor (RP2040: a seeded generator); others each time."""
        self._drawn += 1
        told = b"%d %d " % (self._drawn, time.ticks_us())
        key = self._private_key.to_bytes(32, "big")
        return hmac_sha256(key, b"fresh1\0" + purpose + told + self._random_bytes(32))

    def derived(self, label: bytes) -> bytes:
        """A secret key for the use that `label` names. Whoever has the key file can derive it."""
        key = self._private_key.to_bytes(32, "big")
        return hmac_sha256(key, b"derived1\0" + label)

    async def agree(self, public_key: bytes) -> "tuple[bytes, bytes]":
        """What core.capsule's ephemeral_steps gives for it. KeyFault."""
        from wattseal.core import capsule  # imported late: only who seals needs it

        def steps() -> "Generator[None, None, tuple[bytes, bytes]]":
            random = b"".join([self.fresh(b"capsule") for _ in range(3)])
            return capsule.ephemeral_steps(public_key, random, self._table, self._native)

        try:
            return await self._computed(steps)
        except CurveError as fault:
            raise KeyFault("no key to seal with: %s" % fault)

    async def _computed(self, begin: "Callable[[], Generator[None, None, Result]]") -> "Result":
        """The result of a generator of core, at the second attempt if need be. CurveError."""
        attempt = 1
        while True:
            try:
                return await cooperatively(begin(), self._turn_us)
            except CurveError:
                if attempt == _ATTEMPTS:
                    raise
            attempt += 1

    def _pair_steps(self) -> "Generator[None, None, bool]":
        return ecdsa.key_pair_steps(
            self._private_key, self._public_key, self._table, self._random_bytes(32), self._native
        )

    def _steps(self, digest: bytes) -> "Generator[None, None, tuple[int, int]]":
        extra, blinding = self._random_bytes(32), self._random_bytes(64)
        return ecdsa.sign_steps(
            self._private_key, digest, self._table, extra, blinding, self._native
        )


async def cooperatively(
    steps: "Generator[None, None, Result]", turn_us: int = _TURN_US
) -> "Result":
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
