"""Where a driver's identification ends: a pseudonym goes into the record, the rest is forgotten.

With a `sealing_key` app.sealed_desk does not forget it, but seals it. Also makes the constant part
of a connector's records from what its meter says of itself.
"""

import binascii

from micropython import const

from wattseal.core import models, ocmf, pseudonym

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.core import settings as configuration
    from wattseal.core.reading import Identity


class Desk:
    """`random_bytes(n)`: os.urandom or better; `fresh(purpose)`: the signer's."""

    seals = False
    faults = 0  # keys to seal with that could not be made

    def __init__(
        self, random_bytes: "Callable[[int], bytes]", fresh: "Callable[[bytes], bytes]"
    ) -> None:
        self._random_bytes = random_bytes
        self._fresh = fresh

    def session_id(self) -> str:
        return binascii.hexlify(self._random_bytes(8)).decode()

    def begun(self) -> None:
        """What was identified last has a begin record."""

    async def identify(
        self, presented: "tuple[str, str, str]", session_id: str
    ) -> "tuple[ocmf.Identification, str]":
        """What the record has of the identification, and its capsule in base64: here none, and
        nobody can open the pseudonym."""
        return self.pseudonym(presented)[0], ""

    def pseudonym(self, presented: "tuple[str, str, str]") -> "tuple[ocmf.Identification, bytes]":
        """`IT` LOCAL and a pseudonym of this session alone; and its salt, with which whoever
        knows the identification can show that it is theirs."""
        id_type, level, data = presented
        salt = self._fresh(b"salt")
        pid = pseudonym.pid(salt, id_type, data)
        return ocmf.Identification(True, level, ["RFID_NONE"], "LOCAL", pid), salt


class Heads:
    """Makes the head of one connector's records."""

    def __init__(
        self, config: "configuration.Connector", row: models.Model, device_id: str, version: str
    ) -> None:
        self._config = config
        self._row = row
        self._device_id = device_id
        self._version = version
        self._model_hash = binascii.hexlify(models.model_hash(row)).decode()

    def serial(self, identity: "Identity") -> str:
        """The meter's own serial number, or the configured one where it has none."""
        return identity.serial or self._config.serial

    def head(self, identity: "Identity") -> ocmf.Head:
        """OcmfError: nobody knows the meter's serial number."""
        config = self._config
        serial = self.serial(identity)
        if not serial:
            raise ocmf.OcmfError("the meter tells no serial number; set connectors[].serial")
        place = ("EVSEID", config.evse_id) if config.evse_id else (
            "CBIDC", "%s %d" % (self._device_id, config.id))  # fmt: skip
        return ocmf.Head(
            gi="Wattseal", gs=self._device_id, gv=self._version, mv=self._row.vendor,
            mm=self._row.model, ms=serial, mf=identity.firmware,
            ct=place[0], ci=place[1], model_hash=self._model_hash,
        )  # fmt: skip
