"""Every check that runs nothing of the product: `python -m tools.check`; changes no file.

One line for each step with its time; the first that fails shows what its tool said, and ends it.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from tools import ending

ROOT = Path(__file__).resolve().parents[1]
BESIDE = Path(sys.executable).parent  # the virtual environment's own tools
PYRIGHT = ROOT / "tools/pyright"


@dataclass
class Step:
    """A tool's command, its first word a program of the virtual environment."""

    name: str
    command: list[str]


def steps() -> list[Step]:
    """In the order of their speed: what fails fast fails first."""
    types = [
        Step(f"types of {path.stem}", ["pyright", "--project", str(path)])
        for path in sorted(PYRIGHT.glob("*.json"))
    ]
    return [
        Step("lint", ["ruff", "check", "--no-cache", "."]),
        Step("format", ["ruff", "format", "--no-cache", "--check", "."]),
        Step("spelling", ["codespell", "."]),
        Step("import rules", ["lint-imports", "--no-cache"]),
        Step("architecture", ["pytest", "host_tests/test_architecture.py"]),
        *types,
    ]


def run(step: Step) -> tuple[bool, str]:
    """(passed, output). A missing tool is a failure with one sentence."""
    program = BESIDE / step.command[0]
    if not program.exists():
        return False, f"{step.command[0]} is missing from {BESIDE}; run: make clean, then again"
    done = subprocess.run(
        [str(program), *step.command[1:]], cwd=ROOT, text=True, errors="replace",
        env=dict(os.environ, PYTHONPATH="firmware:."),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return done.returncode == 0, done.stdout


def main(
    all_steps: Annotated[bool, typer.Option("--all", help="go on after a failure")] = False,
) -> None:
    """Lint, format, spelling, import rules, architecture, types."""
    failed = 0
    for step in steps():
        start = time.monotonic()
        passed, output = run(step)
        verdict = "ok" if passed else "FAILED"
        print(f"{step.name:<20} {verdict:<6} {time.monotonic() - start:5.1f} s", flush=True)
        if not passed:
            print(output.rstrip())
            failed += 1
            if not all_steps:
                break
    if failed:
        raise typer.Exit(1)


if __name__ == "__main__":
    ending.run_one(main, "check")
