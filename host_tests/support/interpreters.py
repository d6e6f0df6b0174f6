"""Finds the MicroPython interpreters and runs tests on them; never judges by exit status."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import stalling

ROOT = Path(__file__).resolve().parents[2]
RESULT = re.compile(r"^WATTSEAL-RESULT ran=(\d+) bad=(\d+) skipped=(\d+)$", re.M)
HEAP_64 = "4M"
HEAP_32 = "256k"  # a stock RP2040 has 224 KB, and modules that come compiled


def unix64():
    """The 64-bit unix port: `MICROPYTHON=path`, else the one in the virtual environment."""
    named = os.environ.get("WATTSEAL_MICROPYTHON")
    if named:
        return str(Path(named).resolve())
    beside = Path(sys.executable).with_name("micropython")
    return str(beside) if beside.exists() else shutil.which("micropython")


def unix32():
    """The 32-bit single-float interpreter built by `make micropython32`, or None."""
    named = os.environ.get("WATTSEAL_MICROPYTHON32")
    path = Path(named or ROOT / "build/micropython32/micropython")
    return str(path.resolve()) if path.exists() else None


def found():
    """[(label, path, heap)] of what the suite runs on."""
    rows = [("unix64", unix64(), HEAP_64), ("unix32", unix32(), HEAP_32)]
    return [row for row in rows if row[1]]


def micropypath():
    """Import path of the firmware and its two libraries, as the device would have them."""
    umqtt = os.environ.get("WATTSEAL_UMQTT")
    parts = [
        "firmware",
        "host_tests/support",
        "host_tests/micropython",
        "build/lib",
        "build/comb",
        ".frozen",
    ]
    if umqtt:
        parts.insert(0, str(Path(umqtt).resolve()))
    return ":".join(p if p.startswith((".", "/")) else str(ROOT / p) for p in parts)


def run(interpreter, arguments, heap=HEAP_64, timeout=240, cwd=ROOT, **environment):
    """Run the interpreter in `cwd`; returns the completed process, output merged.

    With `make test STALL=seed` it is stopped for moments at random.
    """
    env = dict(os.environ, MICROPYPATH=micropypath(), **environment)
    command = [interpreter, "-X", "heapsize=" + heap, *map(str, arguments)]
    options = {
        "cwd": cwd, "env": env, "timeout": timeout, "text": True,
        "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "errors": "replace",
    }  # fmt: skip
    seed = os.environ.get("WATTSEAL_STALL")
    return stalling.run(command, seed, **options) if seed else subprocess.run(command, **options)


def own_folder():
    """A new one to run in, gone at the end; in memory where there is such a place."""
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="wattseal-", dir=memory)


def left_in(folder):
    """What a test file has left there, one sentence; "" when it has cleaned up."""
    names = sorted(os.listdir(folder))
    return "%s is left behind in the tests' own folder" % ", ".join(names) if names else ""


def run_tests(interpreter, test_file, heap=HEAP_64, timeout=540):
    """(ok, count, output): ok only when the result line says that tests ran and none was bad.

    In a folder of its own, which must be empty at the end: a file may run twice at a time.
    """
    runner = ROOT / "host_tests/micropython/run_unittest.py"
    with own_folder() as folder:
        try:
            done = run(interpreter, [runner, test_file], heap, timeout, folder)
        except subprocess.TimeoutExpired as late:
            return False, 0, "no end within %d s\n%s" % (timeout, late.output or "")
        left = left_in(folder)
    if left:
        return False, 0, "%s\n%s" % (left, done.stdout)
    line = RESULT.search(done.stdout)
    if not line:
        return False, 0, "no result line (exit %d)\n%s" % (done.returncode, done.stdout)
    ran, bad, _ = map(int, line.groups())
    return done.returncode == 0 and ran > 0 and bad == 0, ran, done.stdout
