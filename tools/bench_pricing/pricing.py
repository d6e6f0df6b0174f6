"""Times the pricing of a session with 97 segments on 32-bit MicroPython; judges its heap alone.

A busy machine makes it slower; the least time of many rounds is told.
"""

import json
import os
import subprocess
from pathlib import Path

from tools.bench_figures import BenchFault, Figure, Outcome
from tools.emulate.__main__ import TARIFF

ROOT = Path(__file__).resolve().parents[2]
DEVICE = ROOT / "tools/bench_pricing/device.py"
INTERPRETER = ROOT / "build/micropython32/micropython"
MOST_BYTES = 8192
_PATIENCE_S = 60


def run() -> Outcome:
    """Figures "pricing.*"; none without the interpreter, and it says so. BenchFault."""
    if not INTERPRETER.exists():
        print("bench: no figures of pricing: run: make micropython32")
        return Outcome()
    took_us, heap_bytes = _measured()
    figures = {
        "pricing.97_segments": Figure(took_us / 1000, "ms on 32 bits"),
        "pricing.97_segments_heap": Figure(heap_bytes, "bytes on 32 bits"),
    }
    return Outcome(figures, judge(heap_bytes))


def judge(heap_bytes: int) -> list[str]:
    """One sentence when the promise is broken."""
    if heap_bytes <= MOST_BYTES:
        return []
    return [f"pricing.97_segments_heap is {heap_bytes} bytes, more than {MOST_BYTES}"]


def _measured() -> tuple[int, int]:
    path = ":".join(str(ROOT / place) for place in ("firmware", "build/lib")) + ":.frozen"
    line = json.dumps(json.loads(TARIFF.read_bytes())) + "\n"
    done = subprocess.run(
        [INTERPRETER, DEVICE], input=line, env=dict(os.environ, MICROPYPATH=path), text=True,
        capture_output=True, timeout=_PATIENCE_S, check=False,
    )  # fmt: skip
    told = done.stdout.split()
    if done.returncode or len(told) != 2:
        raise BenchFault(f"MicroPython stopped in the bench of pricing: {done.stderr[-300:]}")
    return int(told[0]), int(told[1])
