"""Host-side programs: simulators, verification, staging. Never imported by the firmware.

Some of them run the firmware's own code, which is found here, with what it needs of MicroPython.
"""

import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path += [
    str(_ROOT / place)
    for place in ("firmware", "host_tests/cpython")
    if str(_ROOT / place) not in sys.path
]
