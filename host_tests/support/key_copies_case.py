"""Key files for tests: writes the two copies, and takes them away; holds no test."""

import binascii
import os
import struct

from wattseal.core.p256 import GX, GY

PATH = "test.key"  # in the folder that each run of a file has for itself
SECOND = PATH + ".2"
G = GX.to_bytes(32, "big") + GY.to_bytes(32, "big")


def key_file(private_key=1, public_key=G, device_id=b"w0123456789abcde"):
    private_key = private_key.to_bytes(32, "big")
    raw = struct.pack(">4s16s32s64s", b"WSK1", device_id, private_key, public_key)
    return raw + struct.pack(">I", binascii.crc32(raw))


def write(raw, path=PATH):
    with open(path, "wb") as file:
        file.write(raw)


def content(path):
    """b"" for no file."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return b""


def remove_copies():
    for path in (PATH, SECOND):
        try:
            os.remove(path)
        except OSError:
            pass  # it is gone, or is a folder that a test has put there
