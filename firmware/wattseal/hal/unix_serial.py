"""Serial lines of the unix port: a pty, or a TCP socket that behaves like one; no protocol.

A pty opened as a file blocks in `readinto` until the buffer is full, so each read is of what
poll says is there, one byte at a time, until silence.
"""

import asyncio
import select
import socket
import termios
import time

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

_POLL_MS = const(1)


class _PolledLine:
    """Reading without ever waiting inside the interpreter."""

    _line: "Any"  # a file or a socket: both read into a buffer

    def __init__(self) -> None:
        self._poll = select.poll()
        self._byte = bytearray(1)

    def _ready(self) -> bool:
        return bool(self._poll.poll(0))

    async def read_into(self, buffer: memoryview, timeout_ms: int) -> int:
        start = time.ticks_ms()
        while not self._ready():
            if time.ticks_diff(time.ticks_ms(), start) >= timeout_ms:
                return 0
            await asyncio.sleep_ms(_POLL_MS)
        count = 0
        while count < len(buffer) and self._ready():
            if not self._read_byte():
                raise OSError(5)  # EIO: the other end is gone
            buffer[count] = self._byte[0]
            count += 1
        return count

    def _read_byte(self) -> int:
        return self._line.readinto(self._byte)


class PtySerial(_PolledLine):
    """Satisfies contracts.Serial on a pty or tty path. OSError when it cannot be opened."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._line = open(path, "r+b", buffering=0)
        termios.setraw(self._line.fileno())
        self._poll.register(self._line, select.POLLIN)

    async def write(self, data: "bytes | bytearray | memoryview") -> None:
        self._line.write(data)


class TcpSerial(_PolledLine):
    """Satisfies contracts.Serial: RTU frames over TCP. OSError when nobody listens."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self._line = socket.socket()
        self._line.connect(socket.getaddrinfo(host, port)[0][-1])
        self._poll.register(self._line, select.POLLIN)

    async def write(self, data: "bytes | bytearray | memoryview") -> None:
        self._line.write(data)
