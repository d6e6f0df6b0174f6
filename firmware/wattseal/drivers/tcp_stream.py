"""A TCP or TLS stream for MicroPython's asyncio; its waiting never blocks the loop, DNS does.

Connecting by hand, since asyncio.open_connection leaks its socket when cancelled, tries one
address only and cannot set TCP_NODELAY. Deadlines are the caller's.
"""

import asyncio
import errno
import gc
import socket

from micropython import const

from wattseal.drivers.tcp_socket import Opening

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Protocol

    class TlsContext(Protocol):
        """tls.SSLContext as far as it is used here."""

        verify_mode: int

        def wrap_socket(
            self, sock: socket.socket, *, server_hostname: str, do_handshake_on_connect: bool
        ) -> socket.socket: ...


_POLL_MS = const(5)  # only while connecting; afterwards asyncio waits for the socket
_CERT_REQUIRED = const(2)  # mbedTLS's MBEDTLS_SSL_VERIFY_REQUIRED, tls.CERT_REQUIRED


class TcpStream:
    """One open connection; one task may read and one may write."""

    def __init__(self, sock: socket.socket, raw: socket.socket) -> None:
        # Any: CPython's only reads, MicroPython's writes as well.
        self._stream: Any = asyncio.StreamReader(sock)
        self._sock = sock
        self._raw = raw  # keeps the socket below TLS alive (micropython issue 15920)

    async def read_into(self, view: memoryview) -> int:
        """Wait for data; how many bytes came, 0 when the peer has closed. OSError."""
        while True:
            count = await self._stream.readinto(view)
            if count is not None:  # None: woken for nothing, or half a TLS record
                return count

    async def write(self, data: "bytes | bytearray | memoryview") -> None:
        """Hand everything to the network stack in as few writes as it takes. OSError.

        With TLS the first write shakes hands, a step at a time, before it sends anything.
        """
        try:
            self._stream.write(data)
            await self._stream.drain()
        except ValueError as refusal:  # how modtls reports a certificate it does not accept
            raise OSError(errno.EACCES, "TLS: %s" % refusal)

    def close(self) -> None:
        self._sock.close()
        self._raw.close()


async def open_stream(host: str, port: int, tls: "TlsContext | None" = None) -> TcpStream:
    """Connect to the first address of `host` that accepts. OSError of the last one that did not.

    `tls`: a tls.SSLContext that requires a certificate (ValueError otherwise), for `host` by name.
    """
    if tls is not None and tls.verify_mode != _CERT_REQUIRED:
        raise ValueError("this TLS context does not verify the broker's certificate")
    if tls is not None:
        gc.collect()  # it needs large pieces
    fault = OSError(errno.EHOSTUNREACH)
    for row in socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM):
        try:
            return await _open(row, host, tls)
        except OSError as failure:
            fault = failure
    raise fault


async def _open(row: "tuple[Any, ...]", host: str, tls: "TlsContext | None") -> TcpStream:
    opening = Opening(row)
    raw = sock = opening.sock
    stream = None
    try:
        while not opening.ready():
            await asyncio.sleep_ms(_POLL_MS)
        if tls is not None:
            sock = tls.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
            sock.setblocking(False)
        stream = TcpStream(sock, raw)
        return stream
    finally:  # a cancellation too must leave no socket behind
        if stream is None:
            sock.close()
            raw.close()
