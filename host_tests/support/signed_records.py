"""Records as the firmware writes them, signed on the host with a key of the tests' own."""

import json

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from wattseal.core import bill, ocmf
from wattseal.core.session import Entry

UTC = 1795000000000
DEVICE = "w1a2b3c4d5e6f708"
HEAD = ocmf.Head(
    "Wattseal", DEVICE, "0.1.0", "Eastron", "SDM630", "123", "1.2", "EVSEID", "DE*W*E1", "ab"
)
WHO = ocmf.Identification(True, "VERIFIED", ["RFID_NONE"], "LOCAL", "00ff")
KEY = ec.derive_private_key(20261124, ec.SECP256R1())
OTHER_KEY = ec.derive_private_key(20261125, ec.SECP256R1())


def spki(key=KEY):
    return key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    ).hex().upper()  # fmt: skip


def sign(payload, key=KEY):
    """The record of a payload text."""
    signature = key.sign(payload.encode(), ec.ECDSA(hashes.SHA256()))
    return ocmf.frame(payload, signature.hex().upper())


def begin(wh=1000, at_ms=UTC):
    return Entry(at_ms, "S", "B", wh, "", "G")


def end(wh=8500, at_ms=UTC + 3600000, tx="L", ef="", st="G"):
    return Entry(at_ms, "S", tx, wh, ef, st)


def record(pagination, entries, head=HEAD, key=KEY):
    return sign(ocmf.payload(head, pagination, WHO, entries, [("UM", head.model_hash)]), key)


def line(kind, pagination, session, text, connector=1, reason="", device=DEVICE):
    """One line of records.jsonl."""
    payload = bill.payload(
        kind, "0f" * 8, device, connector, pagination, session, text, reason
    ).decode()  # fmt: skip
    topic = f"wattseal/v1/{device}/bill/{connector}"
    return json.dumps({"topic": topic, "payload": payload, "received": 1.5}) + "\n"


def session_lines(first, session, connector=1):
    """The begin and the session record of one session, paginations `first` and the next."""
    return [
        line(bill.BEGIN, first, session, record(first, [begin()]), connector),
        line(bill.SESSION, first + 1, session, record(first + 1, [begin(), end()]), connector),
    ]
