"""`make provision` at the unix port where it ends early: nobody answers, or no folder is to be."""

import os
import subprocess
import sys

import interpreters
import pexpect
import pytest
from from_a_terminal import from_a_terminal
from host_tool import tool


@pytest.mark.parametrize("key", ["c", "d"])
def test_a_person_stops_it_by_either_key(tmp_path, key):
    words = ["--port", "unix", "--data", f"{tmp_path}/data", "--out", str(tmp_path)]
    child = pexpect.spawn(
        sys.executable, ["-m", "tools.provision", *words], cwd=str(interpreters.ROOT), timeout=30,
        encoding="utf-8", env=dict(os.environ, PYTHONPATH=".", TERM="dumb"),
        preexec_fn=from_a_terminal,
    )  # fmt: skip
    child.expect(r"meters[^\n]*: ")
    child.sendcontrol(key)
    child.expect("provision: stopped; run it again to go on")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130


def test_a_pipe_that_ends_is_nobody(tmp_path):
    words = ["--port", "unix", "--data", f"{tmp_path}/data", "--out", str(tmp_path)]
    done = subprocess.run(
        [sys.executable, "-m", "tools.provision", *words], cwd=interpreters.ROOT, text=True,
        input="1\n1\n\nx:1\nme\nsecret\n", capture_output=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == "provision: nobody answers the questions; give FROM=answers.toml\n"
    assert "time_server" in done.stdout


def test_a_folder_that_cannot_be_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    for data, why in (("/proc/x", "No such file or directory"), (tmp_path / "file", "no folder")):
        done = tool("provision", "--port", "unix", "--data", data, "--out", tmp_path)
        (line,) = done.stderr.splitlines()
        assert done.returncode == 2 and line.startswith(f"provision: {data} cannot be written (")
        assert why in line and line.endswith("; name another --data")
