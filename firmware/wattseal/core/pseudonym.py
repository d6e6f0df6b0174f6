"""A driver's identification -> this session's pseudonym; must never return anything reversible.

An unkeyed hash of a card number is found by trying all of them in minutes; the salt is secret.
"""

import binascii

from wattseal.core.hmac_sha256 import hmac_sha256


def pid(salt: bytes, id_type: str, identification: str) -> str:
    """32 lower-case hex digits for OCMF's `ID` under `IT` LOCAL.

    HMAC(salt, "pid1" 0 IT 0 id), first 16 bytes. `salt`: 32 random bytes of this session alone.
    """
    message = b"pid1\0" + id_type.encode() + b"\0" + identification.encode()
    return binascii.hexlify(hmac_sha256(salt, message)[:16]).decode()
