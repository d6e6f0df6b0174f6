"""An ESP32's file system under our own image: mounted at boot, never formatted by itself.

Only our image's start-up calls `mount`. MicroPython's own would make a new file system where it
finds a damaged one, and records that nobody has seen yet may be in it.
"""

import time

from esp32 import Partition
from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

_TRIES, _PAUSE_MS = const(3), const(200)
_TROUBLE = (
    "the flash holds no file system of ours (%r); to make one, which erases all files: "
    "from wattseal.hal import esp32_files; esp32_files.format()"
)

trouble = ""  # why nothing is mounted: one sentence for the person in front of it


def mount() -> None:
    """Mount it as the root, in 3 tries. What fails is left in `trouble`: the console is not there
    yet."""
    global trouble
    for left in range(_TRIES, 0, -1):
        trouble = ""
        try:
            _mount()
            return
        except (OSError, MemoryError, IndexError) as fault:
            trouble = _TROUBLE % fault
        if left > 1:
            time.sleep_ms(_PAUSE_MS)


def format() -> None:
    """Drop all files; start with an empty file system. The journal's partition stays. For a
    person at the prompt. OSError; IndexError where the table has no such partition."""
    import vfs

    global trouble
    device = _partition()
    if not trouble:
        vfs.umount("/")
    trouble = "the flash was not formatted to the end; format it again"
    vfs.VfsLfs2.mkfs(device)
    _mount()
    trouble = ""


def _mount() -> None:
    import vfs

    vfs.mount(vfs.VfsLfs2(_partition()), "/")


def _partition() -> "Any":
    """MicroPython's own name for it, and partitions.csv's."""
    return Partition.find(Partition.TYPE_DATA, label="vfs")[0]
