"""OUT of a receiver: which folder is whose, and whether one can write there; reads no record.

With DEVICE it is that device's folder, laid out as `make run` does; else it has one for each.
"""

import contextlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

from tools import claims, taken_up
from tools.bills.command import CommandFault
from tools.keys import fingerprint
from tools.records_file import DEVICE, RECORDS

_DEVICE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")  # of whatever is heard
_OWN_ID = re.compile(r"[0-9a-z]{1,16}")  # of ours, as tools.command has it
_PROBE, _PROBE_BYTES = "room.new", 65536  # more than a record and its file system's own needs


@dataclass(frozen=True)
class Place:
    """`device`: the one whose records are wanted, "" for all. `fingerprint`: of its key, as a
    person was told it, "" to believe the first that comes."""

    out: Path
    device: str = ""
    fingerprint: str = ""

    @property
    def topic(self) -> str:
        return f"wattseal/v1/{self.device or '+'}/#"

    def folder(self, device: str) -> Path:
        return self.out if self.device else self.out / device

    def shown(self, device: str) -> str:
        """The folder, as one types it here."""
        folder = self.folder(device)
        return os.path.relpath(folder) if folder.is_relative_to(Path.cwd()) else str(folder)

    def is_wanted(self, device: str) -> bool:
        return device == self.device if self.device else is_device_id(device)

    def known(self) -> list[str]:
        """The devices that a receiver stored records of here."""
        if self.device:  # a name that nobody has, mistyped, must leave no trace
            found = any((self.out / name).exists() for name in (DEVICE, RECORDS, taken_up.KEY))
            return [self.device] if found else []
        return [name for name, owner in self._folders() if owner in ("", name)]

    def left_alone(self) -> list[tuple[str, str]]:
        """(folder, device) of what somebody gave another name, to have it out of the way."""
        found = [] if self.device else self._folders()
        return [(name, owner) for name, owner in found if owner not in ("", name)]

    def check(self) -> None:
        """CommandFault for what another run left, or when nothing can be written."""
        if self.device and not _OWN_ID.fullmatch(self.device):
            raise CommandFault(
                f"DEVICE={self.device} is no device id; copy it from the commissioning report"
            )
        if self.device and (self.out / self.device / DEVICE).exists():
            raise CommandFault(
                f"{self.out / self.device} holds records of that device already; leave DEVICE "
                f"out, or name OUT={self.out / self.device} too"
            )
        if not self.device and _holds_records(self.out):
            raise CommandFault(
                f"OUT={self.out} holds one device's records; name DEVICE, or another OUT"
            )
        try:
            self.probe()
            self._check_keys()
        except OSError as fault:
            raise CommandFault(
                f"OUT={self.out} cannot be written ({fault.strerror}); name another"
            ) from fault

    def probe(self) -> None:
        """OSError while there is no room for a record. Nothing stays of it."""
        missing = [each for each in (self.out, *self.out.parents) if not each.exists()]
        self.out.mkdir(parents=True, exist_ok=True)
        path = self.out / _PROBE
        try:
            with open(path, "wb") as file:
                file.write(bytes(_PROBE_BYTES))
                file.flush()
                os.fsync(file.fileno())
        finally:
            path.unlink(missing_ok=True)
            with contextlib.suppress(OSError):  # of who has put something there meanwhile
                for each in missing:
                    each.rmdir()

    def _folders(self) -> list[tuple[str, str]]:
        """(name, whose records it says to hold) of each."""
        found = sorted(self.out.glob(f"*/{DEVICE}"))
        return [(path.parent.name, _said(path)) for path in found]

    def _check_keys(self) -> None:
        """CommandFault, OSError."""
        for device in self.known():
            path = self.folder(device) / taken_up.KEY
            key = taken_up.key(self.folder(device))
            if key and not claims.is_key(key):
                raise CommandFault(
                    f"{path} holds no public key; put back the device's, or its copy"
                )
            if key and self.fingerprint and fingerprint(key) != self.fingerprint:
                raise CommandFault(f"{path} is another key than KEY; name the right one of them")


def default_out(base: Path, device: str) -> Path:
    """With DEVICE the folder that it has where all are wanted, but for what is in `base` itself
    of that device, as OUT without a name was before."""
    owner = base / DEVICE
    if not device or (_holds_records(base) and owner.exists() and _said(owner) == device):
        return base
    return base / device


def _said(path: Path) -> str:
    return path.read_text(errors="replace").strip()


def _holds_records(folder: Path) -> bool:
    """One device's, in the folder itself. A DEVICE that was never heard has left empty files."""
    records = folder / RECORDS
    return (folder / taken_up.KEY).exists() or (records.exists() and records.stat().st_size > 0)


def is_device_id(text: str) -> bool:
    return bool(_DEVICE_ID.fullmatch(text))
