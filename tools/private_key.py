"""A P-256 key in its owner's file (PEM, PKCS 8); never prints a private one, never overwrites."""

from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from tools import whole_file


class PrivateKeyError(Exception):
    """One sentence."""


def new(path: Path) -> str:
    """Write a new key, for its owner's eyes alone; returns its public half, as `public`."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        whole_file.create([(path, pem, whole_file.OWNER)])
    except FileExistsError:
        raise PrivateKeyError(
            f"{path} exists, and a key is never overwritten; name another file"
        ) from None
    except OSError as fault:
        raise PrivateKeyError(
            f"{path} cannot be written ({fault.strerror}); name another file"
        ) from fault
    return public(key)


def load(path: Path, make_one: str) -> ec.EllipticCurvePrivateKey:
    """`make_one`: the words of the command that makes a key."""
    key = _load(path, f"make a key with: {make_one} {path}")
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise _no_key(path)
    return key


def load_public(path: Path) -> ec.EllipticCurvePublicKey:
    """The public half, of a file with either."""
    key = _load(path, "name another")
    return key.public_key() if isinstance(key, ec.EllipticCurvePrivateKey) else key


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """x and y in hex, as a key stands in a device's configuration."""
    return in_hex(key.public_key())


def in_hex(key: ec.EllipticCurvePublicKey) -> str:
    """The same of a public key."""
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)[1:].hex()


def _load(path: Path, else_do: str) -> ec.EllipticCurvePrivateKey | ec.EllipticCurvePublicKey:
    try:
        held = path.read_bytes()
    except OSError as fault:
        raise PrivateKeyError(f"{path} cannot be read ({fault.strerror}); {else_do}") from fault
    try:
        is_private = b"PRIVATE KEY" in held
        key = load_pem_private_key(held, None) if is_private else load_pem_public_key(held)
    except (ValueError, TypeError, UnsupportedAlgorithm):  # or a curve nobody uses
        raise _no_key(path) from None
    if (
        not isinstance(key, (ec.EllipticCurvePrivateKey, ec.EllipticCurvePublicKey))
        or key.curve.name != "secp256r1"
    ):
        raise _no_key(path)
    return key


def _no_key(path: Path) -> PrivateKeyError:
    return PrivateKeyError(f"{path} is no P-256 key in PEM without a password")
