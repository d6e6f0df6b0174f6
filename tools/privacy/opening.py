"""Opens a capsule with the back end's private key; stores nothing.

A second account of core.capsule, on cryptography alone, so that each checks the other.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.padding import PKCS7

from tools import private_key

_POINT_BYTES, _HEAD_BYTES, _IV_AT, _TAG_BYTES, _SALT_BYTES = 64, 26, 10, 16, 32
_INFO = b"wattseal capsule 1"
_FORM = b"\x01\x01"
_SLOT_FORM, _SLOT_REST = b"\x02", 11  # with the head and the tag of the seal, modulo a block


class Unopened(Exception):
    """Not sealed to this key for this session, or changed since; nobody can tell which."""


@dataclass(frozen=True)
class Identity:
    """`id_type`, `level`: OCMF's IT and IL. `salt`: in hex; with it a driver shows that the
    pseudonym is theirs."""

    id_type: str
    level: str
    identification: str
    salt: str

    @property
    def pseudonym(self) -> str:
        return pseudonym(self.id_type, self.identification, bytes.fromhex(self.salt))


def pseudonym(id_type: str, identification: str, salt: bytes) -> str:
    """As it stands in the signed record, if that is of this identification."""
    message = b"pid1\0" + id_type.encode() + b"\0" + identification.encode()
    return hmac.digest(salt, message, "sha256")[:16].hex()


def is_kept_on_device(capsule: str) -> bool:
    """It is sealed to a key in the device's flash (core.slot_capsule): 02, then whole blocks. The
    other ones begin with a point, which may begin so too, but never have this length."""
    try:
        raw = base64.b64decode(capsule, validate=True)
    except (binascii.Error, ValueError):
        return False
    return raw[:3] == _SLOT_FORM + _FORM and len(raw) % 16 == _SLOT_REST


def opened_by_slot(key: bytes, capsule: str, device: str, session: str) -> Identity:
    """What the device's own key opens, if somebody has it. Unopened."""
    if not is_kept_on_device(capsule):
        raise Unopened
    purpose = b"capsule2\0" + device.encode() + b"\0" + session.encode()
    text = _unsealed(key, purpose, base64.b64decode(capsule)[len(_SLOT_FORM) :])
    return _identity(text, _derived(key, b"salt1"))


def opened(key: ec.EllipticCurvePrivateKey, capsule: str, device: str, session: str) -> Identity:
    """Unopened."""
    try:
        raw = base64.b64decode(capsule, validate=True)
        point = ec.EllipticCurvePublicKey.from_encoded_point(
            ec.SECP256R1(), b"\x04" + raw[:_POINT_BYTES]
        )
        purpose = b"capsule1\0" + device.encode() + b"\0" + session.encode()
    except (binascii.Error, ValueError):  # also a lone surrogate in a name
        raise Unopened from None
    info = _INFO + raw[:_POINT_BYTES] + bytes.fromhex(private_key.public(key))
    shared = HKDF(hashes.SHA256(), 32, None, info).derive(key.exchange(ec.ECDH(), point))
    text = _unsealed(shared, purpose, raw[_POINT_BYTES:])
    return _identity(text[_SALT_BYTES:], text[:_SALT_BYTES])


def _identity(text: bytes, salt: bytes) -> Identity:
    """Unopened."""
    words = text.rstrip(b"\0").split(b"\0")
    if len(salt) != _SALT_BYTES or len(words) != 3:
        raise Unopened
    try:
        id_type, level, identification = (word.decode() for word in words)
    except ValueError:
        raise Unopened from None
    return Identity(id_type, level, identification, salt.hex())


def _unsealed(key: bytes, purpose: bytes, sealed: bytes) -> bytes:
    """Unopened."""
    head, hidden, tag = sealed[:_HEAD_BYTES], sealed[_HEAD_BYTES:-_TAG_BYTES], sealed[-_TAG_BYTES:]
    if head[:2] != _FORM or not hidden or len(hidden) % 16:
        raise Unopened
    message = head + len(purpose).to_bytes(4, "big") + purpose + hidden
    good = hmac.digest(_derived(key, b"mac1"), message, "sha256")[:_TAG_BYTES]
    if not hmac.compare_digest(good, tag):
        raise Unopened
    cipher = Cipher(algorithms.AES(_derived(key, b"enc1")), modes.CBC(head[_IV_AT:])).decryptor()
    padded = cipher.update(hidden) + cipher.finalize()
    unpadder = PKCS7(128).unpadder()
    try:
        return unpadder.update(padded) + unpadder.finalize()
    except ValueError:
        raise Unopened from None


def _derived(key: bytes, label: bytes) -> bytes:
    return hmac.digest(key, label, "sha256")
