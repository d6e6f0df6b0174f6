"""The runner goes red when a MicroPython test fails, errors, crashes, hangs or does not exist."""

import interpreters
import pytest

GOOD = "import unittest\nclass T(unittest.TestCase):\n    def test_x(self):\n        %s\n"
CASES = {
    "failure": GOOD % "self.assertEqual(1, 2)",
    "error": GOOD % "raise ValueError",
    "import error": "import nothing_of_that_name\n",
    "syntax error": "def (:\n",
    "no tests": "import unittest\n",
    "exit 0 before the end": GOOD % "import sys; sys.exit(0)",
    "a forged summary": "import unittest\nprint('Ran 3 tests')\nprint('OK')\n",
}


@pytest.fixture(params=interpreters.found(), ids=lambda row: row[0])
def interpreter(request):
    return request.param


def run(interpreter, tmp_path, text, timeout=20):
    path = tmp_path / "test_planted.py"
    path.write_text(text)
    return interpreters.run_tests(interpreter[1], path, interpreter[2], timeout)


def test_a_good_file_passes(interpreter, tmp_path):
    ok, count, _ = run(interpreter, tmp_path, GOOD % "self.assertEqual(1, 1)")
    assert ok and count == 1


@pytest.mark.parametrize("text", CASES.values(), ids=CASES.keys())
def test_everything_else_fails(interpreter, tmp_path, text):
    assert not run(interpreter, tmp_path, text)[0]


def test_a_hang_fails(interpreter, tmp_path):
    ok, _, output = run(interpreter, tmp_path, GOOD % "\n        while True: pass", 2)
    assert not ok and "no end" in output
