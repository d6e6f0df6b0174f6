"""Where an identification is sealed to the back end's key, next to its pseudonym; keeps neither.

The key of the next capsule is made while nobody waits for it, for that takes a small board
seconds; it lies in RAM alone and seals once.
"""

import asyncio
import binascii

from micropython import const

from wattseal import late
from wattseal.app.identity import Desk
from wattseal.core import capsule
from wattseal.core.ecdsa import KeyFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.contracts import Signer
    from wattseal.core import ocmf
    from wattseal.core.capsule import Ephemeral
    from wattseal.core.sealing import MakeAes

_LATER_S = const(20)  # a begin record is signed first


class SealedDesk(Desk):
    """`key`: the back end's public one, 64 bytes; `aes`: cryptolib's. `later_s`: after a start the
    next key waits so long."""

    seals = True

    def __init__(
        self, random_bytes: "Callable[[int], bytes]", signer: "Signer", key: bytes, aes: "MakeAes",
        later_s: int = _LATER_S,
    ) -> None:  # fmt: skip
        super().__init__(random_bytes)
        self._signer = signer
        self._key = key
        self._aes = aes
        self._later_s = later_s
        self._ready: Ephemeral | None = None
        self._taken = asyncio.Event()

    async def run(self) -> None:
        """Have a key ready, always."""
        while True:
            if self._ready is None:
                try:
                    self._ready = await self._fresh()
                except KeyFault:
                    self.faults += 1
            await self._taken.wait()
            self._taken.clear()
            await asyncio.sleep(self._later_s)

    async def identify(
        self, presented: "tuple[str, str, str]", session_id: str
    ) -> "tuple[ocmf.Identification, str]":
        """KeyFault: it cannot be sealed, and nobody could be billed for the session."""
        ephemeral, self._ready = self._ready, None
        if ephemeral is None:
            ephemeral = await self._fresh()
        self._taken.set()
        who, salt = self._pseudonym(presented)
        sealed = capsule.sealed(
            ephemeral, self._signer.device_id, session_id, salt, presented, self._aes
        )
        return who, binascii.b2a_base64(sealed).decode().strip()

    async def _fresh(self) -> "Ephemeral":
        """KeyFault."""
        try:
            return await self._signer.agree(self._key)
        finally:
            late.drop("wattseal.core.p256_window")
