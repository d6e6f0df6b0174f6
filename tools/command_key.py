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

from tools import private_key
from tools.private_key import PrivateKeyError

_DOMAIN = b"wattseal cmd v1\n"
_MOST = 2**53


class CommandKey:
    """The key of a file. PrivateKeyError."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._key = private_key.load(path, "key new")

    @property
    def public(self) -> str:
        """As `command_key` stands in a device's configuration."""
        return private_key.public(self._key)

    def next_counter(self) -> int:
        """Durably used up when it returns, whoever else asks at the same time."""
        path = self._path.with_name(self._path.name + ".counter")
        try:
            with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                text = file.read().strip() or "0"
                if not text.isdecimal() or int(text) >= _MOST:
                    raise PrivateKeyError(
                        f"{path} holds no counter; remove it, and the time in ms is taken"
                    )
                counter = max(int(text) + 1, time.time_ns() // 1_000_000)
                file.seek(0)
                file.truncate()
                file.write(f"{counter}\n")
                file.flush()
                os.fsync(file.fileno())
        except OSError as fault:
            raise PrivateKeyError(
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
