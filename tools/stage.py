"""Builds the exact file tree for a device: `python -m tools.stage --board X`; touches no device.

A board's modules lie in one archive, for each file of its own takes whole blocks of the flash and
is slow to find; beside it lie what starts and what imports from it (firmware/stock). The unix
board has them as files. The same sources give the same bytes, whoever stages them wherever: what
mpy-cross keeps of a module's origin is its name, and the lists hold neither dates nor places.
Names are shortened (tools/short_names.py): names.json tells what a traceback means.
"""

import contextlib
import fcntl
import hashlib
import json
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tools import ending, image_sources
from tools.boards import BoardFault, facts
from tools.cross import START, compiled, put, staged_file
from tools.manifest import Manifest, ManifestFault
from tools.module_archive import PackFault, pack
from tools.module_text import does_nothing
from tools.short_names import Outside, Short, short_names
from tools.short_words import ROM
from tools.staged import Staged, StageFault, Tree, show

ROOT = Path(__file__).resolve().parents[1]
ARCHIVE = "modules.archive"
IMPORTER = "module_vfs.py"  # in firmware/stock, as is what main.py begins with beside an archive
LOADER = "slot_loader.py"  # beside the archive, and in it for whoever writes slots
NATIVE = "wattseal_p256.mpy"  # what `make native` has built goes along; without it bytecode signs
LIST_NAME = "manifest.json"
NAMES_NAME = "names.json"
PROMPT = Path(__file__).parent / "provision/on_device.py"  # what imports at a device's prompt
MOUNTED = "mount umount stat open ilistdir"  # what MicroPython asks the importer for
OURS = ("wattseal/", "board.py", IMPORTER, LOADER)  # whose private names nobody else knows


def stage(board: str, out: Path, root: Path = ROOT, beside: Sequence[str] = ()) -> Tree:
    """Build `out`/root, `out`/modules (what is in an archive), `out`/manifest.json and
    `out`/names.json afresh from the tree at `root`. Both lists, and the files in modules, have the
    modules' own names. `beside`: texts of what else imports from it. StageFault."""
    architecture_of(board)  # it must be known
    (out / LIST_NAME).unlink(missing_ok=True)  # first, and written last: a half tree has none
    for name in ("root", "modules"):
        shutil.rmtree(out / name, ignore_errors=True)
    files = Manifest(root / "boards" / board / "manifest.py").files
    files[START] = root / "firmware" / START  # in an image there may be another before it
    stock = root / "firmware/stock"
    if in_files(board):
        beside = [*beside, ROM]  # words as if used: a PC has the RAM, and made ones are shorter
    else:
        files[IMPORTER] = stock / IMPORTER
        beside = [*beside, (stock / START).read_text(), MOUNTED]
    ours = {name: files[name] for name in sorted(files) if name.startswith(OURS)}
    others = [files[name].read_text() for name in files.keys() - ours.keys()]
    across = [stock / IMPORTER, root / "firmware" / LOADER, PROMPT]  # versions
    outside = Outside([*others, *beside], [path.read_text() for path in across])
    texts = {name: source.read_text() for name, source in ours.items()}
    short = short_names(texts, outside, modules=not in_files(board))
    if in_files(board):
        tree = Tree(_modules(board, out / "root", files, short, root), [])
    else:
        tree = _archived(board, out, files, short, root)
    told = {"board": board, "files": [asdict(file) for file in tree.files]}
    told["modules"] = [asdict(module) for module in tree.modules]
    names = {row.module: {"module": name, "names": row.names} for name, row in short.items()}
    (out / NAMES_NAME).write_text(json.dumps(names, indent=1) + "\n")
    (out / LIST_NAME).write_text(json.dumps(told, indent=1) + "\n")
    return tree


def _modules(
    board: str, tree: Path, files: dict[str, Path], short: dict[str, Short], root: Path
) -> list[Staged]:
    """What the manifest names, and the native module, as files below `tree`."""
    architecture = architecture_of(board)
    staged = [
        put(tree, name, files[name], architecture, short.get(name)) for name in sorted(files)
    ]
    native = root / "build/native" / architecture / NATIVE
    if native.exists():
        stale = image_sources.stale_native(root)
        if stale:  # it signs, and nobody would see that another one does
            raise StageFault(stale)
        shutil.copyfile(native, tree / NATIVE)
        staged.append(staged_file(tree, tree / NATIVE, native))
    return staged


def _archived(
    board: str, out: Path, files: dict[str, Path], short: dict[str, Short], root: Path
) -> Tree:
    """The archive, what imports from it, and a main.py that begins with both: run from there, not
    imported, for what imports it would be in RAM for ever."""
    tree, architecture = out / "root", architecture_of(board)
    outside = {IMPORTER, START, *_empty(files)}
    inside = {name: source for name, source in files.items() if name not in outside}
    modules = _modules(board, out / "modules", inside, short, root)
    modules.append(compiled(out / "modules", START, files[START], architecture))  # a slot's
    try:
        archive = pack(
            {_path(row, short): (out / "modules" / row.path).read_bytes() for row in modules}
        )
    except PackFault as fault:
        raise StageFault(str(fault)) from fault
    tree.mkdir(parents=True)
    (tree / ARCHIVE).write_bytes(archive)
    rows = [put(tree, name, files[name], architecture, short[name]) for name in (IMPORTER, LOADER)]
    first = (root / "firmware/stock" / START).read_text()
    (tree / START).write_text(first + "\n" + files[START].read_text())
    rows.append(staged_file(tree, tree / START, files[START]))
    sources = sum(row.source_bytes for row in modules)
    digest = hashlib.sha256(archive).hexdigest()
    return Tree([Staged(ARCHIVE, sources, len(archive), digest), *rows], modules)


@contextlib.contextmanager
def held(board: str) -> Iterator[Path]:
    """The board's folder, which nobody else who asks has meanwhile: two devices may be flashed at
    a time. StageFault."""
    architecture_of(board)
    out = ROOT / "build" / board
    out.mkdir(parents=True, exist_ok=True)
    with (out / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield out


def architecture_of(board: str) -> str:
    """What mpy-cross compiles for. StageFault."""
    try:
        return facts(board).architecture
    except BoardFault as fault:
        raise StageFault(str(fault)) from fault


def in_files(board: str) -> bool:
    """Whether its modules are files, and not in an archive: on a PC. BoardFault."""
    return facts(board).family == "unix"


def _empty(files: dict[str, Path]) -> Iterator[str]:
    """Package files that do nothing: a folder of an archive is a package without one, and each
    takes a small board 15 ms and the RAM for its name."""
    for name, source in files.items():
        if name.endswith("/__init__.py") and does_nothing(source.read_text()):
            yield name


def _path(row: Staged, short: dict[str, Short]) -> str:
    """Where a module is imported from."""
    found = short.get(row.path.removesuffix(".mpy") + ".py")
    return found.module.replace(".", "/") + ".mpy" if found else row.path


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
    ending.run_one(main, "stage")
