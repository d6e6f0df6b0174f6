"""A TLS server at the far end of the emulated board's UART0, for a bench; says nothing of its own.

Its part takes no simulated time.
"""

import ssl
import time
from pathlib import Path

from tools.bench_site import DEVICE_FILES, server_side
from tools.emulator.driver import Answer, Driver

HOST = "gateway"


class TlsServer(Driver):
    """`files`: what the device needs, below /data; `utc_s`: a time at which all of it is in date.
    `folder`: for what a server needs."""

    def __init__(self, folder: Path) -> None:
        context = server_side(folder, HOST)
        self.files = {"data/" + name: (folder / name).read_bytes() for name in DEVICE_FILES}
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._socket = context.wrap_bio(self._in, self._out, server_side=True)
        self.utc_s = int(time.time())

    def data(self, t_s: float, port: str, data: bytes) -> Answer:
        self._in.write(data)
        try:
            self._socket.do_handshake()
        except ssl.SSLWantReadError:
            pass
        return Answer(uart0=self._out.read())
