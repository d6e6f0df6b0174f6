"""A new meter model is one row, with its key in the index, and one golden vector: nothing else.

In a copy of the tree a model is added, as a person would, and judged by the suite's own tests.
"""

import json
import os
import re
import shutil
import subprocess
import sys

import interpreters
import pytest

ROOT = interpreters.ROOT
PARTS = (
    "firmware", "host_tests/core", "host_tests/app", "host_tests/support", "host_tests/vectors",
    "host_tests/micropython", "host_tests/cpython", "host_tests/integration", "tools",
)  # fmt: skip
INDEX = "host_tests/integration/test_meter_index.py"
JUDGES = ("host_tests/core/test_models.py", "host_tests/app/test_meter_vectors.py")
ROW = """
    yield Model("dsz16", "Eltako", "DSZ16", (energy,), (power,), 4, beside=2, confirmed=False)
"""


@pytest.fixture
def tree(tmp_path):
    """A copy of what a meter model touches, and no more."""
    for part in PARTS:
        ignore = shutil.ignore_patterns("__pycache__", "node_modules")
        shutil.copytree(ROOT / part, tmp_path / part, ignore=ignore)
    for name in ("pyproject.toml", "host_tests/conftest.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "build").symlink_to(ROOT / "build")
    return tmp_path


def add_row(tree):
    path = tree / "firmware/wattseal/core/models/eltako.py"
    path.write_text(path.read_text() + ROW)


def add_key(tree):
    path = tree / "firmware/wattseal/core/models/__init__.py"
    text, found = re.subn(r"^eltako .*$", r"\g<0> dsz16", path.read_text(), flags=re.M)
    assert found == 1
    path.write_text(text)


def add_vector(tree):
    """Map, requests and cases by hand, here those of its sister; the frames are recorded."""
    folder = tree / "host_tests/vectors/meters"
    vector = json.loads((folder / "dsz15d.json").read_text())
    vector["model"], vector["map"]["product"] = "dsz16", "DSZ16"
    for case in vector["cases"]:
        for made in ("frames", "energy_mwh", "power_w"):
            case.pop(made, None)
    (folder / "dsz16.json").write_text(json.dumps(vector))


def python(tree, *arguments):
    folders = ("firmware", "host_tests/cpython", "host_tests/support")
    path = [tree, *(tree / folder for folder in folders)]
    env = dict(os.environ, PYTHONPATH=os.pathsep.join(map(str, path)))
    return subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=env, text=True, capture_output=True
    )


def record(tree):
    done = python(tree, "host_tests/support/golden.py", "dsz16")
    assert done.returncode == 0, done.stderr


def judge(tree):
    """Whether the suite's tests pass in the copy, and what they said."""
    done = python(tree, "-m", "pytest", INDEX)
    said, good = done.stdout, done.returncode == 0
    folders = ("firmware", "host_tests/support", "host_tests/micropython", "build/lib")
    path = ":".join([*(str(tree / folder) for folder in folders), ".frozen"])
    for test in JUDGES:
        done = subprocess.run(
            [interpreters.unix64(), "host_tests/micropython/run_unittest.py", str(tree / test)],
            cwd=tree, env=dict(os.environ, MICROPYPATH=path), text=True, timeout=120,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        result = interpreters.RESULT.search(done.stdout)
        good = good and bool(result) and result.group(2) == "0" and int(result.group(1)) > 5
        said += done.stdout
    return good, said


def test_one_row_and_one_vector_are_enough(tree):
    add_row(tree)
    add_key(tree)
    add_vector(tree)
    record(tree)
    good, said = judge(tree)
    assert good, said
    served = "from tools.sim_meter import SimMeter as M; print(M('dsz16', 1, '1').energy_mwh)"
    assert python(tree, "-c", served).stdout == "12345678000\n"
    known = "from wattseal.core.models import MODELS; print('dsz16' in list(MODELS))"
    assert python(tree, "-c", known).stdout == "True\n"


@pytest.mark.parametrize("steps", [(add_row,), (add_row, add_key), (add_key,), (add_vector,)])
def test_half_of_it_is_found(tree, steps):
    for step in steps:
        step(tree)
    assert not judge(tree)[0]
