"""The board's flash as bytes: firmware from a UF2, files from a littlefs image; starts nothing.

The layout is the RP2040 port's for a Pico: 2 MB, the file system in the last 1,408 KB; or our
image's, which is larger itself and has the journal's ring behind its files.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

from littlefs import LittleFS, LittleFSError

_BLOCK = 4096
_XIP_BASE = 0x10000000
_UF2_BLOCK = 512
_UF2_MAGIC = (0x0A324655, 0x9E5D5157)


class FlashFault(Exception):
    """Not the bytes of a board's flash; the argument is one sentence."""


@dataclass(frozen=True)
class Layout:
    """Where the file system is; the rest is the firmware's."""

    size: int = 2 << 20
    files_at: int = 0xA0000
    files_size: int = 1408 * 1024


PICO = Layout()
# boards/RPI_PICO/mpconfigboard.h and firmware/wattseal/hal/rp2_flash.py have it too.
PICO_RING = Layout(files_at=0xE0000, files_size=576 * 1024)


def flash_image(uf2: bytes, files: dict[str, bytes] | None = None, layout: Layout = PICO) -> bytes:
    """A flash with the firmware and, unless `files` is None, a file system. FlashFault."""
    flash = bytearray(b"\xff" * layout.size)
    if not uf2 or len(uf2) % _UF2_BLOCK:
        raise FlashFault("this is no UF2 file: its length is no multiple of 512 bytes")
    for at in range(0, len(uf2), _UF2_BLOCK):
        magic0, magic1, _, address, length = struct.unpack_from("<5I", uf2, at)
        if (magic0, magic1) != _UF2_MAGIC:
            raise FlashFault(f"this is no UF2 file: byte {at} begins no block")
        offset = address - _XIP_BASE
        if not 0 <= offset <= layout.size - length:
            raise FlashFault(f"the UF2 file has a block for address {address:#x}, not in flash")
        flash[offset : offset + length] = uf2[at + 32 : at + 32 + length]
    if files is not None:
        flash[layout.files_at : layout.files_at + layout.files_size] = files_image(files, layout)
    return bytes(flash)


def files_image(files: dict[str, bytes], layout: Layout = PICO) -> bytes:
    """A littlefs image that holds `files` {path: content}."""
    system = _little_fs(layout, mount=False)
    system.format()
    system.mount()
    for path, content in sorted(files.items()):
        folder = path.strip("/").rpartition("/")[0]
        if folder:
            system.makedirs(folder, exist_ok=True)
        with system.open(path.strip("/"), "wb") as file:
            file.write(content)
    system.unmount()
    return bytes(system.context.buffer)


def files_in(flash: bytes, layout: Layout = PICO) -> dict[str, bytes]:
    """{path: content} of the flash's file system. FlashFault: it cannot be mounted."""
    system = _little_fs(layout, mount=False)
    system.context.buffer[:] = flash[layout.files_at : layout.files_at + layout.files_size]
    try:
        system.mount()
        return {
            f"{root.strip('/')}/{name}".strip("/"): _content(system, root, name)
            for root, _, names in system.walk("/")
            for name in names
        }
    except LittleFSError as fault:
        raise FlashFault(f"the file system in the flash is broken: {fault}") from fault


def files_below(folder: Path) -> dict[str, bytes]:
    """{path: content} of a folder of this machine."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _content(system: LittleFS, root: str, name: str) -> bytes:
    with system.open(f"{root.rstrip('/')}/{name}", "rb") as file:
        return bytes(file.read())


def _little_fs(layout: Layout, mount: bool) -> LittleFS:
    """With the sizes that the RP2040 port's block device gives to littlefs."""
    return LittleFS(
        block_size=_BLOCK, block_count=layout.files_size // _BLOCK, read_size=32, prog_size=256,
        cache_size=1024, lookahead_size=32, mount=mount,
    )  # fmt: skip
