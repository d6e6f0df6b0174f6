"""Asks a name server for addresses; its waiting never blocks the loop, and it keeps none of them.

A chip's own look-up, behind socket.getaddrinfo, holds up everything until all servers were silent
for long enough: on an RP2040 longer than its watchdog waits. A name that ends in .local is asked
of the whole network first, as a chip's look-up does (RFC 6762, 5.1).
"""

import asyncio
import errno
import os
import socket

from micropython import const

from wattseal.core import dns
from wattseal.core.settings import is_address
from wattseal.drivers import datagrams

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    Find = Callable[[str], Awaitable[list[str]]]

_DEADLINES_MS = (1000, 2000)  # of each question, one after another
_DATAGRAMS = const(16)  # to one question
_PORT = const(53)
_LOCAL = ("224.0.0.251", 5353)  # RFC 6762, section 3


def finder(server: "Callable[[], str] | None") -> "Find | None":
    """What looks names up beside all else. `server`: as contracts.Link.name_server; None: None."""
    return None if server is None else NameClient(server, os.urandom).find


class NameClient:
    """`server()`: the name server's address. `random_bytes(n)`: os.urandom or better."""

    def __init__(
        self, server: "Callable[[], str]", random_bytes: "Callable[[int], bytes]",
        port: int = _PORT, local: "tuple[str, int]" = _LOCAL,
    ) -> None:  # fmt: skip
        self._server = server
        self._random_bytes = random_bytes
        self._port = port
        self._local = local
        self.strays = 0  # datagrams that answered nothing that was asked

    async def find(self, host: str) -> "list[str]":
        """The IPv4 addresses of `host`, which may be one itself. OSError."""
        if is_address(host):
            return [host]
        of_all = host.rstrip(".").lower().endswith(".local")
        where = (self._server(), self._port)
        try:
            for deadline_ms in _DEADLINES_MS:
                asked = dns.question(int.from_bytes(self._random_bytes(2), "big"), host)
                try:
                    exchange = self._exchange(asked, self._local if of_all else where, of_all)
                    return await asyncio.wait_for(exchange, deadline_ms / 1000)
                except asyncio.TimeoutError:
                    of_all = False
        except dns.DnsError as fault:
            raise OSError(errno.ENOENT, "%s: %s" % (host, fault))
        raise OSError(errno.ETIMEDOUT, "the name server %s is silent" % where[0])

    async def _exchange(self, asked: bytes, where: "tuple[str, int]", of_all: bool) -> "list[str]":
        def take(datagram: bytes) -> "list[str] | None":
            try:
                return dns.addresses(datagram, asked)
            except dns.NotOurs:
                self.strays += 1
                return None

        address = socket.getaddrinfo(where[0], where[1])[0][-1]
        found = await datagrams.exchange(
            address, lambda: asked, take, _DATAGRAMS, dns.ANSWER_BYTES, of_all
        )
        if found is None:
            raise OSError(errno.EIO, "too much came that was no answer")
        return found
