"""`python -m tools.emulate`: what it says and how it exits when something is missing."""

import subprocess
import sys

import pytest


def command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "tools.emulate", *arguments], capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--uf2", "no.uf2"),
         "emulate: no.uf2 is missing; build it with: make firmware BOARD=RPI_PICO"),
        (("--meter", "abc"), "emulate: METER=abc is not known; known: "),
        (("--uf2", "pyproject.toml"), "emulate: this is no UF2 file"),
    ],
)  # fmt: skip
def test_what_is_missing_is_one_sentence_and_exit_code_2(arguments, sentence, tmp_path):
    done = command(*arguments, "--out", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.startswith(sentence)
    assert len(done.stderr.splitlines()) == 1
