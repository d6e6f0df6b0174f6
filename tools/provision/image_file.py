"""Which chip an image is for, by the image's own bytes; puts it nowhere.

UF2: the specification of Microsoft's, "File format" (blocks of 512 bytes, three magic numbers, a
family). An ESP32's: "Firmware Image Format" of esptool's manual (magic 0xE9, chip id at byte 12),
and ESP-IDF's "Partition Tables" (one at 0x8000 of the flash, entries begin with 0xAA 0x50).
"""

import struct
from pathlib import Path

BLOCK_BYTES = 512
FLASH_AT = {"ESP32": 0x1000, "ESP32-S3": 0}  # where the image's first byte belongs

_STARTS, _ENDS = (0x0A324655, 0x9E5D5157), 0x0AB16F30
_HAS_FAMILY = 0x2000
_FAMILIES = {0xE48BFF56: "RP2040", 0xE48BFF59: "RP2350", 0xE48BFF5A: "RP2350"}
_ESP_MAGIC = 0xE9
_ESP_CHIPS = {0: "ESP32", 2: "ESP32-S2", 5: "ESP32-C3", 9: "ESP32-S3", 12: "ESP32-C2",
              13: "ESP32-C6", 16: "ESP32-H2", 18: "ESP32-P4"}  # fmt: skip
_TABLE_AT, _TABLE_MAGIC = 0x8000, b"\xaa\x50"


class ImageFault(Exception):
    """The file is no whole image; the argument is the rest of a sentence that begins with it."""


def fault(path: Path, chip: str) -> str:
    """One sentence for a person, "" where the file is a whole image for the chip."""
    try:
        found = chip_of(path.read_bytes())
    except OSError as why:
        return f"{path} cannot be read ({why.strerror})"
    except ImageFault as why:
        return f"{path} {why}"
    return (
        "" if found == chip else f"{path} is an image for an {found}, and the board has an {chip}"
    )


def is_ours(path: Path) -> bool:
    """Whether our firmware is frozen into it, whose modules are named in it. OSError."""
    return b"wattseal" in path.read_bytes()


def chip_of(data: bytes) -> str:
    """Its name as in a board.json. ImageFault."""
    if data[:4] == _STARTS[0].to_bytes(4, "little"):
        return _of_uf2(data)
    if data[:1] == bytes([_ESP_MAGIC]):
        return _of_esp(data)
    raise ImageFault("is no image: it is neither a UF2 nor what an ESP32 starts from")


def _of_uf2(data: bytes) -> str:
    count, rest = divmod(len(data), BLOCK_BYTES)
    families = set()
    for number in range(count):
        at = number * BLOCK_BYTES
        *starts, flags, _, _, told, total, family = struct.unpack_from("<8I", data, at)
        (end,) = struct.unpack_from("<I", data, at + BLOCK_BYTES - 4)
        if (*starts, end) != (*_STARTS, _ENDS) or (told, total) != (number, count):
            raise ImageFault(f"is damaged: its block {number} of {count} is none of a UF2")
        families.add(family if flags & _HAS_FAMILY else 0)
    if rest:
        raise ImageFault(f"is cut off: {rest} bytes follow its {count} blocks")
    if len(families) != 1:
        raise ImageFault("is an image for more than one chip")
    family = families.pop()
    return _FAMILIES.get(family, f"unknown chip (family 0x{family:08x})")


def _of_esp(data: bytes) -> str:
    if len(data) < 24:
        raise ImageFault(f"is cut off: it has {len(data)} bytes")
    (number,) = struct.unpack_from("<H", data, 12)
    chip = _ESP_CHIPS.get(number, f"unknown chip (id {number})")
    if chip in FLASH_AT:
        table = _TABLE_AT - FLASH_AT[chip]
        if data[table : table + 2] != _TABLE_MAGIC:
            raise ImageFault(
                "is not the whole of an image: it has no partition table, as an application alone "
                "has none"
            )
    return chip
