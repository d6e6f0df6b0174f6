"""A stock board on a pty, as mpremote meets one: a soft reset starts it anew; CPython only.

The unix port ends at a soft reset, and is started again here with its prompt as a board's is. What
it is called is told to its modules before, for its own `os` tells nothing.
"""

import contextlib
import os
import pty
import select
import subprocess
import threading
import tty

import interpreters

_RAW = b"raw REPL; CTRL-B to exit\r\n>"
_ROLE = """
import os, sys
class _Name:
    machine = %r
class _Os:
    def __init__(self, real):
        self._real = real
    def uname(self):
        return _Name
    def __getattr__(self, name):
        return getattr(self._real, name)
sys.modules["os"] = _Os(os)
"""


class BoardOnPty:
    """`machine`: as os.uname has it; `heap`: as MicroPython's option has it. `port`: the cable's
    end; `unplug`: and it is gone."""

    def __init__(self, folder, machine, heap="4M"):
        self._folder, self._machine, self._heap = folder, machine, heap
        self._cable, slave = pty.openpty()
        tty.setraw(slave)
        self.port = os.ttyname(slave)
        self._slave = slave
        self.resets = 0
        self.seen = b""  # all that was typed
        self._inner = self._process = None
        self._lock = threading.Lock()
        self._start()
        threading.Thread(target=self._type, daemon=True).start()

    def unplug(self):
        with self._lock:
            if self._cable is not None:
                for end in (self._slave, self._cable):
                    os.close(end)
                self._cable = None
                self._process.kill()
                self._process.wait()

    def _start(self):
        """Into the raw prompt, with its role, and nothing of that is shown."""
        self._inner, slave = pty.openpty()
        tty.setraw(slave)
        self._process = subprocess.Popen(
            [interpreters.unix64(), "-X", "heapsize=" + self._heap, "-i"], cwd=self._folder,
            stdin=slave, stdout=slave, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        os.close(slave)
        os.write(self._inner, b"\r\x01" + (_ROLE % self._machine).encode() + b"\x04")
        said = b""
        while not said.endswith(b"OK\x04\x04>"):
            said += os.read(self._inner, 1)
        threading.Thread(target=self._tell, daemon=True).start()

    def _tell(self):
        inner = self._inner
        while True:
            try:
                data = os.read(inner, 4096)
                os.write(self._cable, data)
            except (OSError, TypeError):
                break
        with self._lock:
            if self._cable is not None:
                self.resets += 1
                self._process.wait()
                self._start()
                os.write(self._cable, b"MPY: soft reboot\r\n" + _RAW)

    def _type(self):
        while True:
            try:  # never in a read: that would keep a cable that is pulled
                if select.select([self._cable], [], [], 0.02)[0]:
                    data = os.read(self._cable, 4096)
                    self.seen += data
                    os.write(self._inner, data)
            except (OSError, TypeError, ValueError):
                return


@contextlib.contextmanager
def plugged(folder, machine, heap="4M"):
    board = BoardOnPty(folder, machine, heap)
    try:
        yield board
    finally:
        board.unplug()
