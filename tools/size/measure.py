"""Measures a staged tree and an image as they lie there; builds and judges nothing.

A file takes whole blocks of a file system, so that what a tree takes of the flash is more than its
bytes. It is found by putting the tree on a LittleFS as MicroPython makes one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from littlefs import LittleFS

from tools.boards import facts
from tools.stage import ARCHIVE

BLOCK_BYTES = 4096  # an erase block of every flash here
_READ_BYTES = 32  # extmod/vfs_lfs.c
_MOST_BLOCKS = 4096


class SizeFault(Exception):
    """Nothing can be measured or judged; the argument is one sentence."""


@dataclass(frozen=True)
class Image:
    """A frozen image: its own bytes, and what is left of the flash that is not files."""

    bytes: int
    free_bytes: int
    micropython: str


@dataclass(frozen=True)
class Sizes:
    """Of one board, all in bytes. `modules`: {path on the device: bytes}."""

    board: str
    modules: dict[str, int]
    flash_bytes: int  # the files with the file system's own blocks
    image: Image | None = None

    @property
    def tree_bytes(self) -> int:
        return sum(self.modules.values())

    @property
    def folders(self) -> dict[str, int]:
        """{folder: the bytes of all below it, less those of the folders below it}, by name."""
        found: dict[str, int] = {}
        for path, size in self.modules.items():
            folder = path.rpartition("/")[0] or "."
            found[folder] = found.get(folder, 0) + size
        return dict(sorted(found.items()))


def measure(board: str, out: Path) -> Sizes:
    """The tree at `out`/root, the modules of its archive, and the image beside it when there is
    one. SizeFault."""
    files = _below(out / "root")
    if not files:
        raise SizeFault(f"{out / 'root'} holds no tree; run: make stage BOARD={board}")
    loose = {path: data for path, data in files.items() if path != ARCHIVE}
    each = loose | (_below(out / "modules") if ARCHIVE in files else {})
    modules = {path: len(each[path]) for path in sorted(each)}
    return Sizes(board, modules, flash_bytes(board, files), _image(out / "firmware.json"))


def _below(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def flash_bytes(board: str, files: Mapping[str, bytes]) -> int:
    """What a LittleFS takes for these files, its own blocks included."""
    prog = facts(board).program_bytes
    flash = LittleFS(
        block_size=BLOCK_BYTES, block_count=_MOST_BLOCKS, prog_size=prog, read_size=_READ_BYTES,
        cache_size=4 * max(prog, _READ_BYTES), lookahead_size=32,
    )  # fmt: skip
    for path in sorted(files):
        folder = path.rpartition("/")[0]
        if folder:
            flash.makedirs(folder, exist_ok=True)
        with flash.open(path, "wb") as file:
            file.write(files[path])
    return flash.used_block_count * BLOCK_BYTES


def _image(path: Path) -> Image | None:
    """What firmware.sh says of the image that it has built. SizeFault."""
    if not path.exists():
        return None
    try:
        told = json.loads(path.read_text())
        return Image(told["image_bytes"], told["free_flash_bytes"], told["micropython"])
    except (ValueError, KeyError, TypeError) as fault:
        board = path.parent.name
        raise SizeFault(f"{path} is damaged; run: make firmware BOARD={board}") from fault
