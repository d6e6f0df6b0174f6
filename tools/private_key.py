"""A P-256 private key in its owner's file (PEM, PKCS 8); never prints it, never overwrites."""

import os
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


class PrivateKeyError(Exception):
    """One sentence."""


def new(path: Path) -> str:
    """Write a new key, for its owner's eyes alone; returns its public half, as `public`."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
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
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except OSError as fault:
        raise PrivateKeyError(
            f"{path} cannot be read ({fault.strerror}); make a key with: {make_one} {path}"
        ) from fault
    except (ValueError, TypeError, UnsupportedAlgorithm):  # or a curve nobody uses
        key = None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise PrivateKeyError(f"{path} is no P-256 key in PEM without a password")
    return key


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """x and y in hex, as a key stands in a device's configuration."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return point[1:].hex()
