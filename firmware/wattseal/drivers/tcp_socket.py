"""A TCP socket that waits for nothing, and its way to a server; knows no byte that it carries."""

import errno
import select
import socket

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any

_IN_PROGRESS = (errno.EINPROGRESS, errno.EAGAIN, errno.EALREADY)
_IPPROTO_TCP = const(6)  # the unix port does not name these two
_TCP_NODELAY = const(1)


class Opening:
    """`row`: one of socket.getaddrinfo's. `sock`: connected once `ready`. OSError."""

    def __init__(self, row: "tuple[Any, ...]") -> None:
        self.sock = socket.socket(row[0], row[1], row[2])
        begun = False
        try:
            self.sock.setblocking(False)
            self._connect(row[-1])
            self._poll = select.poll()
            self._poll.register(self.sock, select.POLLOUT)
            begun = True
        finally:
            if not begun:
                self.sock.close()

    def ready(self) -> bool:
        """Whether it is connected now. OSError: it was refused."""
        ready = self._poll.poll(0)
        if not ready:
            return False
        sock: Any = self.sock  # CPython's has no `read`
        if ready[0][1] & (select.POLLERR | select.POLLHUP):
            sock.read(1)  # raises what went wrong
            raise OSError(errno.ECONNREFUSED)
        try:
            sock.setsockopt(_IPPROTO_TCP, _TCP_NODELAY, 1)
        except OSError:
            pass  # a port without the option: slower, not wrong
        return True

    def _connect(self, address: "Any") -> None:
        try:
            self.sock.connect(address)
        except OSError as waiting:
            if waiting.errno not in _IN_PROGRESS:
                raise
