"""Builds a commit's packages in a folder of its own, by that commit's tools; compares nothing.

What it runs has another time zone, locale, umask and hash seed each time. It fetches nothing:
`make setup` has made build/lib and build/comb, and the firmware's build has its sources.
"""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import fetch
from tools.boards import facts
from tools.release import linked, package, sources
from tools.release.commit import Commit, ReleaseFault

IMAGES = ("uf2", "bin")
UNSIGNED = ".unsigned.wsp"
_MADE = ("build/lib", "build/comb")  # by `make setup`
_NATIVE = {"x64": "gcc", "armv6m": linked.GCC}  # what compiles the native module
_ARCHIVES = ("*.orig.tar.*", "*.deb")
_LISTS, _TOLD = ("manifest.json", "names.json"), "firmware.json"
_NOT_OURS = (
    "DEBIAN", "MAKEFLAGS", "MFLAGS", "PRODUCTION", "STOCK", "WATTSEAL_MICROPYTHON",
    "WATTSEAL_UMQTT", "LDFLAGS", "CPATH", "C_INCLUDE_PATH", "CPLUS_INCLUDE_PATH", "LIBRARY_PATH",
    "COMPILER_PATH", "GCC_EXEC_PREFIX",
)  # fmt: skip
_PATIENCE_S = 1800


@dataclass(frozen=True)
class Place:
    """Where one of the builds is done, and under what circumstances."""

    folder: str
    umask: int
    environment: dict[str, str]


PLACES = (
    Place("a", 0o022, {"TZ": "UTC", "LC_ALL": "C", "PYTHONHASHSEED": "1"}),
    Place("some/where/else", 0o077, {"TZ": "Asia/Kathmandu", "LC_ALL": "C.UTF-8",
                                     "PYTHONHASHSEED": "2"}),
)  # fmt: skip


def has_image(root: Path, board: str) -> bool:
    """What is released of the board is an image, made of what Debian's sources hold."""
    return facts(board, root).released_as == "image"


def compilers(root: Path, boards: Sequence[str]) -> set[str]:
    """The names of what made machine code in the boards' packages."""
    found = {_NATIVE.get(facts(board, root).architecture, "") for board in boards}
    found |= {linked.GCC for board in boards if has_image(root, board)}
    return found - {""}


def signed(root: Path, boards: Sequence[str], version: str) -> list[str]:
    """The names of the packages that are signed: of boards updated over the network."""
    return [package_name(version, board) for board in boards if facts(board, root).is_updated]


def package_name(version: str, board: str) -> str:
    """Without its ending."""
    return f"wattseal-{version}-{board}"


