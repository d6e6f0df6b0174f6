"""HMAC-SHA256 (RFC 2104) on hashlib alone: MicroPython has no hmac module. Keeps no state."""

import hashlib

from micropython import const

_KEY_BYTES = const(32)
_INNER = b"\x36" * 32  # what pads the second half of a block: the key, or zeros, xored with it
_OUTER = b"\x5c" * 32
_INNER_NUMBER = int.from_bytes(_INNER, "big")
_OUTER_NUMBER = int.from_bytes(_OUTER, "big")


def hmac_sha256(key: bytes, message: bytes) -> bytes:
    """32 bytes. `key`: at most 32 bytes, more are a ValueError."""
    blocks = key_blocks(key)
    return keyed(blocks, message)


def key_blocks(key: bytes) -> "tuple[bytes, bytes]":
    """What `keyed` takes, for a key that is used more than once: xoring is half of the work."""
    if len(key) > _KEY_BYTES:
        raise ValueError("a key of more than 32 bytes")
    number = int.from_bytes(key + bytes(_KEY_BYTES - len(key)), "big")
    return (
        (number ^ _INNER_NUMBER).to_bytes(_KEY_BYTES, "big") + _INNER,
        (number ^ _OUTER_NUMBER).to_bytes(_KEY_BYTES, "big") + _OUTER,
    )


def keyed(blocks: "tuple[bytes, bytes]", message: bytes) -> bytes:
    """HMAC with the key that `blocks` are of."""
    inner = hashlib.sha256(blocks[0] + message).digest()
    return hashlib.sha256(blocks[1] + inner).digest()


def same(one: bytes, other: bytes) -> bool:
    """Takes as long wherever they differ."""
    differ = len(one) ^ len(other)
    for a, b in zip(one, other):
        differ |= a ^ b
    return not differ
