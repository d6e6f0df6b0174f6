"""Counts what faults make of the firmware; its scenarios are host_tests/support's, shared."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "host_tests/support"))
