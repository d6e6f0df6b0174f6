"""Records that the host signs beforehand, for a device that has no time to; judges no rule."""

import json
import secrets

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

RECORD_BYTES = 700


class Signed:
    """The key, the device's id, and its records from number 1 on."""

    def __init__(self, count: int) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.device = "w" + secrets.token_hex(8)[1:]
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        public = self._key.public_key().public_bytes(serialization.Encoding.DER, form)
        self.spki = public.hex().upper()
        self.records = [self._record(number) for number in range(1, count + 1)]

    def file(self) -> bytes:
        """All of them, each filled up to RECORD_BYTES."""
        return b"".join(record.ljust(RECORD_BYTES) for record in self.records)

    def _record(self, number: int) -> bytes:
        """A `bill` message of a begin record."""
        reading = {"TM": "2026-11-28T12:00:00,000+0000 S", "TX": "B", "RV": number, "RU": "Wh"}
        head = {"FV": "1.0", "GI": "Wattseal", "GS": self.device, "PG": f"T{number}"}
        payload = json.dumps({**head, "RD": [reading]}, separators=(",", ":"))
        signature = self._key.sign(payload.encode(), ec.ECDSA(hashes.SHA256())).hex().upper()
        message = {
            "v": 1, "id": f"{number:016x}", "device": self.device, "connector": 1,
            "kind": "begin", "pg": number, "session": f"{number:08x}",
            "ocmf": f'OCMF|{payload}|{{"SA":"ECDSA-secp256r1-SHA256","SD":"{signature}"}}',
        }  # fmt: skip
        return json.dumps(message, separators=(",", ":")).encode()
