"""Times sealing on each MicroPython that is there; judges nothing: it is told.

A busy machine makes it slower; the least time of many rounds is told.
"""

import os
import subprocess
from pathlib import Path

from tools.bench_figures import BenchFault, Figure, Outcome
from tools.firmware_process import interpreter

ROOT = Path(__file__).resolve().parents[2]
DEVICE = ROOT / "tools/bench_sealing/device.py"
UNIX32 = ROOT / "build/micropython32/micropython"
_PATIENCE_S = 120


def run() -> Outcome:
    """Figures "sealing.*"; of 32 bits only where that interpreter is. BenchFault."""
    found = {"64_bits": Path(interpreter()), "32_bits": UNIX32}
    figures: dict[str, Figure] = {}
    for name, path in found.items():
        if path.exists():
            key_us, capsule_us, sign_us, put_us, erase_us = _measured(path)
            ratio = round(key_us / sign_us, 2)
            figures[f"sealing.key_{name}"] = Figure(key_us / 1000, "ms", "a signature", ratio)
            figures[f"sealing.capsule_{name}"] = Figure(capsule_us / 1000, "ms")
            figures[f"sealing.slot_put_{name}"] = Figure(put_us / 1000, "ms")
            figures[f"sealing.slot_erase_{name}"] = Figure(erase_us / 1000, "ms")
    return Outcome(figures)


def _measured(path: Path) -> list[int]:
    places = ("firmware", "build/lib", "build/comb")
    imports = ":".join([*(str(ROOT / place) for place in places), ".frozen"])
    done = subprocess.run(
        [path, DEVICE], env=dict(os.environ, MICROPYPATH=imports), text=True,
        capture_output=True, timeout=_PATIENCE_S, check=False,
    )  # fmt: skip
    told = done.stdout.split()
    if done.returncode or len(told) != 5:
        raise BenchFault(f"MicroPython stopped in the bench of sealing: {done.stderr[-300:]}")
    return [int(each) for each in told]
