"""A public key as an answer gives it, a file's path or its hex -> hex; asks nobody."""

import binascii
import re
from pathlib import Path

from tools import private_key
from wattseal.core.p256 import is_public_key

_HEX = re.compile(r"[0-9A-Fa-f]{128}")


def in_hex(text: str) -> str:
    """x and y, as a configuration has them. PrivateKeyError."""
    if not _HEX.fullmatch(text):
        return private_key.in_hex(private_key.load_public(Path(text)))
    point = binascii.unhexlify(text)
    if not is_public_key(int.from_bytes(point[:32], "big"), int.from_bytes(point[32:], "big")):
        raise private_key.PrivateKeyError("these 128 hex digits are no P-256 public key")
    return text.lower()
