"""Nonces by RFC 6979 with SHA-256 for P-256; must never return the same nonce for two messages.

With `extra` (RFC 6979 3.6) fresh randomness goes in too, which takes the sting out of fault
attacks; a weak random generator then still cannot repeat a nonce.
"""

from micropython import const

from wattseal.core.hmac_sha256 import key_blocks, keyed
from wattseal.core.p256 import N

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator


def nonce_steps(
    private_key: int, digest: bytes, extra: bytes = b""
) -> "Generator[None, None, int]":
    """Generator whose result is k, 1 <= k < N. `digest`: 32 bytes. Yields between HMACs."""
    h1 = int.from_bytes(digest, "big") % N
    seed = private_key.to_bytes(32, "big") + h1.to_bytes(32, "big") + extra
    key = key_blocks(bytes(32))
    v = b"\x01" * 32
    for marker in (b"\x00", b"\x01"):
        key = key_blocks(keyed(key, v + marker + seed))
        yield
        v = keyed(key, v)
    while True:
        v = keyed(key, v)
        yield
        number = int.from_bytes(v, "big")
        if 1 <= number < N:
            return number
        key = key_blocks(keyed(key, v + b"\x00"))
        v = keyed(key, v)
