"""The image in an RP2040's flash as bytes, from its first to its last; writes none.

Where it ends stands in it: pico-sdk's binary info (src/common/pico_binary_info), an integer under
the id that the linker's end of the image has. Flash is in memory from 0x10000000 on (RP2040 data
sheet, 2.6.3).
"""

import struct

import uctypes
from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable, Iterator

_FLASH = const(0x10000000)
_HEADER_AT, _HEADER_END = const(0x100), const(0x200)  # behind the second boot stage
_MARK, _MARK_END = b"\xf2\xeb\x88\x71", b"\x90\xa3\x1a\xe7"
_END = struct.pack(
    "<HHI", 5, 0x5052, 0x68F465DE
)  # an integer; tag RP; BINARY_INFO_ID_RP_BINARY_END
_MOST_BYTES = const(2097152)
_PIECE = const(2048)


def pieces(
    at: "Callable[[int, int], bytearray]" = uctypes.bytearray_at,
) -> "Iterator[bytes | bytearray]":
    """`at(address, bytes)`: what is in memory there. Nothing where the image does not say."""
    end = _end(at)
    for start in range(0, end, _PIECE):
        yield at(_FLASH + start, min(_PIECE, end - start))


def _end(at: "Callable[[int, int], bytearray]") -> int:
    """How many bytes the image has; 0 where it does not say."""
    header = bytes(at(_FLASH + _HEADER_AT, _HEADER_END - _HEADER_AT))
    found = header.find(_MARK)
    if found < 0 or header[found + 16 : found + 20] != _MARK_END:
        return 0
    first, last = (_offset(header, found + 4), _offset(header, found + 8))
    if not 0 < first < last < _MOST_BYTES:
        return 0
    for row in range(first, last, 4):
        entry = _offset(at(_FLASH + row, 4), 0)
        if 0 < entry < _MOST_BYTES and bytes(at(_FLASH + entry, 8)) == _END:
            return _offset(at(_FLASH + entry + 8, 4), 0)
    return 0


def _offset(raw: "bytes | bytearray", at: int) -> int:
    """In the image, of an address in it."""
    return struct.unpack_from("<I", raw, at)[0] - _FLASH
