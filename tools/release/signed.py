"""Puts signatures on a release's firmware packages, after two builds of them were alike.

By a key's file the same ones each time (RFC 6979); those of an HSM come from a folder and differ,
so there the unsigned packages are what two builds have the same of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import private_key
from tools.bills.command import CommandFault
from tools.release.building import UNSIGNED
from tools.release.commit import ReleaseFault
from tools.update import package, sign_command, signing

SIGNED, _SIGNATURE = ".wsp", ".sig"


@dataclass(frozen=True)
class Signer:
    """Files of a key, or a folder of signatures (NAME.sig) and the public key they are of."""

    key: Path | None = None
    signatures: Path | None = None
    public: Path | None = None

    @property
    def is_there(self) -> bool:
        return any((self.key, self.signatures, self.public))

    @property
    def files(self) -> list[Path]:
        """Which may lie in the checkout and be in no commit."""
        found = sorted(self.signatures.glob(f"*{_SIGNATURE}")) if self.signatures else []
        return [*found, *(path for path in (self.key, self.public) if path)]

    def check(self, packages: Sequence[str]) -> str:
        """The public key as a device's configuration has it, "" of nobody; asked before anything
        is built. `packages`: whose signatures are wanted (NAME.sig). ReleaseFault."""
        if not self.is_there:
            return ""
        one, other = self.key, self.signatures and self.public
        if bool(one) == bool(other) or (one and (self.signatures or self.public)):
            raise ReleaseFault(
                "say KEY=file, or SIGNATURES=folder with PUBLIC=file (--key, or --signatures with "
                "--public)"
            )
        try:
            if one:
                return private_key.public(sign_command.load(one))
            public = private_key.in_hex(signing.public_key(self.public or Path()))
        except CommandFault as fault:
            raise ReleaseFault(f"{fault}") from fault
        for name in packages:
            if self.signatures and not (self.signatures / f"{name}{_SIGNATURE}").is_file():
                raise ReleaseFault(
                    f"{self.signatures} has no {name}{_SIGNATURE}; sign that package, or name the "
                    f"boards that are signed: BOARD="
                )
        return public

    def packages(self, made: Mapping[str, bytes]) -> dict[str, bytes]:
        """The same files, each package of firmware with its signature. ReleaseFault."""
        if not self.is_there:
            return dict(made)
        try:
            return dict(self._signed(name, raw) for name, raw in made.items())
        except CommandFault as fault:
            raise ReleaseFault(f"{fault}") from fault

    def _signed(self, name: str, raw: bytes) -> tuple[str, bytes]:
        if not name.endswith(UNSIGNED):
            return name, raw
        name = name.removesuffix(UNSIGNED)
        file = self.signatures / f"{name}{_SIGNATURE}" if self.signatures else None
        signature = sign_command.signature_of(raw, self.key, file, self.public)
        head, payload = raw[: package.SIGNED_BYTES], raw[package.HEAD_BYTES :]
        return f"{name}{SIGNED}", head + signature + payload
