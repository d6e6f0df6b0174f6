"""Seals a text under a key, and opens it again; makes no key and draws no random number.

`ver alg seq(8) iv(16) ct tag(16)`: AES-256 in CBC mode with PKCS #7 padding, then HMAC-SHA256, cut
to 16 bytes, over all of it and its purpose. The tag is checked before anything is decrypted.
"""

from micropython import const

from wattseal.core.hmac_sha256 import hmac_sha256, same

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Protocol

    class Aes(Protocol):
        """As MicroPython's cryptolib.aes is, for whole blocks of 16 bytes."""

        def encrypt(self, text: bytes) -> bytes: ...
        def decrypt(self, text: bytes) -> bytes: ...

    MakeAes = Callable[[bytes, int, bytes], Aes]  # (key, mode, iv)

_CBC = const(2)
_FORM = b"\x01\x01"  # version, algorithm
_IV_AT = const(10)
_TEXT_AT = const(26)
_BLOCK = const(16)
_LEAST = const(58)  # one block


class SealFault(Exception):
    """Not what was sealed under this key for this purpose. One error for all that may be wrong: a
    second one would tell somebody how to forge the rest."""


def seal(key: bytes, sequence: int, purpose: bytes, text: bytes, aes: "MakeAes") -> bytes:
    """`key`: 32 bytes; `sequence`: never the same one twice under a key, for the initial value is
    made of it; `purpose`: what `unseal` must be given as well, in clear elsewhere."""
    number = sequence.to_bytes(8, "big")
    iv = hmac_sha256(hmac_sha256(key, b"iv1"), number + purpose)[:_BLOCK]
    fill = _BLOCK - len(text) % _BLOCK
    hidden = aes(hmac_sha256(key, b"enc1"), _CBC, iv).encrypt(text + bytes([fill]) * fill)
    head = _FORM + number + iv
    return head + hidden + _tag(key, head, purpose, hidden)


def unseal(key: bytes, purpose: bytes, sealed: bytes, aes: "MakeAes") -> bytes:
    """The text. SealFault."""
    if len(sealed) < _LEAST or (len(sealed) - _LEAST) % _BLOCK or sealed[:2] != _FORM:
        raise SealFault
    head, hidden = sealed[:_TEXT_AT], sealed[_TEXT_AT:-_BLOCK]
    if not same(_tag(key, head, purpose, hidden), sealed[-_BLOCK:]):
        raise SealFault
    text = aes(hmac_sha256(key, b"enc1"), _CBC, sealed[_IV_AT:_TEXT_AT]).decrypt(hidden)
    fill = text[-1]
    if not 0 < fill <= _BLOCK or text[-fill:] != bytes([fill]) * fill:
        raise SealFault
    return text[:-fill]


def _tag(key: bytes, head: bytes, purpose: bytes, hidden: bytes) -> bytes:
    message = head + len(purpose).to_bytes(4, "big") + purpose + hidden
    return hmac_sha256(hmac_sha256(key, b"mac1"), message)[:_BLOCK]
