"""Nonces by RFC 6979 with SHA-256 for P-256; must never return the same nonce for two messages.

With `extra` (RFC 6979 3.6) fresh randomness goes in too, which takes the sting out of fault
attacks; a weak random generator then still cannot repeat a nonce.
"""

from micropython import const

from wattseal.core.hmac_sha256 import hmac_sha256
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
    k = bytes(32)
    v = b"\x01" * 32
    for marker in (b"\x00", b"\x01"):
        k = hmac_sha256(k, v + marker + seed)
        yield
        v = hmac_sha256(k, v)
    while True:
        v = hmac_sha256(k, v)
        yield
        number = int.from_bytes(v, "big")
        if 1 <= number < N:
            return number
        k = hmac_sha256(k, v + b"\x00")
        v = hmac_sha256(k, v)
