"""Where an identification goes into the record as it is; only for who says `id_mode: plain`."""

from micropython import const

from wattseal.app.identity import Desk
from wattseal.core import ocmf

TYPE_CHECKING = const(False)

_CARDS = ("ISO14443", "ISO15693")


class PlainDesk(Desk):
    async def identify(
        self, presented: "tuple[str, str, str]", session_id: str
    ) -> "tuple[ocmf.Identification, str]":
        """OCMF tables 10 to 13: what was presented, as it was read."""
        id_type, level, data = presented
        flags = ["RFID_PLAIN" if id_type in _CARDS else "RFID_NONE"]
        return ocmf.Identification(True, level, flags, id_type, data), ""
