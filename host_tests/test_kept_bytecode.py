"""`make test` keeps what was compiled, outside the tree, and nothing of temporary folders."""

import os
import subprocess
import sys

import interpreters
import kept_bytecode

ROOT = interpreters.ROOT


def test_what_is_of_temporary_folders_goes_and_the_rest_stays(tmp_path, monkeypatch):
    prefix, temporary = tmp_path / "kept", tmp_path / "temporary"
    monkeypatch.setattr(kept_bytecode.tempfile, "gettempdir", lambda: str(temporary))
    monkeypatch.setattr(sys, "pycache_prefix", str(prefix))
    gone = prefix / temporary.relative_to("/") / "module.pyc"
    stays = prefix / "work/module.pyc"
    for path in (gone, stays):
        path.parent.mkdir(parents=True)
        path.touch()
    kept_bytecode.forget_temporary()
    assert not gone.exists() and stays.exists()


def test_make_test_names_a_folder_below_build_and_no_other_target_writes_any():
    said = {}
    for target in ("test", "check"):
        done = subprocess.run(
            ["make", "-n", target], cwd=ROOT, text=True, capture_output=True, env=bare()
        )
        said[target] = [line for line in done.stdout.splitlines() if " -m " in line][-1]
    assert f'PYTHONDONTWRITEBYTECODE= PYTHONPYCACHEPREFIX="{ROOT}/build/pycache"' in said["test"]
    assert "PYTHONPYCACHEPREFIX" not in said["check"]


def bare():
    """The environment without what a `make` round this test has set."""
    names = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONPATH", "MAKEFLAGS")
    return {name: value for name, value in os.environ.items() if name not in names}
