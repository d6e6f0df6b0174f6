"""Where an identification is sealed with a key that can be destroyed; keeps no identification.

One desk for each connector. A key whose session never began goes when the next one is asked for.
"""

import binascii

from micropython import const

from wattseal.app.identity import Desk
from wattseal.core import ocmf, pseudonym, slot_capsule
from wattseal.core.ecdsa import KeyFault

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.privacy_office import PrivacyOffice
    from wattseal.contracts import Signer
    from wattseal.core.sealing import MakeAes


class SlotDesk(Desk):
    """`office`: keeps the keys; `aes`: cryptolib's."""

    seals = True

    def __init__(
        self, random_bytes: "Callable[[int], bytes]", signer: "Signer", office: "PrivacyOffice",
        aes: "MakeAes",
    ) -> None:  # fmt: skip
        super().__init__(random_bytes, signer.fresh)
        self._signer = signer
        self._office = office
        self._aes = aes
        self._unbegun = ""  # the session that was identified last

    def begun(self) -> None:
        self._unbegun = ""

    async def identify(
        self, presented: "tuple[str, str, str]", session_id: str
    ) -> "tuple[ocmf.Identification, str]":
        """KeyFault: no slot takes a key, and nobody could be billed for the session."""
        key = self._signer.fresh(b"dek1")
        try:
            if self._unbegun:
                await self._office.drop(self._unbegun)
            await self._office.keep(key, session_id)
            self._unbegun = session_id
            sealed = slot_capsule.sealed(
                key, self._signer.device_id, session_id, presented, self._aes
            )
        except KeyFault:
            self.faults += 1
            raise
        except (OSError, MemoryError) as fault:
            self.faults += 1
            raise KeyFault("no key to seal with (%r)" % fault)
        pid = pseudonym.pid(slot_capsule.salt(key), presented[0], presented[2])
        who = ocmf.Identification(True, presented[1], ["RFID_NONE"], "LOCAL", pid)
        return who, binascii.b2a_base64(sealed).decode().strip()
