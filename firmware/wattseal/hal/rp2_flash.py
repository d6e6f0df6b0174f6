"""The RP2040's flash: files, mounted at boot, and the journal behind; never formats itself.

Only our image's start-up calls `mount`. A file system that does not mount may hold records that
nobody has seen yet; MicroPython's own start-up would format it. A stock image's files begin
elsewhere: its records have to be sent before a device changes to ours. The chip's modules are
imported late: a board that is merely built needs none of them.
"""

import time

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.contracts import RawFlash

_FILES_BYTES = const(589824)  # 576 KB of 1,152; tools/emulator/flash_image.py has it too
_COUNT = const(4)  # an operation of a block device's ioctl
_PROG_BYTES = const(256)  # the flash's page; MicroPython's own start-up mounts with the same
_TRIES, _PAUSE_MS = const(3), const(200)
_TROUBLE = (
    "the flash holds no file system of ours (%r); to make one, which erases all there is: "
    "from wattseal.hal import rp2_flash; rp2_flash.format()"
)

ring: "RawFlash | None" = None  # for the journal; None: not mounted, or a stock image: in files
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
        except (OSError, MemoryError) as fault:
            trouble = _TROUBLE % fault
        if left > 1:
            time.sleep_ms(_PAUSE_MS)


def format() -> None:
    """Drop all files and all records; start with an empty file system. For a person at the prompt.
    OSError."""
    import vfs

    global trouble
    if not trouble:
        vfs.umount("/")
    trouble = "the flash was not formatted to the end; format it again"
    _clear(_flash(_FILES_BYTES))
    vfs.VfsLfs2.mkfs(_flash(0, _FILES_BYTES), progsize=_PROG_BYTES)
    _mount()
    trouble = ""


def _mount() -> None:
    import vfs

    global ring
    ring = None
    files = vfs.VfsLfs2(_flash(0, _FILES_BYTES), progsize=_PROG_BYTES)
    from wattseal.hal.block_flash import BlockFlash

    rest = BlockFlash(_flash(_FILES_BYTES), _PROG_BYTES)
    vfs.mount(files, "/")  # last: what is mounted cannot be mounted again
    ring = rest


def _clear(rest: "Any") -> None:
    """Programming takes no time and wears nothing; whose a sector is, its first page says."""
    for sector in range(rest.ioctl(_COUNT, 0)):
        rest.writeblocks(sector, bytes(_PROG_BYTES), 0)


def _flash(*part: int) -> "Any":
    """From `part`'s first byte on, as many as its second says."""
    # Not from `rp2`, whose PIO assembler would stay on the heap.
    from _rp2 import Flash  # pyright: ignore[reportMissingImports]

    return Flash(**dict(zip(("start", "len"), part)))
