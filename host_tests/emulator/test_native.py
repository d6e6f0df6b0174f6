"""The native module on the emulated board with a stock MicroPython, as a file: right, and fast.

In our own image it is a part of the image, and test_core_suite.py runs the same tests.
"""

import re

import core_on_board
import interpreters
import pytest
from staged_trees import archived

from tools import stage
from tools.emulator import raw_repl

ROOT = interpreters.ROOT
MODULE = ROOT / "build/native/armv6m/wattseal_p256.mpy"
TESTS = ("test_native_field", "test_native_signing")
FOLDERS = ["/build/lib", "/host_tests/core", "/host_tests/micropython", "/host_tests/support"]
SUPPORT = (
    "build/lib/unittest.py",
    "host_tests/micropython/run_unittest.py",
    "host_tests/support/native_module.py",
    "host_tests/support/sample.py",
    "host_tests/support/vectors.py",
    "host_tests/vectors/rfc6979_p256.json",
)
SIGN_MS = 17
STEP_MS = 6

RUN = """
import sys
sys.path += %r
import run_unittest
run_unittest.run(%r)
"""

SIGN = """
import gc, os, sys, time
gc.threshold(-1)
gc.collect()
before = gc.mem_free()
import wattseal_p256
gc.collect()
print("heap_bytes", before - gc.mem_free())
from wattseal import comb_table
from wattseal.core import p256_native  # as the proof of the key has loaded it
from wattseal.core import ecdsa
table, longest = comb_table.in_ram(), 0
assert comb_table.native() is wattseal_p256
for _ in range(3):
    gc.collect()
    steps = ecdsa.sign_steps(7, bytes(32), table, os.urandom(32), os.urandom(64), wattseal_p256)
    begin = now = time.ticks_us()
    try:
        while True:
            next(steps)
            last, now = now, time.ticks_us()
            longest = max(longest, time.ticks_diff(now, last))
    except StopIteration:
        last, now = now, time.ticks_us()
    longest = max(longest, time.ticks_diff(now, last))
print("sign_us", time.ticks_diff(now, begin))
print("longest_us", longest)
"""


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """What a stock board needs: the staged modules, the native one, the tests."""
    if not MODULE.exists():
        pytest.skip("no native module; run: make native")
    out = tmp_path_factory.mktemp("staged")
    added = {
        path: (ROOT / path).read_bytes()
        for path in SUPPORT + tuple("host_tests/core/%s.py" % name for name in TESTS)
    }
    sources = [text.decode() for path, text in added.items() if path.endswith(".py")]
    stage.stage("RPI_PICO", out, beside=[*sources, SIGN])
    found = archived(out) | added
    return {**found, MODULE.name: MODULE.read_bytes()}


def on(board, files, script):
    outcome = board(files).run({
        "console": raw_repl.steps(script), "until": raw_repl.DONE, "max_s": 60,
        "uart1": {"peer": None},
    })  # fmt: skip
    return raw_repl.printed(outcome.console)


@pytest.mark.parametrize("name", TESTS)
def test_is_right(name, board, files):
    printed = on(board, files, RUN % (FOLDERS, name))
    ran, bad, skipped = map(int, interpreters.RESULT.search(printed).groups())
    assert ran == core_on_board.tests_in(ROOT / "host_tests/core" / (name + ".py"))
    assert (bad, skipped) == (0, 0), printed


def test_signs_in_time_without_a_long_step(board, files):
    printed = on(board, files, SIGN)
    figures = {name: int(value) for name, value in re.findall(r"^(\w+) (\d+)$", printed, re.M)}
    assert figures["sign_us"] <= SIGN_MS * 1000
    assert figures["longest_us"] <= STEP_MS * 1000
    assert figures["heap_bytes"] < 8192


def test_a_module_for_another_processor_is_passed_over(board, files):
    wrong = {**files, MODULE.name: (ROOT / "build/native/x64" / MODULE.name).read_bytes()}
    script = "from wattseal import comb_table\nprint(comb_table.native())"
    assert on(board, wrong, script) == "None\n"
