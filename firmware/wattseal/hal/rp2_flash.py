"""The RP2040's flash: files, mounted at boot, and the journal behind; never formats itself.

Only our image's start-up calls `mount`. A device that comes from a stock image has files on the
whole of the flash: they are kept, and the journal stays in them.

A file system that does not mount may hold records that nobody has seen yet; MicroPython's own
start-up would format it. The chip's modules are imported late: a board that is merely built needs
none of them.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

    from wattseal.contracts import RawFlash

_FILES_BYTES = const(851968)  # 832 KB of 1,408; tools/emulator/flash_image.py has it too
_COUNT = const(4)  # an operation of a block device's ioctl
_PROG_BYTES = const(256)  # the flash's page; MicroPython's own start-up mounts with the same

ring: "RawFlash | None" = None  # for the journal; None: in files
trouble = ""  # why nothing is mounted: one sentence for the person in front of it


def mount() -> None:
    """Mount it as the root. A failure is left in `trouble`: the console is not there yet."""
    global trouble
    trouble = ""
    try:
        _mount()
    except OSError as fault:
        trouble = (
            "the flash holds no file system (%r); to make one, which erases all that is there: "
            "from wattseal.hal import rp2_flash; rp2_flash.format()" % fault
        )


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
    try:
        files = vfs.VfsLfs2(_flash(0, _FILES_BYTES), progsize=_PROG_BYTES)
        rest = _flash(_FILES_BYTES)
    except OSError:
        files, rest = vfs.VfsLfs2(_flash(), progsize=_PROG_BYTES), None
    vfs.mount(files, "/")
    if rest is not None:
        from wattseal.hal.block_flash import BlockFlash

        ring = BlockFlash(rest, _PROG_BYTES)


def _clear(rest: "Any") -> None:
    """Programming takes no time and wears nothing; whose a sector is, its first page says."""
    for sector in range(rest.ioctl(_COUNT, 0)):
        rest.writeblocks(sector, bytes(_PROG_BYTES), 0)


def _flash(*part: int) -> "Any":
    """All of it, or from `part`'s first byte on, as many as its second says."""
    # Not from `rp2`, whose PIO assembler would stay on the heap.
    from _rp2 import Flash  # pyright: ignore[reportMissingImports]

    return Flash(**dict(zip(("start", "len"), part)))
