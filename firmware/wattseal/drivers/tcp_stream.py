"""A TCP or TLS stream for MicroPython's asyncio; its waiting never blocks the loop.

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
    from typing import Any, Awaitable, Callable, Protocol

    from wattseal.drivers.name_client import Find

    Row = tuple[Any, ...]  # one of socket.getaddrinfo's

    class TlsContext(Protocol):
        """tls.SSLContext as far as it is used here."""

        verify_mode: int

        def wrap_socket(
            self, sock: socket.socket, *, server_hostname: str, do_handshake_on_connect: bool
        ) -> socket.socket: ...


_POLL_MS = const(5)  # only while connecting; afterwards asyncio waits for the socket
_CERT_REQUIRED = const(2)  # mbedTLS's MBEDTLS_SSL_VERIFY_REQUIRED, tls.CERT_REQUIRED
_SUBJECT_ALT_NAME = b"\x06\x03\x55\x1d\x11"  # the object identifier 2.5.29.17
_INVALID_NAME = const(-0x2380)  # MBEDTLS_ERR_X509_INVALID_NAME


class TcpStream:
    """One open connection; one task may read and one may write.

    `row`: the address, which goes into `known` once it has proved good. `turn`: as for
    open_stream; it goes back by one once anything has come.
    """

    def __init__(
        self, sock: socket.socket, raw: socket.socket, row: "Row", known: "list[Row]",
        turn: "list[int]",
    ) -> None:  # fmt: skip
        # Any: CPython's only reads, MicroPython's writes as well.
        self._stream: Any = asyncio.StreamReader(sock)
        self._sock = sock
        self._raw = raw  # keeps the socket below TLS alive (micropython issue 15920)
        self._row: Row | None = row
        self._known = known
        self._turn: list[int] | None = turn

    async def read_into(self, view: memoryview) -> int:
        """Wait for data; how many bytes came, 0 when the peer has closed. OSError."""
        while True:
            count = await self._stream.readinto(view)
            if count is not None:  # None: woken for nothing, or half a TLS record
                if count and self._turn is not None:
                    self._turn[0] -= 1
                    self._turn = None
                return count

    async def write(self, data: "bytes | bytearray | memoryview") -> None:
        """Hand everything to the network stack in as few writes as it takes. OSError.

        With TLS the first write shakes hands, a step at a time, before it sends anything.
        """
        try:
            self._stream.write(data)
            await self._stream.drain()
        except ValueError as refusal:  # how modtls reports a certificate it does not accept
            raise OSError(errno.EACCES, "TLS: " + ", ".join(str(refusal).strip().split("\n")))
        if self._row is not None:  # with TLS it has been verified by now
            self._known.clear()
            self._known.append(self._row)
            self._row = None

    def close(self) -> None:
        self._sock.close()
        self._raw.close()


def lists_hosts(certificate: memoryview, depth: int) -> int:
    """A context's verify_callback: 0, or why a certificate is refused that mbedTLS accepts.

    It compares the common name where no host is listed; RFC 9525 and all else have given that up.
    """
    if depth:  # an authority's
        return 0
    for at in range(2, len(certificate) - 2):
        if certificate[at] == _SUBJECT_ALT_NAME[2] and (
            bytes(certificate[at - 2 : at + 3]) == _SUBJECT_ALT_NAME
        ):
            return 0
    return _INVALID_NAME


def opener(
    host: str, port: int, tls: "TlsContext | None", find: "Find | None" = None
) -> "Callable[[], Awaitable[TcpStream]]":
    """What opens one stream after another to a broker, with an address for when the DNS fails."""
    known: list[Row] = []
    turn = [0]

    async def open_next() -> TcpStream:
        return await open_stream(host, port, tls, known, find, turn)

    return open_next


async def open_stream(
    host: str, port: int, tls: "TlsContext | None" = None, known: "list[Row] | None" = None,
    find: "Find | None" = None, turn: "list[int] | None" = None,
) -> TcpStream:  # fmt: skip
    """Connect to the first address of `host` that accepts. OSError of the last one that did not.

    `tls`: a tls.SSLContext that requires a certificate (ValueError otherwise), for `host` by name.
    `known`: at first empty, then the last address that was good, for when the DNS fails. `find`:
    looks a name up; None: the system does, and holds up the loop meanwhile. `turn`: with which
    address to begin, for one that is silent takes all the time that the caller gives.
    """
    if tls is not None and tls.verify_mode != _CERT_REQUIRED:
        raise ValueError("this TLS context does not verify the broker's certificate")
    if tls is not None:
        gc.collect()  # it needs large pieces
    fault = OSError(errno.EHOSTUNREACH)
    if known is None:
        known = []
    if turn is None:
        turn = [0]
    rows = await _addresses(host, port, known, find)
    first = turn[0] % max(1, len(rows))
    turn[0] += 1  # unless anything comes the next one begins with the next address
    for row in rows[first:] + rows[:first]:
        try:
            return await _open(row, host, tls, known, turn)
        except OSError as failure:
            fault = failure
    raise fault


async def _addresses(host: str, port: int, known: "list[Row]", find: "Find | None") -> "list[Row]":
    rows: list[Row] = []
    try:
        for address in [host] if find is None else await find(host):
            # Of a frozen table 8883 is no small integer, and the unix port wants one: & makes it.
            rows += socket.getaddrinfo(address, port & 0xFFFF, 0, socket.SOCK_STREAM)
        return rows
    except OSError:
        if not known:
            raise
        return known[:]  # it still has to prove itself by name


async def _open(
    row: "Row", host: str, tls: "TlsContext | None", known: "list[Row]", turn: "list[int]"
) -> TcpStream:
    opening = Opening(row)
    raw = sock = opening.sock
    stream = None
    try:
        while not opening.ready():
            await asyncio.sleep_ms(_POLL_MS)
        if tls is not None:
            sock = tls.wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
            sock.setblocking(False)
        stream = TcpStream(sock, raw, row, known, turn)
        return stream
    finally:  # a cancellation too must leave no socket behind
        if stream is None:
            sock.close()
            raw.close()
