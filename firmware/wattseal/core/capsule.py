"""An identification, sealed to the back end's public key; nobody on the device can open it again.

E (64 bytes) and what core.sealing makes under HKDF-SHA256 (RFC 5869) of the x of e * Q, with an e
that is drawn for this capsule alone (ECIES, SEC 1 section 5.1, with our own seal). The text: the
salt of the pseudonym, then type, level and identification with zeros in between, filled up with
zeros so that the length tells nothing.
"""

from micropython import const

from wattseal.core import sealing
from wattseal.core.hmac_sha256 import hmac_sha256
from wattseal.core.p256 import N, P, inverse_steps
from wattseal.core.p256_comb import multiply_steps

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Generator

    from wattseal.core.p256_native import Native
    from wattseal.core.sealing import MakeAes

    Ephemeral = tuple[bytes, bytes]

_INFO = b"wattseal capsule 1"
_TEXT_BYTES = const(95)  # six blocks with the padding; a longer text takes more
_SEQUENCE = const(1)  # each key seals once


def ephemeral_steps(
    back_end_key: bytes, random: bytes, table: bytes, native: "Native | None" = None
) -> "Generator[None, None, Ephemeral]":
    """Generator whose result is (E, the key to seal with), for one capsule. CurveError.

    `back_end_key`: x and y, 64 bytes; `random`: 96 fresh bytes; `table`, `native`: as for signing.
    """
    from wattseal.core import p256_window  # imported late: seldom needed

    e, z1, z2 = (1 + int.from_bytes(random[at : at + 32], "big") % (N - 1) for at in (0, 32, 64))
    x, y, zz, zzz = yield from multiply_steps(e, table, z1, native)
    if zz != 1:
        inverse = yield from inverse_steps(zzz, P)
        y = y * inverse % P
        inverse = inverse * zz % P  # 1 / Z
        x = x * (inverse * inverse % P) % P
    public = x.to_bytes(32, "big") + y.to_bytes(32, "big")
    of_q = int.from_bytes(back_end_key[:32], "big"), int.from_bytes(back_end_key[32:], "big")
    shared = yield from p256_window.multiply_steps(e, of_q[0], of_q[1], z2)
    secret = hmac_sha256(bytes(32), shared.to_bytes(32, "big"))
    return public, hmac_sha256(secret, _INFO + public + back_end_key + b"\x01")


def sealed(
    ephemeral: "Ephemeral", device_id: str, session_id: str, salt: bytes,
    presented: "tuple[str, str, str]", aes: "MakeAes",
) -> bytes:  # fmt: skip
    """The capsule. `presented`: OCMF's IT and IL, and the identification."""
    public, key = ephemeral
    id_type, level, data = presented
    text = salt + b"\0".join([id_type.encode(), level.encode(), data.encode()])
    text += bytes(max(0, _TEXT_BYTES - len(text)))
    return public + sealing.seal(key, _SEQUENCE, purpose(device_id, session_id), text, aes)


def purpose(device_id: str, session_id: str) -> bytes:
    """Binds a capsule to its session; what is in it the signed record's pseudonym binds."""
    return b"capsule1\0" + device_id.encode() + b"\0" + session_id.encode()
