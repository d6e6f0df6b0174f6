"""A TCP connection to a Modbus server as a line, opened anew when it ends; knows no frame.

Modbus Messaging on TCP/IP V1.0b. Waiting is wall time, and the caller's.
"""

import errno
import socket
import time

from micropython import const

from wattseal.drivers.tcp_socket import Opening

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable

_CONNECT_MS = const(1000)
_WRITE_MS = const(500)  # a request is smaller than any socket's buffer
_POLL_MS = const(5)  # while connecting, and for room in that buffer
_LONGEST_NAP_MS = const(20)
_FIRST_RETRY_MS = const(1000)
_LAST_RETRY_MS = const(8000)
_UNANSWERED = const(3)  # in row: the other end may be gone without a word


def open_line(host: str, port: int) -> "TcpLine":
    """To an IPv4 address: no name is looked up, and nobody called yet."""
    return TcpLine(lambda: Opening(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM)[0]))


class TcpLine:
    """Satisfies contracts.Serial. `open_socket()`: an Opening to the server, or OSError.

    It is opened when there is something to send. A server that cannot be reached is left alone
    for a second, then two, at most eight.
    """

    def __init__(self, open_socket: "Callable[[], Opening]") -> None:
        self._open_socket = open_socket
        self._opening: Opening | None = None  # while it connects
        self._sock: Any = None  # Any: CPython's has no `readinto`
        self._rest: bytes | bytearray | memoryview = b""  # of what is being sent
        self._begun_ms = 0  # ticks, of connecting or of handing over
        self._unanswered = 0  # requests since anything came
        self._failed_ms = 0  # ticks
        self._retry_ms = 0  # 0: at once

    def send(self, data: "bytes | bytearray | memoryview") -> int:
        """As the contract has it; over a new connection if need be."""
        if self._unanswered >= _UNANSWERED:
            self._drop()
        if self._sock is None:
            self._connect()
        self._rest = data
        self._begun_ms = time.ticks_ms()
        return 0

    def sending(self) -> int:
        """As the contract has it: connect, then hand everything to the network stack."""
        if self._opening and not self._is_connected(self._opening):
            return _POLL_MS
        try:
            sent = self._sock.write(self._rest) or 0  # None: there is no room
            if sent < len(self._rest) and self._waited_ms() >= _WRITE_MS:
                raise OSError(errno.ETIMEDOUT)
        except OSError:
            self._drop()
            raise
        if sent < len(self._rest):
            self._rest = self._rest[sent:]
            return _POLL_MS
        self._rest = b""
        self._unanswered += 1
        return 0

    def stop(self) -> None:
        """A connection that is not there yet, or on which half a frame was sent, is no good."""
        self._drop()

    def receive(self, buffer: memoryview, most: int) -> int:
        """As the contract has it. OSError: the end came before the answer."""
        if self._sock is None:
            return 0
        try:
            count = self._sock.readinto(buffer, most)
        except OSError:
            count = 0
        if count is None:  # nothing has come
            return 0
        if count:
            self._unanswered = 0
            return count
        waited_for = self._unanswered > 0
        self._drop()
        if waited_for:
            raise OSError(errno.ECONNRESET)
        return 0  # between two requests: the next one opens another

    def nap_ms(self, missing: int, waited_ms: int) -> int:
        """A quarter of the time already waited, so that the pace is each server's own."""
        return max(1, min(waited_ms // 4, _LONGEST_NAP_MS))

    def _connect(self) -> None:
        since_ms = time.ticks_diff(time.ticks_ms(), self._failed_ms)
        # Ticks come round after some days: never wait for them.
        if 0 <= since_ms < self._retry_ms:
            raise OSError(errno.ENOTCONN)
        try:
            self._opening = self._open_socket()
        except OSError:
            raise self._refused()
        self._sock = self._opening.sock

    def _is_connected(self, opening: "Opening") -> bool:
        try:
            ready = opening.ready()
        except OSError:
            raise self._refused()
        if ready:
            self._opening = None
            self._retry_ms = 0
            self._begun_ms = time.ticks_ms()
        elif self._waited_ms() >= _CONNECT_MS:
            raise self._refused()
        return ready

    def _refused(self) -> OSError:
        """The server cannot be reached now."""
        self._drop()
        self._failed_ms = time.ticks_ms()
        self._retry_ms = max(_FIRST_RETRY_MS, min(2 * self._retry_ms, _LAST_RETRY_MS))
        return OSError(errno.ENOTCONN)

    def _waited_ms(self) -> int:
        return time.ticks_diff(time.ticks_ms(), self._begun_ms)

    def _drop(self) -> None:
        self._unanswered = 0
        self._rest = b""
        self._opening = None
        if self._sock is not None:
            self._sock.close()
            self._sock = None
