"""Serial lines of the unix port: a pty, or a TCP socket that behaves like one; no protocol.

A pty opened as a file blocks in `readinto` until the buffer is full, so each read is of what
poll says is there, one byte at a time, until silence.
"""

import os
import select
import socket
import termios

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

_POLL_MS = const(1)
# Linux' own numbers (asm-generic/termbits.h): the interpreter's termios names hardly any.
_SPEEDS = {
    1200: 9, 2400: 11, 4800: 12, 9600: 13, 19200: 14, 38400: 15, 57600: 4097, 115200: 4098,
}  # fmt: skip
_INPCK = const(0x10)
_CSTOPB, _PARENB, _PARODD = const(0x40), const(0x100), const(0x200)
_IFLAG, _CFLAG, _ISPEED, _OSPEED = const(0), const(2), const(4), const(5)
_EINVAL = const(22)
_PTYS = "/dev/pts"
_ST_DEV = const(2)


class _PolledLine:
    """Reading without ever waiting inside the interpreter."""

    _line: "Any"  # a file or a socket: both read into a buffer

    def __init__(self) -> None:
        self._poll = select.poll()
        self._byte = bytearray(1)

    def _ready(self) -> bool:
        return bool(self._poll.poll(0))

    def send(self, data: "bytes | bytearray | memoryview") -> int:
        self._line.write(data)
        return 0

    def sending(self) -> int:
        """0: what was sent is on its way, and there is no direction."""
        return 0

    def stop(self) -> None:
        """Nothing is held back."""

    def receive(self, buffer: memoryview, most: int) -> int:
        count = 0
        while count < most and self._ready():
            if not self._line.readinto(self._byte):
                raise OSError(5)  # EIO: the other end is gone
            buffer[count] = self._byte[0]
            count += 1
        return count

    def nap_ms(self, missing: int, waited_ms: int) -> int:
        return _POLL_MS


class PtySerial(_PolledLine):
    """Satisfies contracts.MeterSerial on a pty or tty path. OSError when it cannot be opened."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path
        self._line = open(path, "r+b", buffering=0)
        termios.setraw(self._line.fileno())
        self._poll.register(self._line, select.POLLIN)

    def set_line(self, baud: int, parity: str, stop_bits: int) -> bool:
        """As the contract has it. A pty keeps baud, and that there is a parity to be checked."""
        if baud not in _SPEEDS:
            raise OSError(_EINVAL)
        fd = self._line.fileno()
        told = termios.tcgetattr(fd)
        told[_IFLAG] = told[_IFLAG] & ~_INPCK | (0 if parity == "N" else _INPCK)
        told[_CFLAG] &= ~(_CSTOPB | _PARENB | _PARODD)
        told[_CFLAG] |= _CSTOPB if stop_bits == 2 else 0
        told[_CFLAG] |= {"N": 0, "E": _PARENB, "O": _PARENB | _PARODD}[parity]
        told[_ISPEED] = told[_OSPEED] = _SPEEDS[baud]
        try:
            termios.tcsetattr(fd, termios.TCSANOW, told)
        except OSError:
            # A pty drops the parity itself, which glibc tells where nothing else was changed: it
            # has no wire that could want one. On a line that is one the parity is missing.
            if os.stat(self._path)[_ST_DEV] != os.stat(_PTYS)[_ST_DEV]:
                raise
        if termios.tcgetattr(fd)[_OSPEED] != _SPEEDS[baud]:
            raise OSError(_EINVAL)  # the adapter has no such speed, and does not say so
        return True


class TcpSerial(_PolledLine):
    """Satisfies contracts.MeterSerial: RTU frames over TCP. OSError when nobody listens."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__()
        self._line = socket.socket()
        self._line.connect(socket.getaddrinfo(host, port)[0][-1])
        self._poll.register(self._line, select.POLLIN)

    def set_line(self, baud: int, parity: str, stop_bits: int) -> bool:
        """False: the gateway at the other end has the settings."""
        return False
