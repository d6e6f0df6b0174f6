"""A TCP connection to a Modbus server as a line, opened anew when it ends; knows no frame.

Modbus Messaging on TCP/IP V1.0b. Waiting is wall time and never blocks the loop.
"""

import asyncio
import errno
import time

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.drivers.tcp_stream import TcpStream

_CONNECT_MS = const(1000)
_WRITE_MS = const(500)  # a request is smaller than any socket's buffer
_LOOK_MS = const(2)  # for what has come already: asyncio looks at its sockets once a turn
_FIRST_RETRY_MS = const(1000)
_LAST_RETRY_MS = const(8000)
_UNANSWERED = const(3)  # in row: the other end may be gone without a word


class TcpLine:
    """Satisfies contracts.Serial. `open_stream`: a TcpStream to the server, or OSError.

    It is opened when there is something to send. A server that cannot be reached is left alone
    for a second, then two, at most eight.
    """

    def __init__(self, open_stream: "Callable[[], Awaitable[TcpStream]]") -> None:
        self._open_stream = open_stream
        self._stream: TcpStream | None = None
        self._unanswered = 0  # requests since anything came
        self._failed_ms = 0  # ticks
        self._retry_ms = 0  # 0: at once

    async def write(self, data: "bytes | bytearray | memoryview") -> None:
        """Hand everything to the network stack, of a new connection if need be. OSError."""
        if self._unanswered >= _UNANSWERED:
            self._drop()
        stream = self._stream or await self._connect()
        self._unanswered += 1
        try:
            await asyncio.wait_for(stream.write(data), _WRITE_MS / 1000)
        except asyncio.TimeoutError:
            self._drop()
            raise OSError(errno.ETIMEDOUT)
        except OSError:
            self._drop()
            raise

    async def read_into(self, buffer: memoryview, timeout_ms: int) -> int:
        """Wait for at least one byte; 0 on silence. OSError: the end came before the answer."""
        if self._stream is None:
            await asyncio.sleep_ms(timeout_ms)
            return 0
        try:
            reading = self._stream.read_into(buffer)
            count = await asyncio.wait_for(reading, max(timeout_ms, _LOOK_MS) / 1000)
        except asyncio.TimeoutError:
            return 0
        except OSError:
            count = 0
        if count:
            self._unanswered = 0
            return count
        waited_for = self._unanswered > 0
        self._drop()
        if waited_for:
            raise OSError(errno.ECONNRESET)
        return 0  # between two requests: the next one opens another

    async def _connect(self) -> "TcpStream":
        since_ms = time.ticks_diff(time.ticks_ms(), self._failed_ms)
        # Ticks come round after some days: never wait for them.
        if 0 <= since_ms < self._retry_ms:
            raise OSError(errno.ENOTCONN)
        try:
            stream = await asyncio.wait_for(self._open_stream(), _CONNECT_MS / 1000)
        except (asyncio.TimeoutError, OSError):
            self._failed_ms = time.ticks_ms()
            self._retry_ms = max(_FIRST_RETRY_MS, min(2 * self._retry_ms, _LAST_RETRY_MS))
            raise OSError(errno.ENOTCONN)
        self._retry_ms = 0
        self._stream = stream
        return stream

    def _drop(self) -> None:
        self._unanswered = 0
        if self._stream is not None:
            self._stream.close()
            self._stream = None
