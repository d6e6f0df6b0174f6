"""A TLS server at the far end of the emulated board's UART0, for a bench; says nothing of its own.

Its part takes no simulated time.
"""

import ssl
import time
from pathlib import Path

from tools import certificates
from tools.certificates import CLIENT, SERVER, Wanted
from tools.emulator.driver import Answer, Driver

HOST = "gateway"


class TlsServer(Driver):
    """`files`: what the device needs, below /data; `utc_s`: a time at which all of it is in date.
    `folder`: for what a server needs."""

    def __init__(self, folder: Path) -> None:
        authority = certificates.issue(Wanted("bench"))
        own = certificates.issue(Wanted("device", CLIENT), authority)
        broker = certificates.issue(Wanted("broker", SERVER, (HOST,)), authority)
        self.files = {
            "data/ca.der": authority.der, "data/own.der": own.der, "data/own.key": own.key_der,
        }  # fmt: skip
        pem = folder / "broker.pem"
        pem.write_bytes(broker.pem + broker.key_pem)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=authority.pem.decode())
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
