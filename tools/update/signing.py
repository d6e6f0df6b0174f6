"""A package's signature: by a key's file, or one that an HSM made of the digest; keeps no key."""

import hashlib
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)

from tools import private_key
from tools.bills.command import CommandFault
from tools.private_key import PrivateKeyError

NONE = bytes(64)  # in the place of a signature
_DOMAIN = b"wattseal update v1\n"


def digest(signed: bytes) -> bytes:
    """SHA-256 of what a package's signature is of, given the head without it."""
    return hashlib.sha256(_DOMAIN + signed).digest()


def of_digest(repeatable: bool = False) -> ec.ECDSA:
    return ec.ECDSA(Prehashed(hashes.SHA256()), deterministic_signing=repeatable)


def by_key(digest: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """By RFC 6979: the same each time."""
    return _raw(key.sign(digest, of_digest(repeatable=True)))


def from_file(path: Path, digest: bytes, public: ec.EllipticCurvePublicKey) -> bytes:
    """What an HSM wrote: DER, or r and s in 64 bytes. CommandFault."""
    try:
        held = path.read_bytes()
    except OSError as fault:
        raise CommandFault(f"{path} cannot be read ({fault.strerror}); name another") from fault
    try:
        found = held if len(held) == len(NONE) else _raw(held)
    except (ValueError, OverflowError):
        raise CommandFault(
            f"{path} is no P-256 signature; it must be DER, or r and s in 64 bytes"
        ) from None
    r, s = (int.from_bytes(half, "big") for half in (found[:32], found[32:]))
    try:
        public.verify(encode_dss_signature(r, s), digest, of_digest())
    except InvalidSignature:
        raise CommandFault(
            f"{path} is not this key's signature of this package; sign the 32 bytes that "
            "`digest` writes, as they are, without hashing them again"
        ) from None
    return found


def public_key(path: Path) -> ec.EllipticCurvePublicKey:
    """Of a PEM file with a P-256 key, of which either half will do. CommandFault."""
    try:
        return private_key.load_public(path)
    except PrivateKeyError as fault:
        raise CommandFault(str(fault)) from fault


def _raw(der: bytes) -> bytes:
    r, s = decode_dss_signature(der)
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
