"""HMAC-SHA256 (RFC 2104) on hashlib alone: MicroPython has no hmac module. Keeps no state."""

import hashlib

from micropython import const

_BLOCK_BYTES = const(64)


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """32 bytes. `key` of any length."""
    if len(key) > _BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    key = key + bytes(_BLOCK_BYTES - len(key))
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in key))
    inner.update(message)
    outer = hashlib.sha256(bytes(b ^ 0x5C for b in key))
    outer.update(inner.digest())
    return outer.digest()
