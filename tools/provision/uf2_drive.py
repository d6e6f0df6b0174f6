"""The drive that an RP2040 shows while its BOOTSEL is held: found and written; judges no image.

RP2040 data sheet 2.8.4: the drive holds INFO_UF2.TXT, and once it has all blocks of an image it
goes away and the image starts. So the file system may be gone before the last word about it.
"""

import contextlib
import os
from collections.abc import Callable, Iterable
from pathlib import Path

_INFO = "INFO_UF2.TXT"
_BOARD_ID = "RPI-RP2"  # an RP2350's is RP2350
_MOUNTED = ("/media/*", "/media/*/*", "/run/media/*/*", "/Volumes/*")
_UNMOUNTED = Path("/dev/disk/by-label/RPI-RP2")
_PIECE_BYTES = 65536


def is_drive(path: Path) -> bool:
    return (path / _INFO).is_file()


def takes_rp2040(drive: Path) -> bool:
    try:
        lines = (drive / _INFO).read_text(errors="replace").splitlines()
    except OSError:
        return False
    return f"Board-ID: {_BOARD_ID}" in [line.strip() for line in lines]


def drives(mounted: Iterable[str] = _MOUNTED) -> list[Path]:
    """Those of an RP2040 that are mounted. `mounted`: patterns of where drives are."""
    found = [path for pattern in mounted for path in Path("/").glob(pattern.lstrip("/"))]
    return sorted(path for path in found if takes_rp2040(path))


def unmounted(label: Path = _UNMOUNTED) -> str:
    """What a person has to do where the drive is there, and nobody mounts it; "" otherwise."""
    if not label.exists():
        return ""
    return f"the drive is there, and not mounted: udisksctl mount -b {label}"


def copy(image: bytes, drive: Path, tell: Callable[[int], object]) -> None:
    """`tell`: how many bytes the drive has. OSError for one that went away before the end."""
    file = open(drive / "firmware.uf2", "wb")
    try:
        for at in range(0, len(image), _PIECE_BYTES):
            file.write(image[at : at + _PIECE_BYTES])
            file.flush()
            is_last = at + _PIECE_BYTES >= len(image)
            # With the last one the drive goes: whether it has it is told by what the board does.
            with contextlib.suppress(*((OSError,) if is_last else ())):
                os.fsync(file.fileno())
            tell(min(at + _PIECE_BYTES, len(image)))
    finally:
        with contextlib.suppress(OSError):
            file.close()
