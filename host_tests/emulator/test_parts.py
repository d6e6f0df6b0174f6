"""The parts written in JavaScript: their own tests, and the rules of the house for such files."""

import json
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
EMULATOR = HERE.parents[1] / "tools/emulator"
SCRIPTS = sorted([*EMULATOR.glob("*.mjs"), *HERE.glob("*.mjs")])
FILE_LINES, COLUMNS = 220, 99


@pytest.mark.parametrize("path", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_a_part_alone(node, path):
    done = subprocess.run([node, "--test", str(path)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_short_and_says_what_it_is(path):
    lines = path.read_text().splitlines()
    assert lines[0].startswith("// ")
    assert len(lines) <= FILE_LINES, "%d lines: a concept is missing a name" % len(lines)
    assert not [n for n, line in enumerate(lines, 1) if len(line) > COLUMNS]


def test_the_lock_pins_by_hash_and_names_no_registry():
    lock = json.loads((EMULATOR / "package-lock.json").read_text())
    for name, package in lock["packages"].items():
        assert "resolved" not in package
        assert not name or package["integrity"].startswith("sha512-")
    wanted = json.loads((EMULATOR / "package.json").read_text())["dependencies"]
    assert lock["packages"][""]["dependencies"] == wanted
