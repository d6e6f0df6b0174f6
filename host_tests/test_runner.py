"""The runner of MicroPython tests goes red when it should: every way a test can go wrong, planted.

micropython-lib's own runner ends with status 0 after failures, and a crash says nothing at all: a
runner that trusts either is green for ever.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import interpreters
import pytest

ROOT = interpreters.ROOT
HEAD = "import sys\nimport unittest\n\n\nclass Planted(unittest.TestCase):\n"
PASSING = HEAD + "    def test_a(self):\n        self.assertEqual(1, 1)\n"
RESULT_OF_A_GOOD_RUN = "WATTSEAL-RESULT ran=1 bad=0 skipped=0"

BAD = {
    "an assertion fails": HEAD + "    def test_a(self):\n        self.assertEqual(1, 2)\n",
    "one of two fails": PASSING + "\n    def test_b(self):\n        self.assertTrue(False)\n",
    "a test raises": HEAD + "    def test_a(self):\n        raise ValueError('x')\n",
    "setUp raises": PASSING + "\n    def setUp(self):\n        raise OSError(5)\n",
    "the import raises": "raise RuntimeError('at import')\n",
    "an import is missing": "import no_such_module\n" + PASSING,
    "the syntax is wrong": PASSING + "\n    def test_b(self:\n",
    "there is no test": "import unittest\n\n\nclass Planted(unittest.TestCase):\n    pass\n",
    "there is no test case": "x = 1\n",
    "the file is empty": "",
    "it exits with 0 before the end": PASSING + "        sys.exit(0)\n",
    "it exits with 0 at import": "import sys\nsys.exit(0)\n" + PASSING,
    "memory runs out": HEAD + "    def test_a(self):\n        self.x = bytearray(1 << 26)\n",
    "it leaves a file behind": PASSING + "        open('a.key', 'w').close()\n",
    "it prints a good result and fails": HEAD
    + "    def test_a(self):\n        print('\\n%s')\n        self.assertTrue(False)\n"
    % RESULT_OF_A_GOOD_RUN,
}
HANGS = HEAD + "    def test_a(self):\n        while True:\n            pass\n"
CRASHES = """
import os
import sys


class Planted:
    pass


# An interpreter that dies without a word, as after a fault in native code.
with open("/proc/self/stat") as file:
    pid = file.read().split()[0]
os.system("kill -SEGV " + pid) if hasattr(os, "system") else sys.exit(139)
"""


@pytest.fixture(params=interpreters.found(), ids=lambda row: row[0])
def on(request, tmp_path):
    """Runs a planted source on one interpreter, as conftest.py does."""
    _, path, heap = request.param

    def run(source, timeout=60):
        planted = Path(tempfile.mkdtemp(dir=tmp_path)) / "test_planted.py"
        planted.write_text(source)
        return interpreters.run_tests(path, planted, heap, timeout)

    return run


def test_a_passing_file_passes(on):
    ok, count, output = on(PASSING + "\n    def test_b(self):\n        pass\n")
    assert ok, output
    assert count == 2


def test_a_skipped_test_does_not_fail(on):
    ok, _, output = on(PASSING + "\n    def test_b(self):\n        raise unittest.SkipTest('x')\n")
    assert ok, output


# On two cores a file runs on two interpreters at a time, as often as not. CI fell over one that
# took the other's key away (`made.key` in the project's root, on 1 December 2026).
WRITES = (
    "import os\nimport time\n"
    + HEAD
    + """
    def test_a(self):
        self.assertEqual(os.listdir(), [])
        with open("a.key", "w") as file:
            file.write("x")
        time.sleep(1)
        os.remove("a.key")
"""
)


def test_a_file_that_runs_twice_at_a_time_meets_no_other(on):
    with ThreadPoolExecutor(2) as pool:
        for ok, _, output in pool.map(on, [WRITES, WRITES]):
            assert ok, output


GAPS = """import time
import unittest


class Planted(unittest.TestCase):
    def test_a(self):
        begin = last = time.ticks_ms()
        longest = 0
        while time.ticks_diff(last, begin) < 1500:
            now = time.ticks_ms()
            longest = max(longest, time.ticks_diff(now, last))
            last = now
        print("longest", longest)
