"""What each package of a build was made of, from its manifest and its compiler; builds nothing."""

import json
from collections.abc import Mapping
from pathlib import Path

from tools.boards import facts
from tools.cross import START
from tools.manifest import Manifest
from tools.release import linked
from tools.release.building import Build, has_image
from tools.release.sbom import Contents, sha256
from tools.stage import NATIVE, in_files

_C_SOURCES = ("*.c", "*.h", "*.S")


def of(board: str, build: Build, made: Mapping[str, bytes], version: str) -> Contents:
    """Of the board's packages among `made`, after `build` made them. ReleaseFault."""
    prefix = f"wattseal-{version}-{board}."
    files = {name: data for name, data in made.items() if name.startswith(prefix)}
    root = build.root
    named = Manifest(root / "boards" / board / "manifest.py").files
    found = list({**named, START: root / "firmware" / START}.values())
    if not has_image(root, board):
        native = root / "build/native" / facts(board, root).architecture / NATIVE
        found += [] if in_files(board) else sorted((root / "firmware/stock").glob("*.py"))
        if not native.exists():
            return Contents(board, files, _hashed(root, found))
        hashes = _hashed(root, [*found, native, *_c_sources(root)])
        number = linked.micropython(build.micropython)
        return Contents(board, files, hashes, archives=_archives(build), headers=number)
    found += sorted((root / "boards" / board / "frozen").glob("[!m]*.py"))
    found += sorted((root / "boards" / board).glob("mpconfigboard.*"))
    found += _c_sources(root)
    told = json.loads((root / "build" / board / "firmware.json").read_text())
    number = told["micropython"].removeprefix("v")
    work = root / "build" / board / "firmware/cmake"
    libraries = linked.libraries(work, build.micropython, number) + linked.c_library()
    return Contents(board, files, _hashed(root, found), libraries, number, _archives(build))


def _c_sources(root: Path) -> list[Path]:
    """Of the native module, in an image or as a file beside bytecode."""
    return [p for kind in _C_SOURCES for p in sorted((root / "tools/native").glob(kind))]


def _archives(build: Build) -> dict[str, str]:
    return {name: sha256(data) for name, data in build.archives().items()}


def _hashed(root: Path, paths: list[Path]) -> dict[str, str]:
    root = root.resolve()
    return {
        path.resolve().relative_to(root).as_posix(): sha256(path.read_bytes()) for path in paths
    }
