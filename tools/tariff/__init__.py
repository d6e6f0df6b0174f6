"""Tools about a tariff before it prices a session: lint, explain, simulate. Prices no record.

What a tariff means is the firmware's own code, which is found here.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path += [
    str(ROOT / place)
    for place in ("host_tests/cpython", "firmware")
    if str(ROOT / place) not in sys.path
]
