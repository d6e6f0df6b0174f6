"""An identification, sealed to a key of its session that the device keeps, and can destroy.

The byte 02, then what core.sealing makes. The other capsules (core.capsule) begin with a point:
the two differ in length as well, whatever is in them. The text: type, level and identification
with zeros in between, filled up with zeros so that the length tells nothing. Draws no key.
"""

from micropython import const

from wattseal.core import sealing
from wattseal.core.hmac_sha256 import hmac_sha256

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.sealing import MakeAes

_FORM = b"\x02"
_TEXT_BYTES = const(79)  # five blocks with the padding; a longer text takes more
_SEQUENCE = const(1)  # each key seals once


def salt(key: bytes) -> bytes:
    """Of the session's pseudonym; gone with the key, but for who has it on a receipt."""
    return hmac_sha256(key, b"salt1")


def sealed(
    key: bytes, device_id: str, session_id: str, presented: "tuple[str, str, str]",
    aes: "MakeAes",
) -> bytes:  # fmt: skip
    """The capsule. `presented`: OCMF's IT and IL, and the identification."""
    id_type, level, data = presented
    text = b"\0".join([id_type.encode(), level.encode(), data.encode()])
    text += bytes(max(0, _TEXT_BYTES - len(text)))
    return _FORM + sealing.seal(key, _SEQUENCE, purpose(device_id, session_id), text, aes)


def opened(
    key: bytes, device_id: str, session_id: str, capsule: bytes, aes: "MakeAes"
) -> "tuple[str, str, str]":
    """What was presented. SealFault."""
    if capsule[:1] != _FORM:
        raise sealing.SealFault
    text = sealing.unseal(key, purpose(device_id, session_id), capsule[1:], aes)
    words = text.decode().rstrip("\0").split("\0")
    if len(words) != 3:
        raise sealing.SealFault
    return words[0], words[1], words[2]


def purpose(device_id: str, session_id: str) -> bytes:
    """Binds a capsule to its session."""
    return b"capsule2\0" + device_id.encode() + b"\0" + session_id.encode()
