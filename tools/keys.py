"""Makes and shows key files of the key-file signer; never prints a private key."""

import hashlib
import secrets
import sys
import zlib
from pathlib import Path

import typer
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

app = typer.Typer(add_completion=False, help=__doc__)


class KeyFileError(Exception):
    """One sentence."""


def new(path: Path) -> str:
    """Write a new key; returns the device id. Never overwrites. KeyFileError."""
    private = ec.generate_private_key(ec.SECP256R1())
    numbers = private.private_numbers()
    device_id = "w" + secrets.token_hex(7)
    raw = b"WSK1" + device_id.encode() + numbers.private_value.to_bytes(32, "big")
    raw += numbers.public_numbers.x.to_bytes(32, "big") + numbers.public_numbers.y.to_bytes(
        32, "big"
    )
    raw += bytes(4)
    try:
        with open(path, "xb") as file:
            path.chmod(0o600)
            file.write(raw + zlib.crc32(raw).to_bytes(4, "big"))
    except FileExistsError:
        raise KeyFileError(f"{path} exists; a key is never overwritten") from None
    except OSError as fault:
        raise KeyFileError(f"{path} cannot be written: {fault.strerror}") from fault
    return device_id


def public(path: Path) -> tuple[str, str]:
    """(device id, SubjectPublicKeyInfo as upper hex). KeyFileError."""
    try:
        raw = path.read_bytes()
    except OSError as fault:
        raise KeyFileError(f"{path} cannot be read: {fault.strerror}") from fault
    if (
        len(raw) != 123
        or raw[:4] != b"WSK1"
        or zlib.crc32(raw[:-4]).to_bytes(4, "big") != raw[-4:]
    ):
        raise KeyFileError(f"{path} is no key file, or is damaged")
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + raw[51:115])
    spki = key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return raw[4:19].decode(), spki.hex().upper()


@app.command("new")
def new_command(file: Path) -> None:
    """Make a key FILE."""
    print(new(file))


@app.command("show")
def show_command(file: Path) -> None:
    """Device id, public key and its fingerprint of a key FILE."""
    device_id, spki = public(file)
    print(f"device id    {device_id}\npublic key   {spki}")
    print(f"fingerprint  {hashlib.sha256(bytes.fromhex(spki)).hexdigest()}")


if __name__ == "__main__":
    try:
        app()
    except KeyFileError as fault:
        print(f"keys: {fault}", file=sys.stderr)
        sys.exit(2)
