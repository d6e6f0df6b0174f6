"""The journal's frame and a scan over a run of frames; must not know files, folders or records.

Every number is big-endian:

    offset  size  field
    0       2     sync, FE A5: FE never occurs in UTF-8, so no text payload can hold it
    2       1     kind
    3       2     length n of the payload, at most 8192
    5       4     sequence, from 1
    9       2     header check: the low 16 bits of the CRC-32 of bytes 0 to 8
    11      n     payload
    11 + n  4     CRC-32 of bytes 0 to 10 + n

The header has a check of its own so that a damaged payload costs one frame and no search: the
length can be trusted to lead to the neighbour. Only a damaged header makes the scan hunt for the
next sync. CRC-32 is IEEE 802.3's, as `binascii.crc32` computes it.
"""

import binascii
import struct

from micropython import const

MAX_PAYLOAD = const(8192)
OVERHEAD = const(15)
_HEADER = const(11)
_CHECKED = const(9)  # bytes of the header that its check covers
_SYNC = b"\xfe\xa5"
_LAYOUT = ">2sBHIH"
_MASK_16 = const(0xFFFF)

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Protocol

    class Source(Protocol):
        def seek(self, offset: int) -> int: ...

        def read(self, size: int) -> bytes: ...

        def readinto(self, buffer: memoryview) -> int: ...


class JournalFull(Exception):
    """No room for another frame, and no acknowledged one that could make way."""


def encode(kind: int, sequence: int, payload: "bytes | memoryview") -> bytearray:
    """One frame, ready to be written in one piece. ValueError for what no frame can carry."""
    size = len(payload)
    if size > MAX_PAYLOAD:
        raise ValueError("a payload of {} bytes; a frame holds {}".format(size, MAX_PAYLOAD))
    if not 0 <= kind <= 0xFF or not 1 <= sequence <= 0xFFFFFFFF:
        raise ValueError("kind {}, sequence {}: out of a frame's range".format(kind, sequence))
    frame = bytearray(size + OVERHEAD)
    struct.pack_into(_LAYOUT, frame, 0, _SYNC, kind, size, sequence, 0)
    view = memoryview(frame)
    check = binascii.crc32(view[:_CHECKED]) & _MASK_16
    struct.pack_into(">H", frame, _CHECKED, check)
    frame[_HEADER : _HEADER + size] = payload
    struct.pack_into(">I", frame, _HEADER + size, binascii.crc32(view[: _HEADER + size]))
    return frame


def decode(frame: "bytes | bytearray") -> "tuple[int, int, bytes] | None":
    """(kind, sequence, payload) of exactly one whole frame, None for anything else."""
    if len(frame) < OVERHEAD:
        return None
    sync, kind, size, sequence, check = struct.unpack_from(_LAYOUT, frame)
    view = memoryview(frame)
    if sync != _SYNC or len(frame) != size + OVERHEAD:
        return None
    if binascii.crc32(view[:_CHECKED]) & _MASK_16 != check:
        return None
    if (
        binascii.crc32(view[: _HEADER + size])
        != struct.unpack_from(">I", frame, _HEADER + size)[0]
    ):
        return None
    return kind, sequence, bytes(view[_HEADER : _HEADER + size])


class FrameScan:
    """Walks the frames of `reader` from `after` up to `end`. Where it gives nothing is damage.

    `find` goes by headers alone and so is quick; `verify` and `load` answer for the frame found
    last. One scan reads one file, through the caller's `scratch` (64 bytes or more).
    """

    def __init__(
        self, reader: "Source", end: int, scratch: bytearray, after: int = 0
    ) -> None:  # fmt: skip
        self._reader = reader
        self._end = end
        self._scratch = memoryview(scratch)
        self._crc = 0  # of the header found last
        self.offset = 0  # where the frame found last begins
        self.kind = 0
        self.sequence = 0
        self.length = 0
        self.after = after  # where the frame found last ends; the search goes on from there
        self.skipped = 0  # regions between frames that were no frame

    def find(self) -> bool:
        """Go to the next frame whose header checks and which ends within the reader.

        False at the end; what then lies behind `after` is a torn tail, or rubbish.
        """
        at = self.after
        while at + OVERHEAD <= self._end:
            if self._header_at(at):
                if at != self.after:
                    self.skipped += 1
                self.offset = at
                self.after = at + OVERHEAD + self.length
                return True
            at = self._next_sync(at + 1)
        return False

    def verify(self) -> bool:
        """Does the frame's CRC-32 hold? Reads it in pieces and keeps nothing."""
        crc, left = self._crc, self.length
        self._reader.seek(self.offset + _HEADER)
        while left:
            got = self._reader.readinto(self._scratch[: min(left, len(self._scratch))])
            if not got:
                return False
            crc = binascii.crc32(self._scratch[:got], crc)
            left -= got
        return self._reader.readinto(self._scratch[:4]) == 4 and self._is_trailer(crc)

    def load(self) -> "bytes | None":
        """The payload, checked on the very bytes that are returned; None when the CRC fails."""
        self._reader.seek(self.offset + _HEADER)
        payload = self._reader.read(self.length)
        if len(payload) != self.length or self._reader.readinto(self._scratch[:4]) != 4:
            return None
        return payload if self._is_trailer(binascii.crc32(payload, self._crc)) else None

    def _is_trailer(self, crc: int) -> bool:
        return struct.unpack_from(">I", self._scratch)[0] == crc

    def _header_at(self, at: int) -> bool:
        self._reader.seek(at)
        header = self._scratch[:_HEADER]
        if self._reader.readinto(header) != _HEADER:
            return False
        sync, self.kind, self.length, self.sequence, check = struct.unpack_from(_LAYOUT, header)
        if sync != _SYNC or binascii.crc32(header[:_CHECKED]) & _MASK_16 != check:
            return False
        self._crc = binascii.crc32(header)
        return self.length <= MAX_PAYLOAD and at + OVERHEAD + self.length <= self._end

    def _next_sync(self, at: int) -> int:
        """Offset of the next sync at or behind `at`, the end when there is none."""
        while at + OVERHEAD <= self._end:
            self._reader.seek(at)
            got = self._reader.readinto(self._scratch)
            found = bytes(self._scratch[:got]).find(_SYNC)
            if found >= 0:
                return at + found
            # The last byte may be the sync's first. What cannot be read is passed over.
            at += got - 1 if got > 1 else len(self._scratch)
        return self._end
