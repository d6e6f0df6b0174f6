"""The file system on the RP2040's flash: mounted at boot; formatted by a person, never by itself.

A file system that does not mount may hold records that nobody has seen yet; MicroPython's own
start-up would format it. The chip's modules are imported late: a board that is merely built needs
none of them.
"""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

_PROG_BYTES = const(256)  # the flash's page; MicroPython's own start-up mounts with the same

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
    """Erase all files and start with an empty file system. For a person at the prompt. OSError."""
    import vfs

    global trouble
    if not trouble:
        vfs.umount("/")
    trouble = "the flash was not formatted to the end; format it again"
    vfs.VfsLfs2.mkfs(_flash(), progsize=_PROG_BYTES)
    _mount()
    trouble = ""


def _mount() -> None:
    import vfs

    vfs.mount(vfs.VfsLfs2(_flash(), progsize=_PROG_BYTES), "/")


def _flash() -> "Any":
    # Not from `rp2`, whose PIO assembler would stay on the heap.
    from _rp2 import Flash  # pyright: ignore[reportMissingImports]

    return Flash()
