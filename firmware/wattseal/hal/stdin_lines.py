"""Lines from the console, which is USB or a UART on a chip; knows no command.

Works on MicroPython alone: there standard input can be polled.
"""

import asyncio
import sys

from micropython import const

_LINE_BYTES = const(160)


class StdinLines:
    """contracts.Lines. A line that is too long is dropped whole, however long it is."""

    def __init__(self) -> None:
        self._reader = None
        self._line = bytearray(_LINE_BYTES)

    async def read_line(self) -> bytes:
        """The next line without its end, which may be CR, LF or both; never an empty one."""
        reader = self._reader = self._reader or asyncio.StreamReader(sys.stdin.buffer)
        count = 0
        while True:
            byte = await reader.read(1)
            if byte in (b"\r", b"\n"):
                if 0 < count <= _LINE_BYTES:
                    return bytes(self._line[:count])
                count = 0
            elif byte:
                if count < _LINE_BYTES:
                    self._line[count] = byte[0]
                count += 1
            else:  # nothing is at the other end; MicroPython answers at once
                await asyncio.sleep(1)
