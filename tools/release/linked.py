"""Which foreign code is in an image and of which version, as its build left it; guesses nothing.

Every file that the compiler read for the image is in its dependency files: what lies in a folder
of MicroPython's lib/ is a library of the image.
"""

import re
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.release.commit import ReleaseFault

GCC = "arm-none-eabi-gcc"
_VERSION = r"^#define MICROPY_VERSION_(?:MAJOR|MINOR|MICRO) (\d+)"


@dataclass(frozen=True)
class Library:
    """`license`: an SPDX expression, or words where SPDX has no name."""

    name: str
    version: str
    license: str
    url: str


@dataclass(frozen=True)
class _Source:
    """Where a library says its version, and how; without a file it has MicroPython's."""

    license: str
    url: str
    file: str = ""
    numbers: str = ""  # a pattern, found once for each part of the version


_MICROPYTHON = "https://github.com/micropython/micropython"
_KNOWN = {
    "pico-sdk": _Source(
        "BSD-3-Clause AND Apache-2.0 AND MIT",  # its own, Arm's CMSIS, pico_printf
        "https://github.com/raspberrypi/pico-sdk", "pico_sdk_version.cmake",
        r"^ *set\(PICO_SDK_VERSION_(?:MAJOR|MINOR|REVISION) (\d+)\)",
    ),
    "tinyusb": _Source(
        "MIT", "https://github.com/hathach/tinyusb", "src/tusb_option.h",
        r"^#define TUSB_VERSION_(?:MAJOR|MINOR|REVISION) +(\d+)",
    ),
    "mbedtls": _Source(
        "Apache-2.0 OR GPL-2.0-or-later", "https://github.com/Mbed-TLS/mbedtls",
        "include/mbedtls/build_info.h", r'^#define MBEDTLS_VERSION_STRING +"([\d.]+)"',
    ),
    "oofatfs": _Source("FatFs licence", "http://elm-chan.org/fsw/ff/", "ff.h", r"\b(R\d\.\w+)"),
    "littlefs": _Source(
        "BSD-3-Clause", "https://github.com/littlefs-project/littlefs", "lfs2.h",
        r"^#define LFS2_VERSION 0x([0-9a-f]{8})",
    ),
    "libm": _Source("MIT AND BSD-3-Clause", _MICROPYTHON),
    "uzlib": _Source("Zlib", "https://github.com/pfalcon/uzlib"),
    "re1.5": _Source("BSD-3-Clause", "https://github.com/pfalcon/re1.5"),
    "mbedtls_errors": _Source("Apache-2.0", _MICROPYTHON),
}  # fmt: skip
_ALONE: dict[str, Callable[[str], str]] = {  # 0002000b is 2.11
    "littlefs": lambda word: f"{int(word[:4], 16)}.{int(word[4:], 16)}"
}


def libraries(work: Path, tree: Path, micropython: str) -> list[Library]:
    """Of MicroPython's lib/ at `tree`, what the build in `work` took. ReleaseFault."""
    pattern = re.compile(re.escape(f"{tree}/lib/") + r"([^/\s]+)/")
    found = {
        name
        for path in work.rglob("*.d")
        for name in pattern.findall(path.read_text(errors="replace"))
    }
    if not found:
        raise ReleaseFault(
            f"{work} does not tell what the image is made of; remove it, build anew"
        )
    return [_library(tree / "lib" / name, micropython) for name in sorted(found)]


def _library(path: Path, micropython: str) -> Library:
    source = _KNOWN.get(path.name)
    if source is None:
        raise ReleaseFault(
            f"MicroPython's lib/{path.name} is new in the image; tell its licence in "
            f"tools/release/linked.py"
        )
    if not source.file:
        return Library(path.name, f"as in MicroPython {micropython}", source.license, source.url)
    try:
        parts = re.findall(source.numbers, (path / source.file).read_text(), re.M)
    except OSError:
        parts = []
    if not parts:
        raise ReleaseFault(
            f"lib/{path.name}/{source.file} tells no version; see tools/release/linked.py"
        )
    version = _ALONE[path.name](parts[0]) if path.name in _ALONE else ".".join(parts)
    return Library(path.name, version, source.license, source.url)


def c_library() -> list[Library]:
    """What the compiler itself adds. ReleaseFault."""
    macros = _said([GCC, "-E", "-dM", "-include", "_newlib_version.h", "-x", "c", "/dev/null"])
    newlib = re.search(r'_NEWLIB_VERSION "([\d.]+)"', macros)
    return [
        Library(
            "newlib", newlib[1] if newlib else "unknown", "several free licences",
            "https://sourceware.org/newlib/",
        ),
        Library(
            "libgcc", compiler(GCC), "GPL-3.0-or-later WITH GCC-exception-3.1",
            "https://gcc.gnu.org/",
        ),
    ]  # fmt: skip


def compiler(name: str) -> str:
    """Its version. ReleaseFault."""
    return _said([name, "-dumpfullversion"]).strip()


def micropython(tree: Path) -> str:
    """The version of a source tree. ReleaseFault."""
    path = tree / "py/mpconfig.h"
    try:
        parts = re.findall(_VERSION, path.read_text(), re.M)
    except OSError:
        parts = []
    if len(parts) != 3:
        raise ReleaseFault(f"{path} tells no version of MicroPython; name another source tree")
    return ".".join(parts)


def _said(command: list[str]) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError) as fault:
        raise ReleaseFault(
            f"{command[0]} does not run; install it with: sudo apt-get install "
            + ("gcc" if command[0] == "gcc" else "gcc-arm-none-eabi")
        ) from fault
