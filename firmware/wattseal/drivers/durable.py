"""Makes written bytes survive: the one place that says what durable means on which system.

LittleFS: flush is lfs2_file_sync, which programs the data and commits the directory entry: it
survives a power cut, and so does FAT's (f_sync). MicroPython's unix port: flush hands the bytes to
the kernel, which survives kill -9 but not a crash of the machine; that port has no fsync.
"""

import os

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import BinaryIO

_ENOSPC = const(28)
_fsync = getattr(os, "fsync", None)  # CPython's


def write_durably(file: "BinaryIO", data: "bytes | bytearray") -> None:
    """One write, then out to the medium. OSError when not all of it could be put there."""
    if file.write(data) != len(data):
        raise OSError(_ENOSPC)
    file.flush()
    if _fsync:
        _fsync(file.fileno())
