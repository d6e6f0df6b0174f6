"""Lines from the console, which is USB or a UART on a chip; knows no command.

Works on MicroPython alone: there standard input can be polled.
"""

import asyncio
import select
import sys

from micropython import const

_LINE_BYTES = const(160)
_AT_ONCE = const(16)  # bytes in one turn of the loop; with one in each a card takes 50 ms


class StdinLines:
    """contracts.Lines. Of a line that is too long only that is kept, however long it is."""

    def __init__(self) -> None:
        self._reader = None
        self._poll = select.poll()
        self._line = bytearray(_LINE_BYTES)
        self._count = 0

    async def read_line(self) -> bytes:
        """The next line without its end, which may be CR, LF or both; b"" for one that was too
        long, never for an empty one."""
        if self._reader is None:
            self._reader = asyncio.StreamReader(sys.stdin.buffer)
            self._poll.register(sys.stdin.buffer, select.POLLIN)
        while True:
            byte = await self._reader.read(1)
            if not byte:  # nothing is at the other end; MicroPython answers at once
                await asyncio.sleep(1)
            left = _AT_ONCE
            while byte:
                line = self._take(byte)
                if line is not None:
                    return line
                left -= 1
                byte = sys.stdin.buffer.read(1) if left and self._poll.poll(0) else b""

    def _take(self, byte: bytes) -> "bytes | None":
        """The line that `byte` ends, b"" for one that was too long; None while there is none."""
        if byte in (b"\r", b"\n"):
            count, self._count = self._count, 0
            if not count:
                return None
            return bytes(self._line[:count]) if count <= _LINE_BYTES else b""
        if byte in (b"\b", b"\x7f"):  # what terminals send for the key
            if 0 < self._count <= _LINE_BYTES:
                self._count -= 1
            return None
        if self._count < _LINE_BYTES:
            self._line[self._count] = byte[0]
        self._count += 1
        return None
