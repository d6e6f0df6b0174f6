"""Makes and shows key files of the key-file signer; never prints a private key.

The layout stands in firmware/wattseal/drivers/key_copies.py; this is a second account of it, so
that each checks the other. A key has two copies, FILE and FILE.2; both belong on the device.
"""

import hashlib
import hmac
import json
import secrets
import struct
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tools import ending, whole_file

MAGIC = b"WSK1"
LAYOUT = ">4s16s32s64s"

app = typer.Typer(add_completion=False, help=(__doc__ or "").partition("\n")[0])


class KeyFileError(Exception):
    """One sentence."""


def fingerprint(spki: str) -> str:
    """SHA-256, hex, of a SubjectPublicKeyInfo in hex: what a person compares."""
    return hashlib.sha256(bytes.fromhex(spki)).hexdigest()


@dataclass(frozen=True)
class Identity:
    """What may be known of a key: `spki` is the SubjectPublicKeyInfo in upper hex."""

    device_id: str
    spki: str

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.spki)


def encode(device_id: str, private: ec.EllipticCurvePrivateKey) -> bytes:
    """The key file's 120 bytes."""
    number = private.private_numbers().private_value.to_bytes(32, "big")
    raw = struct.pack(LAYOUT, MAGIC, device_id.encode(), number, _point(private.public_key())[1:])
    return raw + zlib.crc32(raw).to_bytes(4, "big")


def copies(path: Path) -> tuple[Path, Path]:
    """Where the two copies of a key are."""
    return path, path.with_name(path.name + ".2")


def new(path: Path) -> str:
    """Write a new key, for its owner's eyes alone; returns the device id. Never overwrites."""
    device_id = "w" + secrets.token_hex(8)[1:]
    raw = encode(device_id, ec.generate_private_key(ec.SECP256R1()))
    for copy in copies(path):  # before the first is made: a copy alone is a key as well
        if copy.exists():
            raise KeyFileError(f"{copy} exists, and a key is never overwritten; name another file")
    try:
        whole_file.create((copy, raw, whole_file.OWNER) for copy in copies(path))
    except OSError as fault:
        raise KeyFileError(
            f"{fault.filename} cannot be written ({fault.strerror}); name another file"
        ) from fault
    return device_id


def read(path: Path) -> Identity:
    """The public part of a key, of either good copy, checked against its private part.

    KeyFileError: none is good, or the two are of different keys.
    """
    found, faults = [], []
    for copy in copies(path):
        try:
            found.append(_read(copy))
        except KeyFileError as fault:
            faults.append((not copy.exists(), fault))
    if not found:
        raise min(faults, key=lambda row: row[0])[1]
    if found[0] != found[-1]:
        one, other = copies(path)
        raise KeyFileError(f"{one} and {other} hold different keys; leave the device's own")
    return found[0]


def private(path: Path) -> bytes:
    """The private part, 32 bytes, of either good copy; never to be shown. KeyFileError, as of
    `read`."""
    identity = read(path)
    for copy in copies(path):
        try:
            if _read(copy) == identity:
                return struct.unpack(LAYOUT, copy.read_bytes()[:116])[2]
        except (KeyFileError, OSError):
            continue
    raise KeyFileError(f"{path} changed while it was read; try again")


def derived(private_part: bytes, label: bytes) -> bytes:
    """The 32 bytes for the use that `label` names: a second account of derived() in
    drivers/key_file.py."""
    return hmac.digest(private_part, b"derived1\0" + label, "sha256")


def is_good(raw: bytes) -> bool:
    """A key file's bytes, and undamaged."""
    whole = len(raw) == 120 and raw[:4] == MAGIC
    return whole and zlib.crc32(raw[:116]).to_bytes(4, "big") == raw[116:]


def _read(path: Path) -> Identity:
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise KeyFileError(f"{path} cannot be read ({fault.strerror}); name a key file") from fault
    if not is_good(raw):
        raise KeyFileError(f"{path} is no key file, or is damaged; put back its copy")
    _, device_id, private, public = struct.unpack(LAYOUT, raw[:116])
    try:
        key = ec.derive_private_key(int.from_bytes(private, "big"), ec.SECP256R1()).public_key()
    except ValueError:
        raise KeyFileError(f"{path} holds no P-256 key; put back its copy") from None
    if _point(key)[1:] != public:
        raise KeyFileError(f"the two halves of the key in {path} differ; put back its copy")
    spki = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return Identity(device_id.decode(), spki.hex().upper())


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


@app.command("new")
def new_command(file: Path) -> None:
    """Make a key FILE and its copy FILE.2, and print the device id."""
    print(new(file))


@app.command("show")
def show_command(file: Path, as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Print the device id, public key and fingerprint of a key FILE."""
    key = read(file)
    row = {"device_id": key.device_id, "public_key": key.spki, "fingerprint": key.fingerprint}
    if as_json:
        print(json.dumps(row))
    else:
        for name, value in row.items():
            print(f"{name.replace('_', ' '):12} {value}")


def main() -> None:
    ending.run(app, "keys", (KeyFileError,))


if __name__ == "__main__":
    main()
