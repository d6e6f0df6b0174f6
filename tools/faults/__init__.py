"""Counts what faults make of the firmware; its scenarios are host_tests/support's, shared."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [
    str(ROOT / place)
    for place in ("host_tests/support", "host_tests/cpython", "firmware", "build/comb")
]
