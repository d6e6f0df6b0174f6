"""Runs a host tool as a person does, `python -m tools.NAME`; judges nothing of what it says."""

import subprocess
import sys

import interpreters


def tool(name, *words):
    """The completed process, its output as text."""
    command = [sys.executable, "-m", f"tools.{name}", *map(str, words)]
    return subprocess.run(
        command, cwd=interpreters.ROOT, text=True, capture_output=True, timeout=120
    )
