"""Signed packages for tests, made on any interpreter; the key is RFC 6979's, which all know."""

import hashlib
import struct

from p256_table import TABLE
from signed_commands import DEVICE, KEY, PUBLIC

from wattseal.core import ecdsa

BOARD = "ESP32_GENERIC"
OTHER_KEY = KEY - 1
_BLINDING = bytes(range(64))
__all__ = ("BOARD", "DEVICE", "KEY", "OTHER_KEY", "PUBLIC", "package")


def package(
    payload, kind=0, board=BOARD, device="", version=(1, 0, 0), floor=None, key=KEY
):  # fmt: skip
    """Head and payload, put together from the format's description."""
    floor = version if floor is None else floor
    head = b"WSUP\x01" + bytes([kind])
    for text, size in ((board, 20), (device, 16)):
        head += text.encode() + bytes(size - len(text))
    for number in tuple(version) + tuple(floor):  # noqa: RUF005 - as MicroPython has tuples
        head += struct.pack(">H", number)
    head += struct.pack(">I", len(payload)) + hashlib.sha256(payload).digest()
    digest = hashlib.sha256(b"wattseal update v1\n" + head).digest()
    r, s = ecdsa.finish(ecdsa.sign_steps(key, digest, TABLE, b"", _BLINDING))
    return head + r.to_bytes(32, "big") + s.to_bytes(32, "big") + payload
