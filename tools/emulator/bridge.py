"""Joins the board's ports to programs outside the simulation: a broker on TCP, mpremote on a pty.

Such a program lives in wall time, and runs are no longer the same twice. Two bounds keep the times
together: after the board has written, simulated time waits for an answer, and it never runs ahead
of the wall by more than a factor.
"""

import contextlib
import os
import select
import socket
import time
import tty
from typing import Protocol

from tools.emulator.driver import Answer, Driver

_READ = 4096
_SLACK_S = 0.02


class End(Protocol):
    """The outer end of a port."""

    def fileno(self) -> int: ...  # -1: nothing to read from
    def read(self) -> bytes: ...
    def write(self, data: bytes) -> None: ...
    def hang_up(self) -> None: ...


class TcpEnd:
    """A TCP connection, made when the board first writes, and anew after a boot or a break."""

    def __init__(self, host: str, port: int) -> None:
        self._address = (host, port)
        self._socket: socket.socket | None = None

    def fileno(self) -> int:
        return self._socket.fileno() if self._socket else -1

    def read(self) -> bytes:
        data = b""
        with contextlib.suppress(OSError):
            data = self._socket.recv(_READ) if self._socket else b""
        if not data:
            self.hang_up()
        return data

    def write(self, data: bytes) -> None:
        with contextlib.suppress(OSError):  # a line to nobody; the board has its own deadlines
            self._socket = self._socket or self._connect()
            self._socket.sendall(data)

    def hang_up(self) -> None:
        if self._socket:
            self._socket.close()
        self._socket = None

    def _connect(self) -> socket.socket:
        return socket.create_connection(self._address, timeout=5)


class TcpListener(TcpEnd):
    """A TCP port of this machine; `port` is the one it has. The newest caller has the line."""

    def __init__(self, port: int = 0) -> None:
        self._server = socket.create_server(("127.0.0.1", port))
        self._server.setblocking(False)
        self.port = self._server.getsockname()[1]
        super().__init__("127.0.0.1", self.port)

    def fileno(self) -> int:
        with contextlib.suppress(BlockingIOError):
            caller, _ = self._server.accept()
            self.hang_up()
            self._socket = caller
        return super().fileno()

    def write(self, data: bytes) -> None:
        if self.fileno() >= 0:
            super().write(data)


class PtyEnd:
    """A pseudo-terminal; `path` is what a program opens like a device's port."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)

    def fileno(self) -> int:
        return self._master

    def read(self) -> bytes:
        return os.read(self._master, _READ)

    def write(self, data: bytes) -> None:
        os.write(self._master, data)

    def hang_up(self) -> None:
        pass  # a terminal stays

    def close(self) -> None:
        os.close(self._master)
        os.close(self._slave)


class Bridge(Driver):
    """`ends`: {"uart0": end, "console": end}. `stop` may be set by another thread, with a reason.

    `answer_s`: wall time given to an answer. `pace`: most simulated seconds in one of the wall.
    """

    every_ms = 5

    def __init__(self, ends: dict[str, End], answer_s: float = 0.03, pace: float = 10) -> None:
        self._ends = ends
        self._answer_s, self._pace = answer_s, pace
        self.wants_console = "console" in ends
        self.stop = ""
        self._began: tuple[float, float] | None = None

    def boot(self, t_s: float) -> Answer:
        for end in self._ends.values():
            end.hang_up()
        return self.tick(t_s)

    def data(self, t_s: float, port: str, data: bytes) -> Answer:
        self._ends[port].write(data)
        return self._collect([port], self._answer_s)

    def hang_up(self, t_s: float, port: str) -> Answer:
        self._ends[port].hang_up()
        return Answer()

    def tick(self, t_s: float) -> Answer:
        now_s = time.monotonic()
        wall_s, simulated_s = self._began = self._began or (now_s, t_s)
        ahead_s = (t_s - simulated_s) / self._pace - (now_s - wall_s)
        if ahead_s < -_SLACK_S:  # time lost while the board was busy is not made up for
            self._began = (now_s, t_s)
        return self._collect(list(self._ends), max(0.0, ahead_s))

    def _collect(self, ports: list[str], wait_s: float) -> Answer:
        """What has come from the ports' ends, at the latest after `wait_s`."""
        answer = Answer(stop=self.stop)
        open_ports = {p: self._ends[p] for p in ports if self._ends[p].fileno() >= 0}
        if not open_ports:
            time.sleep(wait_s)
            return answer
        ready, _, _ = select.select(list(open_ports.values()), [], [], wait_s)
        for port, end in open_ports.items():
            if end in ready:
                setattr(answer, port, end.read())
        return answer
