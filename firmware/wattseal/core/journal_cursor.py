"""The journal's cursor: how far the receiver has it, how far it was ever written; does no I/O.

Two big-endian 32-bit numbers: the acknowledged sequence, then the high-water mark, the highest
sequence that was ever durable. A mark outside the segments is what tells a frame that was never
finished (above the mark: its number is free) from a stored one that rotted (its number is spent).
The frame that it is stored in brings the CRC (core.journal_frame).
"""

import struct

_LAYOUT = ">II"


def encode(acked: int, mark: int) -> bytes:
    """8 bytes."""
    return struct.pack(_LAYOUT, acked, mark)


def decode(record: "bytes | None") -> "tuple[int, int] | None":
    """(acked, mark), or None for unknown: missing, of another length, or contradicting itself."""
    if record is None or len(record) != struct.calcsize(_LAYOUT):
        return None
    acked, mark = struct.unpack(_LAYOUT, record)
    return (acked, mark) if acked <= mark else None


def newer(
    one: "tuple[int, int] | None", other: "tuple[int, int] | None"
) -> "tuple[int, int] | None":
    """What two copies tell together: neither number ever goes down. None when both are unknown."""
    if one is None or other is None:
        return one or other
    return max(one[0], other[0]), max(one[1], other[1])
