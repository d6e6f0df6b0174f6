"""Each tool that the Makefile or the manuals name loads on its own, as a person starts it."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TELLING = ("Makefile", "README.md", "CONTRIBUTING.md", ".ci/run", *sorted(
    str(path.relative_to(ROOT)) for path in (ROOT / "tools").glob("*.sh")
))  # fmt: skip


def named():
    """The modules behind `-m tools.`, each once."""
    texts = [(ROOT / place).read_text() for place in TELLING]
    found = re.findall(r"-m (tools\.[a-z_.]*[a-z_])", "\n".join(texts))
    return sorted(set(found))


def module_of(name):
    package = (ROOT / name.replace(".", "/")).is_dir()
    return name + ".__main__" if package else name


def test_the_tools_are_found():
    assert {"tools.faults", "tools.bench", "tools.soak", "tools.verify"} <= set(named())


@pytest.mark.parametrize("name", named())
def test_a_tool_loads_where_no_test_has_set_paths(name):
    """The suite's own import path has more in it than `make` gives."""
    environment = dict(os.environ, PYTHONPATH=".")
    done = subprocess.run(
        [sys.executable, "-c", f"import {module_of(name)}"], cwd=ROOT, env=environment,
        text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, "")
