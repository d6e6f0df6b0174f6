"""`tools.update key`, `digest` and `sign`: who signs packages, here or on an HSM; sends none."""

from pathlib import Path
from typing import Annotated

import typer

from tools import private_key
from tools.bills import command
from tools.bills.command import CommandFault
from tools.private_key import PrivateKeyError
from tools.update import package, signing

keys = typer.Typer(add_completion=False, help="The key that signs packages.")

Package = Annotated[Path, typer.Argument(help="A package, signed or not.")]
Key = Annotated[Path | None, typer.Option(help="The file that `key new` made.")]


@keys.command("new")
def key_new(file: Path) -> int:
    """Make a key FILE, and print what goes into a device's configuration."""
    try:
        _print_update_key(private_key.new(file))
    except PrivateKeyError as fault:
        raise CommandFault(str(fault)) from fault
    return 0


@keys.command("show")
def key_show(file: Path) -> int:
    """Print what goes into a device's configuration, of a key FILE or its public half (PEM)."""
    _print_update_key(private_key.in_hex(signing.public_key(file)))
    return 0


def digest(
    file: Package, out: Annotated[Path | None, typer.Argument(help="Its 32 bytes.")] = None
) -> int:
    """Print the SHA-256 of what is signed of FILE in hex, or write its 32 bytes for an HSM."""
    command.apart(out, file)
    made = signing.digest(read(file)[: package.SIGNED_BYTES])
    command.write(made if out else f"{made.hex()}\n", out)
    return 0


def sign(
    file: Package,
    out: Annotated[Path, typer.Argument(help="The signed package, to be written.")],
    key: Key = None,
    signature: Annotated[
        Path | None, typer.Option(help="What an HSM made of `digest`: DER or 64 bytes.")
    ] = None,
    public: Annotated[Path | None, typer.Option(help="The HSM's public key, in PEM.")] = None,
) -> int:
    """Sign a package FILE with a key, or with a signature that was made elsewhere."""
    command.apart(out, key, signature, public)
    raw = read(file)
    made = signature_of(raw, key, signature, public)
    signed = raw[: package.SIGNED_BYTES] + made + raw[package.HEAD_BYTES :]
    command.write(signed, out, package.file_mode(package.read(raw, file).kind))
    print(f"signed: {out}")
    return 0


def read(file: Path) -> bytes:
    """The bytes of a whole package. CommandFault."""
    try:
        raw = file.read_bytes()
    except OSError as fault:
        raise CommandFault(f"{file} cannot be read ({fault.strerror}); name another") from fault
    package.read(raw, file)
    return raw


def signature_of(
    raw: bytes, key: Path | None, signature: Path | None, public: Path | None
) -> bytes:
    """Its 64 bytes, good for the package. CommandFault."""
    made = signing.digest(raw[: package.SIGNED_BYTES])
    if key and not signature and not public:
        return signing.by_key(made, load(key))
    if signature and public and not key:
        return signing.from_file(signature, made, signing.public_key(public))
    raise CommandFault("say --key FILE, or --signature FILE with --public FILE of its key")


def load(path: Path):  # noqa: ANN201 - of cryptography
    """CommandFault."""
    try:
        return private_key.load(path, "key new")
    except PrivateKeyError as fault:
        raise CommandFault(str(fault)) from fault


def _print_update_key(public: str) -> None:
    print(f'put into config.json of the device: "update_key": "{public}"')