class Build:
    """One build of a commit, below `folder`. `tree`: a MicroPython source tree, or None for
    Debian's as the firmware's build has left it below `origin`. With `in_place` an image is built
    in `origin`, from the same commit, where most of it is up to date."""

    def __init__(
        self, origin: Path, folder: Path, place: Place, tree: Path | None, in_place: bool = False
    ) -> None:
        self.root = folder / place.folder / "checkout"
        self._origin = origin
        self._place = place
        self._tree = tree.resolve() if tree else None  # it runs elsewhere
        self._image_root = origin if in_place else self.root

    def checkout(self, archive: bytes) -> None:
        """The commit's files, and beside them what `make setup` has made. ReleaseFault."""
        self.root.mkdir(parents=True)
        try:
            with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
                tar.extractall(self.root, filter="data")
        except (tarfile.TarError, OSError) as fault:
            raise ReleaseFault(f"a file of the checkout cannot be released: {fault}") from fault
        for made in _MADE:
            if not (self._origin / made).is_dir():
                raise ReleaseFault(f"{made} is missing; run: make setup")
            shutil.copytree(self._origin / made, self.root / made)
        for module in fetch.altered(self.root / "build/lib"):
            raise ReleaseFault(
                f"build/lib/{module} is not the pinned one; fetch it anew: "
                "rm build/lib/.done && make setup"
            )

    def packages(self, boards: Sequence[str], commit: Commit) -> dict[str, bytes]:
        """{file's name: bytes}, of all boards. ReleaseFault."""
        if any(facts(board, self.root).architecture in _NATIVE for board in boards):
            self._native()
        made: dict[str, bytes] = {}
        for board in boards:
            self._run([sys.executable, "-m", "tools.stage", "--board", board, "--json"])
            name = package_name(commit.version, board)
            if has_image(self.root, board):
                made.update({f"{name}.{end}": data for end, data in self._image(board).items()})
            else:
                made[f"{name}.zip"] = package.packed(self._tree_of(board), commit.epoch_s)
            if signed(self.root, [board], commit.version):
                made[f"{name}{UNSIGNED}"] = self._update_of(board)
        return made

    @property
    def micropython(self) -> Path:
        """The source tree that images are made of."""
        return self._tree or self.root / sources.FOLDER / "micropython"

    def archives(self) -> dict[str, bytes]:
        """{name: bytes} of Debian's source archives that tree is from; none of another tree."""
        held = sources.of(self._origin) / "packages"
        found = [] if self._tree else [p for kind in _ARCHIVES for p in held.glob(kind)]
        return {path.name: path.read_bytes() for path in sorted(found)}

    def _tree_of(self, board: str) -> dict[str, bytes]:
        """What was staged, and the lists of it."""
        out = self.root / "build" / board
        held = {f"root/{path}": data for path, data in package.folder(out / "root").items()}
        return held | {name: (out / name).read_bytes() for name in _LISTS}

    def _update_of(self, board: str) -> bytes:
        """The firmware of the staged tree as a package of tools.update, without a signature."""
        out = f"build/{board}/firmware{UNSIGNED}"
        tree = f"build/{board}/root"
        command = [sys.executable, "-m", "tools.update", "pack", tree, out, "--kind", "firmware"]
        self._run([*command, "--board", board])
        return (self.root / out).read_bytes()

    def _native(self) -> None:
        self._sources()
        self._run(["bash", "tools/native/build.sh", "build/native", str(self._tree or "")])

    def _image(self, board: str) -> dict[str, bytes]:
        """{ending: bytes}"""
        self._sources()
        command = ["bash", "tools/firmware.sh", board, f"build/{board}", str(self._tree or "")]
        self._run(command, self._image_root)
        made = self._image_root / "build" / board
        (self.root / "build" / board / _TOLD).write_bytes((made / _TOLD).read_bytes())
        return {end: (made / f"firmware.{end}").read_bytes() for end in IMAGES}

    def _sources(self) -> None:
        """MicroPython's, in a folder of this build, for its path must not count either: unpacked
        from the archives that the release names, whatever lies unpacked beside them."""
        own = self.micropython
        if self._tree is not None or own.exists():
            return
        theirs = sources.of(self._origin)
        if not (theirs / "micropython").is_dir() or not (theirs / "packages").is_dir():
            raise ReleaseFault(
                "MicroPython's sources are not there yet; run: make firmware BOARD=RPI_PICO"
            )
        shutil.copytree(theirs / "packages", own.parent / "packages")
        self._run(["bash", "tools/debian_unpack.sh", str(own.parent)])

    def _run(self, command: list[str], where: Path | None = None) -> None:
        kept = {name: value for name, value in os.environ.items() if name not in _NOT_OURS}
        ours = {**self._place.environment, "PYTHONPATH": ".", "PYTHON": sys.executable}
        try:
            done = subprocess.run(
                command, cwd=where or self.root, env=kept | ours, umask=self._place.umask,
                stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
                timeout=_PATIENCE_S,
            )  # fmt: skip
        except subprocess.TimeoutExpired as fault:
            raise ReleaseFault(
                f"{command[1]} did not end in {_PATIENCE_S // 60} minutes; try it by hand"
            ) from fault
        if done.returncode:
            said = done.stderr.strip().rpartition("\n")[2] or f"{command[1]} failed without a word"
            raise ReleaseFault(said)
