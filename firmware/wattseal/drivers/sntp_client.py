"""Asks a time server over UDP; its waiting never blocks the loop.

The socket is connected, so that the stack keeps away what comes from elsewhere, and it lives for
one exchange, so that a late answer to an earlier question finds nobody.

An address as `host` is best. That of a name is kept for as long as it answers, and after that
until another one is found.
"""

import asyncio
import socket

from micropython import const

from wattseal.core import sntp

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable

    from wattseal.drivers.name_client import Find

_DEADLINE_MS = const(2000)
_DATAGRAMS = const(32)  # in one exchange: a flood is not listened to for longer
_LOOK_UP_AFTER = const(4)  # exchanges in a row without a time
_NONCE_BYTES = const(8)


class SntpClient:
    """`now_ms`: of the monotonic clock. `random_bytes(n)`: os.urandom or better. `find`: looks a
    name up; None: the system does."""

    def __init__(
        self, host: str, port: int, now_ms: "Callable[[], int]",
        random_bytes: "Callable[[int], bytes]", find: "Find | None" = None,
    ) -> None:  # fmt: skip
        self._host = host
        self._port = port
        self._now_ms = now_ms
        self._random_bytes = random_bytes
        self._find = find
        self._address: Any = None
        self._failed = 0
        self.strays = 0  # datagrams that answered nothing that was asked

    async def ask(self, pivot_utc_s: int) -> sntp.Answer:
        """One exchange; `pivot_utc_s` as for sntp.answer. SntpError."""
        self._failed += 1
        try:
            address = await self._look_up()
            answer = await asyncio.wait_for(
                self._exchange(address, pivot_utc_s), _DEADLINE_MS / 1000
            )
        except asyncio.TimeoutError:
            raise sntp.SntpError("no answer within %d ms" % _DEADLINE_MS)
        except OSError as fault:
            raise sntp.SntpError("the network failed (%s)" % fault)
        self._failed = 0
        return answer

    async def _look_up(self) -> "Any":
        """What `connect` takes. OSError."""
        if self._address is not None and self._failed <= _LOOK_UP_AFTER:
            return self._address
        try:
            host = self._host if self._find is None else (await self._find(self._host))[0]
            self._address = socket.getaddrinfo(host, self._port)[0][-1]
            self._failed = 1
        except OSError:
            if self._address is None:
                raise
        return self._address

    async def _exchange(self, address: "Any", pivot_utc_s: int) -> sntp.Answer:
        nonce = self._random_bytes(_NONCE_BYTES)
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        try:
            sock.setblocking(False)
            sock.connect(address)
            sent_ms = self._now_ms()
            sock.send(sntp.request(nonce))
            return await self._listen(sock, nonce, sent_ms, pivot_utc_s)
        finally:  # a cancellation too must leave no socket behind
            sock.close()

    async def _listen(
        self, sock: socket.socket, nonce: bytes, sent_ms: int, pivot_utc_s: int
    ) -> sntp.Answer:
        # It only waits: as a stream a socket fills its buffer from as many datagrams as it takes.
        readable: Any = asyncio.StreamReader(sock)  # pyright: ignore[reportArgumentType]
        for _ in range(_DATAGRAMS):
            await readable.read(0)
            received_ms = self._now_ms()
            datagram = sock.recv(sntp.PACKET_BYTES)  # what is behind that is of no use
            try:
                return sntp.answer(datagram, nonce, sent_ms, received_ms, pivot_utc_s)
            except sntp.NotOurs:
                self.strays += 1
        raise sntp.SntpError("too much came that was no answer")
