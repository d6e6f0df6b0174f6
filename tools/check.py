"""`make check`: lint, format, import rules, spelling; a line a step, stops at a fault."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = [sys.executable, "-m"]
SPELLED = ("firmware", "boards", "tools", "host_tests", "README.md", "CHANGELOG.md")
STEPS = (
    ("ruff", [*PYTHON, "ruff", "check", "."]),
    ("format", [*PYTHON, "ruff", "format", "--check", "."]),
    ("imports", [str(Path(sys.executable).with_name("lint-imports"))]),
    ("spelling", [*PYTHON, "codespell_lib", *SPELLED]),
    ("rules", [*PYTHON, "pytest", "host_tests/test_architecture.py"]),
)  # fmt: skip


def main() -> None:
    env = dict(os.environ, PYTHONPATH="firmware:.")
    for name, command in STEPS:
        start = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True)
        verdict = "FAULT" if done.returncode else "ok"
        print(f"{name:<10} {time.monotonic() - start:5.1f} s  {verdict}")
        if done.returncode:
            print(done.stdout + done.stderr)
            sys.exit(1)


if __name__ == "__main__":
    main()
