"""The head of a signed package: what it is for and whether a device may take it; no I/O.

A package is a head of 154 bytes and its payload, numbers big-endian:

    magic "WSUP", form 1, kind u8 (its place in KINDS)
    board, device   20 and 16 bytes of ASCII, filled up with zeros; none: for any
    version, floor  3 x u16 each; once this is taken, nothing below `floor` is any more
    payload         its bytes u32, its SHA-256
    signature       r and s, 64 bytes: ECDSA over P-256 of SHA-256 of DOMAIN and all above

A firmware's payload is an archive of modules (core/module_archive.py), and its board is named.
`refusal` is asked before the curve is, and the curve before anything is switched.
"""

import hashlib
import struct

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    Version = tuple[int, int, int]

KINDS = ("firmware", "config", "tariff")
DOMAIN = b"wattseal update v1\n"
FORM = ">4sBB20s16s6HI32s"
MAGIC = b"WSUP"
SIGNED_BYTES = const(90)
HEAD_BYTES = const(154)
MOST_BYTES = (1048576, 8192, 4096)  # of a payload, by kind: the last two as their readers have it


class PackageFault(Exception):
    """The argument is one sentence: why this package is not taken."""


class Head:
    """What a head says; that it is well formed, and nothing more. PackageFault."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) < HEAD_BYTES:
            raise PackageFault("it is truncated: a head has %d bytes" % HEAD_BYTES)
        row = struct.unpack(FORM, raw[:SIGNED_BYTES])
        if row[0] != MAGIC or row[1] != 1:
            raise PackageFault("it is no package of form 1")
        if row[2] >= len(KINDS):
            raise PackageFault("its kind is not known here")
        self.kind: int = row[2]
        self.board = _text(row[3])
        self.device_id = _text(row[4])
        self.version: Version = (row[5], row[6], row[7])
        self.floor: Version = (row[8], row[9], row[10])
        self.size: int = row[11]  # bytes of the payload
        self.payload: bytes = row[12]  # its SHA-256
        self.digest = hashlib.sha256(DOMAIN + raw[:SIGNED_BYTES]).digest()
        self.signature = raw[SIGNED_BYTES:HEAD_BYTES]
        if self.floor > self.version:
            raise PackageFault("its floor is above its own version")
        if not self.kind and not self.board:
            raise PackageFault("it is a firmware for no board")


def refusal(head: Head, board: str, device_id: str, floor: "Version", size: int) -> str:
    """Why this device does not take it, "" where only the signature and the payload's hash are
    left to ask. `floor`: of the package's kind; `size`: of the whole package, in bytes."""
    if head.board and head.board != board:
        return "it is for another board, %s" % head.board
    if head.device_id and head.device_id != device_id:
        return "it is for another device"
    if head.version < floor:
        return "its version %s is below the floor, %s" % (dotted(head.version), dotted(floor))
    if not 0 < head.size <= MOST_BYTES[head.kind]:
        return "its payload has no size from 1 to %d bytes" % MOST_BYTES[head.kind]
    if size < HEAD_BYTES + head.size:
        return "it is truncated"
    return "it is longer than its head says" if size > HEAD_BYTES + head.size else ""


def dotted(version: "Version") -> str:
    return "%d.%d.%d" % version


def numbers(text: str) -> "Version":
    """Of a version as `dotted` writes it. PackageFault."""
    parts = text.split(".")
    for part in parts:
        if not 1 <= len(part) <= 5 or not all("0" <= c <= "9" for c in part):
            parts = []
            break
    if len(parts) != 3 or any(int(part) > 65535 for part in parts):
        raise PackageFault("a version is three numbers from 0 to 65535, as 1.2.3")
    return int(parts[0]), int(parts[1]), int(parts[2])


def _text(field: bytes) -> str:
    """PackageFault for what is not ASCII, and zeros behind."""
    text = field.rstrip(b"\0")
    if any(not 32 < byte < 127 for byte in text):
        raise PackageFault("a name in it is no ASCII")
    return str(text, "ascii")
