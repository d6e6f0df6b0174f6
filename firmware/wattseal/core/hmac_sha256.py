"""HMAC-SHA256 (RFC 2104) on hashlib alone: MicroPython has no hmac module. Keeps no state."""

import hashlib

from micropython import const

_BLOCK_BYTES = const(64)
_INNER = int.from_bytes(b"\x36" * 64, "big")
_OUTER = int.from_bytes(b"\x5c" * 64, "big")


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """32 bytes. `key` of any length."""
    if len(key) > _BLOCK_BYTES:
        key = hashlib.sha256(key).digest()
    padded = int.from_bytes(key + bytes(_BLOCK_BYTES - len(key)), "big")
    inner = hashlib.sha256((padded ^ _INNER).to_bytes(_BLOCK_BYTES, "big"))
    inner.update(message)
    outer = hashlib.sha256((padded ^ _OUTER).to_bytes(_BLOCK_BYTES, "big"))
    outer.update(inner.digest())
    return outer.digest()
