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
        super().__init__(random_bytes, signer.fresh)
        self._signer = signer
        self._key = key
        self._aes = aes
        self._later_s = later_s
        self._ready: Ephemeral | None = None
        self._making = asyncio.Lock()
        self._taken = asyncio.Event()

    async def run(self) -> None:
        """Have a key ready, always. What fails is counted, and tried again with the next start."""
        while True:
            try:
                await self._made()
            except KeyFault:
                pass
            await self._taken.wait()
            self._taken.clear()
            await asyncio.sleep(self._later_s)

    async def identify(
        self, presented: "tuple[str, str, str]", session_id: str
    ) -> "tuple[ocmf.Identification, str]":
        """KeyFault: it cannot be sealed, and nobody could be billed for the session."""
        try:
            await self._made()
            ephemeral, self._ready = self._ready, None
            assert ephemeral is not None  # nothing was awaited since
            who, salt = self.pseudonym(presented)
            sealed = capsule.sealed(
                ephemeral, self._signer.device_id, session_id, salt, presented, self._aes
            )
        except MemoryError:
            self.faults += 1
            raise KeyFault("no memory to seal with")
        finally:
            self._taken.set()
        return who, binascii.b2a_base64(sealed).decode().strip()

    async def _made(self) -> None:
        """Make a key unless one is ready; whoever comes meanwhile waits for that. KeyFault."""
        async with self._making:
            if self._ready is not None:
                return
            try:
                self._ready = await self._signer.agree(self._key)
            except (KeyFault, MemoryError, ImportError) as fault:
                self.faults += 1
                raise KeyFault("no key to seal with (%s)" % fault)
            finally:
                late.drop("wattseal.core.p256_window")
