"""The keys of a device's console levels, and their answers; never prints a key.

A second account of firmware/wattseal/app/console_lock.py, so that each checks the other.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass
from pathlib import Path

from tools import keys, whole_file

LEVELS = (1, 2, 3)
_KEY = re.compile(r"[0-9a-f]{64}")
_CHALLENGE = re.compile(r"challenge ([123]) ([0-9a-f]{32})")
_NAME = re.compile(r"(.+)-level-([123])\.key")


class LevelKeyFault(Exception):
    """One sentence."""


@dataclass(frozen=True)
class Challenge:
    """What the device asks. `nonce`: 16 bytes, good once and for two minutes."""

    level: int
    nonce: bytes


def derive(device_key: Path, folder: Path) -> list[Path]:
    """Write the three keys of a device, each for its owner's eyes alone. LevelKeyFault."""
    try:
        device, private = keys.read(device_key).device_id, keys.private(device_key)
    except keys.KeyFileError as fault:
        raise LevelKeyFault(str(fault)) from fault
    paths = [folder / f"{device}-level-{level}.key" for level in LEVELS]
    for path in paths:  # before the first is written: all of them, or none
        if path.exists():
            raise LevelKeyFault(
                f"{path} exists, and a key is never overwritten; name another --out"
            )
    labels = [b"wattseal console level %d" % level for level in LEVELS]
    texts = [f"{keys.derived(private, label).hex()}\n".encode() for label in labels]
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        whole_file.create(
            (path, text, whole_file.OWNER) for path, text in zip(paths, texts, strict=True)
        )
    except OSError as fault:
        raise LevelKeyFault(
            f"{fault.filename} cannot be written ({fault.strerror}); name another --out"
        ) from fault
    return paths


def load(path: Path) -> bytes:
    """The 32 bytes of a level's key. LevelKeyFault."""
    try:
        text = path.read_text(errors="replace").strip()
    except OSError as fault:
        raise LevelKeyFault(
            f"{path} cannot be read ({fault.strerror}); name a level's key"
        ) from fault
    if not _KEY.fullmatch(text):
        raise LevelKeyFault(f"{path} is no key of a level; make them with: keys DEVICE_KEY_FILE")
    return bytes.fromhex(text)


def device_of(path: Path) -> str:
    """As its file's name has it, "" where it was named otherwise."""
    found = _NAME.fullmatch(path.name)
    return found[1] if found else ""


def level_of(path: Path) -> int:
    """As its file's name has it, 0 where it was named otherwise."""
    found = _NAME.fullmatch(path.name)
    return int(found[2]) if found else 0


def challenge(line: str) -> Challenge:
    """Of the line that the device says. LevelKeyFault."""
    found = _CHALLENGE.fullmatch(" ".join(line.split()))
    if not found:
        raise LevelKeyFault(
            'this is no challenge; copy the whole line, in quotes: "challenge LEVEL 32-HEX-DIGITS"'
        )
    return Challenge(int(found[1]), bytes.fromhex(found[2]))


def answer(key: bytes, device: str, asked: Challenge) -> str:
    """32 hex digits, for `answer` at the console."""
    told = b"unlock1\0" + device.encode() + b"\0" + bytes([asked.level]) + asked.nonce
    return hmac.new(key, told, hashlib.sha256).digest()[:16].hex()
