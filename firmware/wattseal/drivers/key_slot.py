"""What one slot of drivers.key_slots holds, as 64 bytes; touches no flash.

0   key, 32 bytes        40  number, which never falls from one key to the next
32  label, 8 bytes       44  CRC-32 of bytes 0 to 43
48, 56  when it began, and when it was acknowledged: UTC s and its complement, FF until known
"""

import struct
from binascii import crc32

from micropython import const

TYPE_CHECKING = const(False)

KEY_BYTES = const(32)
LABEL_BYTES = const(8)
BEGAN_AT, ACKED_AT = const(48), const(56)
_CHECKED, _TIME_BYTES = const(44), const(8)
_ALL = const(0xFFFFFFFF)
_UNKNOWN = b"\xff" * 8


class Slot:
    """What one holds. `began_s`, `acked_s`: UTC, 0 while unknown."""

    def __init__(self, content: bytes) -> None:
        self.key = content[:KEY_BYTES]
        self.label = content[KEY_BYTES : KEY_BYTES + LABEL_BYTES]
        self.number = struct.unpack_from(">I", content, _CHECKED - 4)[0]
        self.began_s = _time_at(content, BEGAN_AT)
        self.acked_s = _time_at(content, ACKED_AT)


def content(key: bytes, label: bytes, number: int, began_s: int) -> bytes:
    """Of a key that is put there. ValueError."""
    if len(key) != KEY_BYTES or len(label) != LABEL_BYTES:
        raise ValueError("a key has 32 bytes, its label 8")
    text = key + label + struct.pack(">I", number)
    return text + struct.pack(">I", crc32(text)) + time(began_s) + time(0)


def is_whole(content: bytes) -> bool:
    """What the CRC covers; the times may be torn."""
    return crc32(content[:_CHECKED]) == struct.unpack_from(">I", content, _CHECKED)[0]


def is_blank(content: bytes, at: int) -> bool:
    """No time stands there, a torn one neither: flash takes no other one over what is there."""
    return content[at : at + _TIME_BYTES] == _UNKNOWN


def mended(content: bytes, anew_at: int) -> bytes:
    """With torn times, and the one that is written anew, as unknown ones, for another place."""
    for at in (BEGAN_AT, ACKED_AT):
        if at == anew_at or not _time_at(content, at):
            content = content[:at] + _UNKNOWN + content[at + _TIME_BYTES :]
    return content


def time(utc_s: int) -> bytes:
    """As a slot has it; 0 for unknown."""
    return struct.pack(">II", utc_s, utc_s ^ _ALL) if utc_s else _UNKNOWN


def _time_at(content: bytes, at: int) -> int:
    utc_s, complement = struct.unpack_from(">II", content, at)
    return utc_s if utc_s ^ complement == _ALL else 0
