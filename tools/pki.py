"""Makes a certificate authority for tests, and the certificates of a broker and its clients.

`python -m tools.pki init DIR --host NAME`, then `device DIR DEVICE_ID` and `receiver DIR NAME`.
Never overwrites, never prints a private key; every private key is for its owner's eyes alone.
"""

import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from rich.console import Console
from rich.table import Table

from tools import certificates, ending, whole_file
from tools.certificates import Holder, Wanted

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")  # a broker's ACL puts it into a topic
_HOST = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*|[0-9a-fA-F:.]+")

app = typer.Typer(add_completion=False, help=(__doc__ or "").partition("\n")[0])


class PkiError(Exception):
    """One sentence."""


@dataclass(frozen=True)
class Made:
    """A file: what goes in, whether it is a private key, and where a person puts it."""

    path: Path
    content: bytes
    secret: bool
    goes_to: str

    @property
    def mode(self) -> int:
        return whole_file.OWNER if self.secret else 0o644


@dataclass(frozen=True)
class Issued:
    """What one command has made."""

    holder: Holder
    files: list[Made]

    @property
    def validity(self) -> str:
        first = self.holder.certificate.not_valid_before_utc
        last = self.holder.certificate.not_valid_after_utc
        return f"{first:%Y-%m-%d} to {last:%Y-%m-%d}"


def init(folder: Path, hosts: list[str], valid_days: int = 3650) -> list[Issued]:
    """A new authority, and the broker's certificate for `hosts`: names and IP addresses."""
    for host in hosts:
        if not _HOST.fullmatch(host):
            raise PkiError(f"{host!r} is no host name or IP address; name the broker's")
    if not hosts:
        raise PkiError("the broker has no name; give --host")
    # Two authorities of one device, old and new, must not have the same name.
    name = "Wattseal test CA " + secrets.token_hex(4)
    ca = certificates.issue(Wanted(name, valid_days=2 * valid_days))
    wanted = Wanted(hosts[0], certificates.SERVER, tuple(hosts), valid_days=valid_days)
    broker = certificates.issue(wanted, ca)
    authority = [
        Made(folder / "ca.key.pem", ca.key_pem, True, "stays here; signs further certificates"),
        Made(folder / "ca.pem", ca.pem, False, "broker: cafile; receivers"),
        Made(folder / "ca.der", ca.der, False, "device: broker.ca"),
    ]
    server = [
        Made(folder / "broker.pem", broker.pem, False, "broker: certfile"),
        Made(folder / "broker.key.pem", broker.key_pem, True, "broker: keyfile"),
    ]
    _write(authority + server)
    return [Issued(ca, authority), Issued(broker, server)]


def device(
    folder: Path, device_id: str, valid_days: int = 3650, *, replaces: bool = False
) -> Issued:
    """A device's client certificate; its name is the device id. `replaces`: what is there of that
    device."""
    holder = _client(folder, device_id, valid_days, replaces)
    at = folder / "devices"
    files = [
        Made(at / f"{device_id}.der", holder.der, False, "device: broker.cert"),
        Made(at / f"{device_id}.key.der", holder.key_der, True, "device: broker.key"),
        Made(at / f"{device_id}.pem", holder.pem, False, "who looks at it"),
    ]
    _write(files, replaces)
    return Issued(holder, files)


def for_a_while(folder: Path, device_id: str) -> Holder:
    """The certificate of a device that lives for one run: for a day, and nothing of it is kept."""
    wanted = Wanted(device_id, certificates.CLIENT, valid_days=1)
    return certificates.issue(wanted, authority(folder))


def receiver(folder: Path, name: str, valid_days: int = 3650) -> Issued:
    """A receiver's client certificate."""
    holder = _client(folder, name, valid_days)
    at = folder / "clients"
    files = [
        Made(at / f"{name}.pem", holder.pem, False, "receiver: certificate"),
        Made(at / f"{name}.key.pem", holder.key_pem, True, "receiver: key"),
    ]
    _write(files)
    return Issued(holder, files)


def authority(folder: Path) -> Holder:
    """The one that `init` made."""
    try:
        certificate = x509.load_pem_x509_certificate((folder / "ca.pem").read_bytes())
        key = serialization.load_pem_private_key((folder / "ca.key.pem").read_bytes(), None)
    except OSError as fault:
        raise PkiError(
            f"{fault.filename} cannot be read ({fault.strerror}); make an authority with init"
        ) from fault
    except (ValueError, TypeError):
        raise PkiError(f"ca.pem or ca.key.pem in {folder} is damaged; put back its copy") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or (
        key.public_key() != certificate.public_key()
    ):
        raise PkiError(f"ca.key.pem in {folder} is not the key of ca.pem; put back its copy")
    return Holder(certificate, key)


def _client(folder: Path, name: str, valid_days: int, replaces: bool = False) -> Holder:
    if not _NAME.fullmatch(name):
        raise PkiError(f"{name!r} is no name of a client; use letters, digits, - and _")
    # The broker tells its clients apart by this name alone.
    for other in (folder / "devices" / f"{name}.pem", folder / "clients" / f"{name}.pem"):
        if other.exists() and not (replaces and other.parent.name == "devices"):
            raise PkiError(f"{other} exists, and no certificate is made twice; use another name")
    ca = authority(folder)
    last = ca.certificate.not_valid_after_utc
    wanted = Wanted(name, certificates.CLIENT, valid_days=valid_days, valid_until=last)
    return certificates.issue(wanted, ca)


def _write(files: list[Made], replaces: bool = False) -> None:
    """All or, where one exists or the disk is full, none; what replaces others, each whole."""
    for made in files:
        if made.path.exists() and not replaces:
            raise PkiError(f"{made.path} exists and is not overwritten; name another folder")
    try:
        for made in files:
            made.path.parent.mkdir(parents=True, exist_ok=True)
        if not replaces:
            whole_file.create((each.path, each.content, each.mode) for each in files)
            return
        for made in files:
            whole_file.write(made.path, made.content, made.mode)
    except OSError as fault:
        raise PkiError(
            f"{fault.filename} cannot be written ({fault.strerror}); name another folder"
        ) from fault


def _show(issued: list[Issued]) -> None:
    table = Table(box=None)
    for heading in ("file", "valid", "goes to"):
        table.add_column(heading, overflow="fold")
    for one in issued:
        for made in one.files:
            valid = "private key" if made.secret else one.validity
            table.add_row(str(made.path), valid, made.goes_to)
    Console().print(table)


_Days = Annotated[int, typer.Option("--days", min=1, max=7300, help="how long it is valid")]


@app.command("init")
def init_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR")],
    host: Annotated[list[str], typer.Option(help="a DNS name or IP address of the broker")],
    days: _Days = 3650,
) -> None:
    """Make an authority in DIR, and the broker's certificate."""
    _show(init(folder, host, days))


@app.command("device")
def device_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR")], device_id: str, days: _Days = 3650
) -> None:
    """Make the client certificate of a device."""
    _show([device(folder, device_id, days)])


@app.command("receiver")
def receiver_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR")], name: str, days: _Days = 3650
) -> None:
    """Make the client certificate of a receiver."""
    _show([receiver(folder, name, days)])


def main() -> None:
    ending.run(app, "pki", (PkiError,))


if __name__ == "__main__":
    main()
