"""An identification -> a number that is the same for a month, for statistics with consent alone.

Whoever destroys a month's key at its end makes the months impossible to join.
"""

import binascii

from wattseal.core.hmac_sha256 import hmac_sha256


def month_key(root: bytes, month: str) -> bytes:
    """32 bytes. `root`: 32 random bytes; `month`: such as "2026-12"."""
    return hmac_sha256(root, b"aid-key1\0" + month.encode())


def aid(key: bytes, id_type: str, identification: str) -> str:
    """16 lower-case hex digits. `key`: of `month_key`."""
    message = id_type.encode() + b":" + identification.encode()
    return binascii.hexlify(hmac_sha256(key, message)[:8]).decode()
