"""The unix port with the whole firmware frozen in, started as an ESP32's image starts it.

It is the soak's interpreter, 32-bit: `make soak` builds it.
"""

import interpreters
import pytest

from tools.firmware_process import FirmwareProcess, die_with_parent

MICROPYTHON = interpreters.ROOT / "build/soak/frozen/micropython"
LEAST_FREE_BYTES = 350_000
HEAP = "400k"  # a slot's modules are in it; less than image_start.py asks of a board
# Start-up imports of a version before a slot is mounted, as an ESP32's _boot.py does.
SCRIPT = (
    "import os\nfrom wattseal.hal import ticks\nimport image_start\n"
    "image_start.run(os.getenv('WATTSEAL_DIR') + '/update', lambda: print('watched'), %d)"
)


def command(least_free_bytes=LEAST_FREE_BYTES):
    if not MICROPYTHON.exists():
        pytest.skip("no interpreter with the firmware frozen in; run: make soak DAYS=10")
    return [str(MICROPYTHON), "-X", "heapsize=" + HEAP, "-c", SCRIPT % least_free_bytes]


class FrozenProcess(FirmwareProcess):
    """FirmwareProcess with it; nothing is imported from files."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self._command = [*die_with_parent(), *command()]
        self._environment = dict(self._environment, MICROPYPATH=".frozen")
