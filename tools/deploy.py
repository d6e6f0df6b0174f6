"""Puts a staged tree on a device, changed files only; never configuration, key or journal.

`python -m tools.deploy --board X --port PORT`. The device hashes its own files, to find what
has changed and after to prove what it holds. Only files of the tree are written, main.py last.
Removed is only what would be imported by mistake: anything else below wattseal/, a .py beside a
.mpy, modules of an earlier tree as files, which the archive holds now, and updates with their
record (firmware/slot_loader.py), for a slot would run in place of what was just put there.
"""

import hashlib
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Annotated, Protocol

import typer
from rich.console import Console
from rich.table import Table

from tools import attached, device_side, ending
from tools.attached import AttachedFault
from tools.manifest import ManifestFault
from tools.stage import StageFault, held, stage

_WRITE_BYTES = 1024
_NAMES_AT_ONCE = 40  # of a survey: its source has to be compiled on the device
_UPDATED = [f"data/update/{name}" for name in ("state.0", "state.1", "image", "a", "b", "c")]
_LARGE_BYTES = 32768  # a smaller file has always found room
_SPARE_BYTES = 16384  # for the file system's own blocks
_OURS = ("wattseal",)  # folders in which nothing but the tree belongs
_STOPPED = 128 + signal.SIGINT


class DeployFault(Exception):
    """The tree is not on the device; the argument is one sentence."""


class Device(Protocol):
    """What deploying needs of mpremote's transport."""

    def exec(self, command: str) -> bytes: ...
    def fs_writefile(self, dest: str, data: bytes, chunk_size: int = ...) -> None: ...


def deploy(device: Device, tree: dict[str, bytes], old: Sequence[str] = ()) -> dict[str, str]:
    """Make the device hold `tree` {path: content}, written in its order, and none of `old`;
    {path: what was done}. DeployFault."""
    wanted = {path: hashlib.sha256(data).hexdigest() for path, data in tree.items()}
    before = _survey(device, wanted, old)
    done = {}
    for path, digest in wanted.items():
        if before.get(path) == digest:
            done[path] = "kept"
        else:
            done[path] = "replaced" if path in before else "written"
            _make_room(device, path, len(tree[path]), before, wanted, done)
            _write(device, path, tree[path])
    _remove(device, before, wanted, done)
    after = _survey(device, wanted, old)
    if after != wanted:
        wrong = min(p for p in wanted.keys() | after.keys() if wanted.get(p) != after.get(p))
        raise DeployFault(f"{wrong} on the device is not what was sent: deploy once more")
    return done


def _survey(device: Device, wanted: dict[str, str], old: Sequence[str]) -> dict[str, str]:
    """{path: SHA-256} of what the device holds of the tree, and of what is in its way."""
    names = list(dict.fromkeys([*wanted, *old, *_UPDATED]))
    names += [path[: -len("mpy")] + "py" for path in names if path.endswith(".mpy")]
    found: dict[str, str] = {}
    for at in range(0, len(names), _NAMES_AT_ONCE):
        part = names[at : at + _NAMES_AT_ONCE]
        answer = device.exec(device_side.survey(part, () if at else _OURS))
        found.update(json.loads(line) for line in answer.splitlines())
    return found


def _make_room(
    device: Device, path: str, size: int, before: dict[str, str], wanted: dict[str, str],
    done: dict[str, str],
) -> None:  # fmt: skip
    """Where a file does not fit beside what is there, that goes first: a cable pulled now leaves
    no firmware, and whoever holds it deploys once more. DeployFault."""
    needed = size + _SPARE_BYTES
    if size < _LARGE_BYTES or int(device.exec(device_side.ROOM)) >= needed:
        return
    _remove(device, before, wanted, done)
    if int(device.exec(device_side.ROOM)) < needed and path in before:
        device.exec(f"import os\nos.remove({path!r})")
    room = int(device.exec(device_side.ROOM))
    if room < needed:
        raise DeployFault(
            f"{path} needs {needed:,} bytes, and the device has {room:,} left: a layout of its "
            "flash with more room for files is needed"
        )


def _remove(
    device: Device, before: dict[str, str], wanted: dict[str, str], done: dict[str, str]
) -> None:
    gone = sorted(before.keys() - wanted.keys() - done.keys())
    for path in gone:
        device.exec(f"import os\nos.remove({path!r})")
        done[path] = "removed"
    folders = {str(folder) for path in gone for folder in PurePosixPath(path).parents}
    for folder in sorted(folders - {"."}, key=len, reverse=True):
        device.exec(f"import os\ntry:\n os.rmdir({folder!r})\nexcept OSError:\n pass")


def _write(device: Device, path: str, data: bytes) -> None:
    for folder in reversed(PurePosixPath(path).parents[:-1]):
        device.exec(f"import os\ntry:\n os.mkdir({str(folder)!r})\nexcept OSError:\n pass")
    # Renamed when whole: a cable pulled half way leaves the old module, not half of the new one.
    part = path + ".new"
    device.fs_writefile(part, data, chunk_size=_WRITE_BYTES)
    device.exec(f"import os\nos.rename({part!r}, {path!r})")


def show(board: str, port: str, done: dict[str, str], console: Console | None = None) -> None:
    """Print what was done to each file, the kept ones as a number."""
    table = Table(title=f"{board} on {port}")
    table.add_column("file")
    table.add_column("done")
    for path, what in done.items():
        if what != "kept":
            table.add_row(path, what)
    table.add_section()
    kept = sum(what == "kept" for what in done.values())
    table.add_row(f"{len(done)} files", f"{len(done) - kept} changed, {kept} kept")
    (console or Console()).print(table)


def main(
    board: Annotated[str, typer.Option(help="a folder of boards/")],
    port: Annotated[str, typer.Option(help="the device's serial port")] = "",
    resume: Annotated[bool, typer.Option(help="take the device as it is, no restart")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print {file: what was done}")] = False,
) -> None:
    """Put the staged tree on a device, changed files only."""
    try:
        if not port:
            raise DeployFault("PORT is missing: name the device's port, such as /dev/ttyACM0")
        done = _run(board, port, resume)
    except (DeployFault, AttachedFault, StageFault, ManifestFault, OSError) as fault:
        print(f"deploy: {fault}", file=sys.stderr)
        raise typer.Exit(2)
    except KeyboardInterrupt:
        print(
            "deploy: stopped; what is there may be half of it: deploy once more", file=sys.stderr
        )
        raise typer.Exit(_STOPPED)
    if as_json:
        print(json.dumps(done))
    else:
        show(board, port, done)


def _run(board: str, port: str, resume: bool) -> dict[str, str]:
    tree, old = staged(board)
    device = attached.connect(port, resume)
    try:
        with attached.muted():
            done = deploy(device, tree, old)
            attached.leave(device, resume)
    except attached.LOST as fault:
        raise DeployFault(lost(port, fault)) from fault
    finally:
        attached.give_up(device, resume)
    return done


def lost(port: str, fault: BaseException) -> str:
    """What to say of a device that went away in the middle."""
    why = attached.reason(fault)
    return f"the device at {port} gave up ({why}); plug it in, and deploy once more"


def staged(board: str) -> tuple[dict[str, bytes], list[str]]:
    """{path: content}, read before anybody stages anew, and the modules that are no files any
    more. StageFault, ManifestFault."""
    with held(board) as out:
        tree = stage(board, out)
        files = {file.path: (out / "root" / file.path).read_bytes() for file in tree.files}
    return files, [row.path for row in tree.modules if not row.path.startswith(_OURS)]


if __name__ == "__main__":
    ending.run_one(main, "deploy")