"""


def test_an_interpreter_is_stopped_at_random_on_request(on, monkeypatch):
    monkeypatch.setenv("WATTSEAL_STALL", "1")
    ok, _, output = on(GAPS)
    assert ok, output
    assert int(re.search(r"longest (\d+)", output)[1]) >= 30, output


def test_one_that_hangs_is_ended_though_it_is_stopped(on, monkeypatch):
    monkeypatch.setenv("WATTSEAL_STALL", "1")
    ok, _, output = on(HANGS, timeout=2)
    assert not ok and output.startswith("no end within 2 s")


@pytest.mark.parametrize("why", BAD)
def test_fails_when(on, why):
    ok, _, output = on(BAD[why])
    assert not ok, output


def test_a_hanging_test_is_ended_and_fails(on):
    ok, _, output = on(HANGS, timeout=2)
    assert not ok
    assert output.startswith("no end within 2 s")


def test_a_crash_fails_though_nothing_was_said(on):
    ok, _, output = on(CRASHES)
    assert not ok
    assert output.startswith("no result line")


def script(folder, says, status):
    """An interpreter that says and returns what it is told."""
    path = folder / "interpreter"
    path.write_text("#!/bin/sh\necho '%s'\nexit %d\n" % (says, status))
    path.chmod(0o755)
    return str(path)


@pytest.mark.parametrize(
    ("says", "status", "expected"),
    [
        (RESULT_OF_A_GOOD_RUN, 0, True),
        (RESULT_OF_A_GOOD_RUN, 1, False),
        (RESULT_OF_A_GOOD_RUN, 139, False),
        ("WATTSEAL-RESULT ran=1 bad=1 skipped=0", 0, False),
        ("WATTSEAL-RESULT ran=0 bad=0 skipped=0", 0, False),
        ("x " + RESULT_OF_A_GOOD_RUN, 0, False),
        ("OK", 0, False),
        ("", 0, False),
    ],
)
def test_neither_status_nor_words_alone_are_believed(tmp_path, says, status, expected):
    ok, _, _ = interpreters.run_tests(script(tmp_path, says, status), "test_x.py")
    assert ok is expected


def run_pytest(tmp_path, source, ci=""):
    """pytest on a house of its own: our conftest.py and one planted file in host_tests/core."""
    house = tmp_path / "host_tests"
    (house / "core").mkdir(parents=True)
    shutil.copy(ROOT / "host_tests/conftest.py", house)
    (house / "core/test_planted.py").write_text(source)
    support = [str(ROOT / "host_tests" / name) for name in ("support", "cpython")]
    options = ["-o", "pythonpath=" + shlex.join(support), "--rootdir", str(tmp_path)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-rA", "-p", "no:cacheprovider", *options, str(house)],
        cwd=tmp_path, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=dict(os.environ, WATTSEAL_CI=ci),
    )  # fmt: skip


def test_pytest_runs_a_shared_file_on_every_interpreter(tmp_path):
    done = run_pytest(tmp_path, PASSING)
    assert done.returncode == 0, done.stdout
    assert "%d passed" % (1 + len(interpreters.found())) in done.stdout


def test_pytest_goes_red_when_only_micropython_fails(tmp_path):
    only_there = "sys.implementation.name != 'micropython'"
    done = run_pytest(
        tmp_path, HEAD + "    def test_a(self):\n        self.assertTrue(%s)\n" % only_there
    )
    assert done.returncode == 1, done.stdout
    assert "1 passed" in done.stdout
    assert "%d failed" % len(interpreters.found()) in done.stdout


def test_pytest_goes_red_when_only_cpython_fails(tmp_path):
    only_there = "sys.implementation.name == 'micropython'"
    done = run_pytest(
        tmp_path, HEAD + "    def test_a(self):\n        self.assertTrue(%s)\n" % only_there
    )
    assert done.returncode == 1, done.stdout
    assert "1 failed" in done.stdout


def test_pytest_goes_red_when_a_file_is_left_behind(tmp_path):
    """On each interpreter, in a folder of the test's own: the project's root stays as it was."""
    others = "".join("\n    def test_%d(self):\n        pass\n" % n for n in range(80))
    done = run_pytest(tmp_path, BAD["it leaves a file behind"] + others)
    assert done.returncode == 1, done.stdout
    told = "a.key is left behind in the tests' own folder"
    assert done.stdout.count("\n" + told) == len(interpreters.found())
    assert "%d failed, 81 passed, 1 error" % len(interpreters.found()) in done.stdout
    assert not (tmp_path / "a.key").exists()


SKIPPING = """import pytest


@pytest.mark.skipif(True, reason="%s")
def test_a():
    pass


def test_b():
    pass
"""


@pytest.mark.skipif(len(interpreters.found()) < 2, reason="the 32-bit interpreter is not built")
@pytest.mark.parametrize(
    ("ci", "reason", "expected"),
    [
        ("", "mosquitto is not installed", 0),
        ("1", "mosquitto is not installed", 1),
        ("1", "CPython has no LittleFS", 0),
    ],
)
def test_ci_takes_no_excuse_for_a_skip(tmp_path, ci, reason, expected):
    other = tmp_path / "host_tests/other"
    other.mkdir(parents=True)
    (other / "test_skipping.py").write_text(SKIPPING % reason)
    done = run_pytest(tmp_path, PASSING, ci)
    assert done.returncode == expected, done.stdout
    assert ("CI does not accept this skip: " + reason in done.stdout) == bool(expected)
