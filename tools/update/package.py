"""Packs and reads signed packages, the same bytes for the same input; sends none.

The form is firmware/wattseal/core/update_package.py's, which judges what is packed here.
"""

import hashlib
import struct
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from tools import whole_file
from tools.bills.command import CommandFault
from tools.update import signing

KINDS = ("firmware", "config", "tariff")
HEAD_BYTES, SIGNED_BYTES = 154, 90
_FORM = ">4sBB20s16s6HI32s"
_MOST_BYTES = {"firmware": 1 << 20, "config": 8192, "tariff": 4096}

Version = tuple[int, int, int]


@dataclass(frozen=True)
class Package:
    """What a package says. `floor`: once it is taken, no version below this is any more."""

    kind: str
    board: str
    device: str
    version: Version
    floor: Version
    payload: bytes


def file_mode(kind: str) -> int | None:
    """Of a package in a file, as `whole_file.write` takes it: a configuration has passwords."""
    return whole_file.OWNER if kind == "config" else None


def pack(package: Package, key: ec.EllipticCurvePrivateKey | None) -> bytes:
    """Head, signature by RFC 6979 or without a key zeros in its place, payload. CommandFault."""
    _check(package)
    head = struct.pack(
        _FORM, b"WSUP", 1, KINDS.index(package.kind), package.board.encode(),
        package.device.encode(), *package.version, *package.floor, len(package.payload),
        hashlib.sha256(package.payload).digest(),
    )  # fmt: skip
    signature = signing.by_key(signing.digest(head), key) if key else signing.NONE
    return head + signature + package.payload


def read(raw: bytes, where: Path) -> Package:
    """Whatever its signature says. CommandFault."""
    if len(raw) < HEAD_BYTES or raw[:5] != b"WSUP\x01" or raw[5] >= len(KINDS):
        raise CommandFault(f"{where} is no package; make one with: pack")
    row = struct.unpack(_FORM, raw[:SIGNED_BYTES])
    payload = raw[HEAD_BYTES:]
    if len(payload) != row[11] or hashlib.sha256(payload).digest() != row[12]:
        raise CommandFault(f"{where} is damaged: its payload is not what its head says; copy it")
    board, device = (field.rstrip(b"\0").decode("ascii", "replace") for field in row[3:5])
    return Package(KINDS[row[2]], board, device, row[5:8], row[8:11], payload)


def is_signed_by(raw: bytes, public: ec.EllipticCurvePublicKey) -> bool:
    r, s = (int.from_bytes(raw[at : at + 32], "big") for at in (SIGNED_BYTES, SIGNED_BYTES + 32))
    digest = signing.digest(raw[:SIGNED_BYTES])
    try:
        public.verify(encode_dss_signature(r, s), digest, signing.of_digest())
    except InvalidSignature:
        return False
    return True


def version(text: str, option: str) -> Version:
    """Three numbers. CommandFault."""
    parts = text.split(".")
    if len(parts) == 3 and all(part.isdecimal() and int(part) < 65536 for part in parts):
        return int(parts[0]), int(parts[1]), int(parts[2])
    raise CommandFault(f"{option} {text} is no version; write three numbers, as 1.2.3")


def dotted(numbers: Version) -> str:
    return ".".join(map(str, numbers))


def _check(package: Package) -> None:
    if package.kind == "firmware" and not package.board:
        raise CommandFault("a firmware is for one board; name it with --board")
    if package.floor > package.version:
        raise CommandFault(
            f"--floor {dotted(package.floor)} is above --version {dotted(package.version)}, which "
            "no device could take twice; lower it"
        )
    for name, text, most in (("--board", package.board, 20), ("--device", package.device, 16)):
        if len(text) > most or not all("!" <= letter <= "~" for letter in text):
            raise CommandFault(f"{name} {text} is no name of up to {most} ASCII characters")
    size, most = len(package.payload), _MOST_BYTES[package.kind]
    if not 0 < size <= most:
        raise CommandFault(
            f"the payload has {size} bytes, and a device takes 1 to {most} of a {package.kind}"
        )
