"""The private key that signs commands, and the counter beside it; never prints the private half.

FILE is a P-256 key in PEM (PKCS 8), for its owner's eyes alone. FILE.counter remembers the newest
counter: the time in ms, or one more than the last where that clock has stood still or gone back.
So a key that is used on two machines, or has lost its FILE.counter, still counts upwards.
"""

import fcntl
import os
import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

_DOMAIN = b"wattseal cmd v1\n"
_MOST = 2**53


class CommandKeyError(Exception):
    """One sentence."""


def new(path: Path) -> str:
    """Write a new key; returns its public half in hex. Never overwrites."""
    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    try:
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(pem)
    except FileExistsError:
        raise CommandKeyError(
            f"{path} exists, and a key is never overwritten; name another file"
        ) from None
    except OSError as fault:
        raise CommandKeyError(
            f"{path} cannot be written ({fault.strerror}); name another file"
        ) from fault
    return public(key)


class CommandKey:
    """The key of a file. CommandKeyError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except OSError as fault:
            raise CommandKeyError(
                f"{path} cannot be read ({fault.strerror}); make a key with: key new {path}"
            ) from fault
        except (ValueError, TypeError):
            key = None
        if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
            raise CommandKeyError(f"{path} is no P-256 key in PEM without a password")
        self._key = key

    @property
    def public(self) -> str:
        """As `command_key` stands in a device's configuration."""
        return public(self._key)

    def next_counter(self) -> int:
        """Durably used up when it returns, whoever else asks at the same time."""
        path = self._path.with_name(self._path.name + ".counter")
        try:
            with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                text = file.read().strip() or "0"
                if not text.isdecimal() or int(text) >= _MOST:
                    raise CommandKeyError(
                        f"{path} holds no counter; remove it, and the time in ms is taken"
                    )
                counter = max(int(text) + 1, time.time_ns() // 1_000_000)
                file.seek(0)
                file.truncate()
                file.write(f"{counter}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise CommandKeyError(
                f"{path} cannot be written ({fault.strerror}); the counter must be kept"
            ) from fault
        return counter

    def signed(self, message: bytes) -> bytes:
        return signed(self._key, message)


def signed(key: ec.EllipticCurvePrivateKey, message: bytes, repeatable: bool = False) -> bytes:
    """The payload, as firmware/wattseal/core/command.py describes it. `repeatable`: the same each
    time, as RFC 6979 has it, where nothing may be left to chance."""
    how = ec.ECDSA(hashes.SHA256(), deterministic_signing=repeatable)
    r, s = decode_dss_signature(key.sign(_DOMAIN + message, how))
    return f"{r:064x}{s:064x}.".encode() + message


def public(key: ec.EllipticCurvePrivateKey) -> str:
    """x and y in hex, as `command_key` stands in a device's configuration."""
    point = key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return point[1:].hex()
