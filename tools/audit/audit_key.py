"""The key that a device's audit log is chained by, from the device's key file; never printed.

A second account of derived() in drivers/key_file.py: HMAC-SHA256 under the signing key.
"""

import hmac
import os
import struct
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tools import keys
from tools.bills.command import CommandFault
from wattseal.core import audit_chain

_BYTES = 32
_PRIVATE = 2  # of keys.LAYOUT
_CRC_BYTES = 4


def derived(path: Path) -> bytes:
    """Of the key file, or of its copy where that alone is good. CommandFault."""
    try:
        public = keys.read(path).spki  # which says what is wrong with both copies
    except keys.KeyFileError as fault:
        raise CommandFault(str(fault)) from fault
    for copy in keys.copies(path):
        try:
            parts = struct.unpack(keys.LAYOUT, copy.read_bytes()[:-_CRC_BYTES])
            whole = ec.derive_private_key(int.from_bytes(parts[_PRIVATE], "big"), ec.SECP256R1())
        except (OSError, struct.error, ValueError):
            continue
        if _spki(whole) == public:
            return of(whole)
    raise CommandFault(f"{path} changed while it was read; try again")


def of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """Of a device's signing key."""
    secret = key.private_numbers().private_value.to_bytes(_BYTES, "big")
    return hmac.digest(secret, b"derived1\0" + audit_chain.LABEL, "sha256")


def _spki(key: ec.EllipticCurvePrivateKey) -> str:
    form = PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(Encoding.DER, form).hex().upper()


def write(path: Path, key: bytes) -> None:
    """In hex, for its owner's eyes alone; never over a file. CommandFault."""
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key.hex() + "\n")
    except FileExistsError:
        raise CommandFault(
            f"{path} exists, and a key is never overwritten; name another"
        ) from None
    except OSError as fault:
        raise CommandFault(
            f"{path} cannot be written ({fault.strerror}); name another file"
        ) from fault


def load(path: Path) -> bytes:
    """CommandFault; the fault never shows what the file holds."""
    try:
        key = bytes.fromhex(path.read_bytes().decode("ascii").strip())
    except OSError as fault:
        raise CommandFault(
            f"{path} cannot be read ({fault.strerror}); make it with: tools.audit key"
        ) from fault
    except ValueError:
        key = b""
    if len(key) != _BYTES:
        raise CommandFault(
            f"{path} is no audit key of 64 hex digits; make it with: tools.audit key"
        )
    return key
