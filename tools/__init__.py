"""Host-side programs: simulators, verification, staging. Never imported by the firmware.

Some of them run the firmware's own code, which is found here, with what it needs of MicroPython.
"""

import contextlib
import os
import signal
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[1]
sys.path += [
    str(_ROOT / place)
    for place in ("firmware", "host_tests/cpython")
    if str(_ROOT / place) not in sys.path
]


def _stopped(kind: type[BaseException], *fault: object) -> None:
    """Ctrl-C while a tool is still being loaded; tools.ending tells of it from then on."""
    if not issubclass(kind, KeyboardInterrupt):
        return sys.__excepthook__(kind, *fault)  # type: ignore[arg-type]
    with contextlib.suppress(Exception, KeyboardInterrupt):  # closed, broken, or nobody reads it
        sys.stdout.flush()
    os.write(2, b"stopped\n")
    os._exit(128 + signal.SIGINT)


if sys.excepthook is sys.__excepthook__:
    sys.excepthook = _stopped
