"""Many small records in one payload, and what stands for those that are lost; does no I/O.

    0   4   number of the first record, big-endian; the others follow on
    4       of each record: kind (1 byte), length (2 bytes), payload

Kind 0 is a gap record: JSON, {"first", "last", "count", "reason"}. It has the numbers `first` to
`last` and stands for `count` records; after a restart nobody knows, and it is the most there were.
"""

import struct

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Iterator

GAP = const(0)
HEAD_BYTES = const(4)
_RECORD = ">BH"
_RECORD_BYTES = const(3)


def gap(first: int, last: int, count: int, reason: str) -> bytes:
    """The payload of a gap record."""
    told = '{"first":%d,"last":%d,"count":%d,"reason":"%s"}' % (first, last, count, reason)
    return told.encode()


def begin(buffer: bytearray, first: int) -> int:
    """An empty batch in `buffer`; returns the bytes of it that are used."""
    struct.pack_into(">I", buffer, 0, first)
    return HEAD_BYTES


def put(buffer: bytearray, used: int, kind: int, payload: bytes) -> int:
    """Put one record, for which there is room, behind the `used` bytes; returns how many are."""
    after = used + _RECORD_BYTES + len(payload)
    struct.pack_into(_RECORD, buffer, used, kind, len(payload))
    buffer[used + _RECORD_BYTES : after] = payload
    return after


def first_of(batch: "bytes | memoryview") -> int:
    """The number of its first record."""
    return struct.unpack_from(">I", batch)[0]


def records(batch: bytes) -> "Iterator[tuple[int, int, int, int]]":
    """Yield (number, kind, offset, length) of each record of a whole batch."""
    number, at = first_of(batch), HEAD_BYTES
    while at + _RECORD_BYTES <= len(batch):
        kind, length = struct.unpack_from(_RECORD, batch, at)
        at += _RECORD_BYTES
        yield number, kind, at, length
        number += 1
        at += length
