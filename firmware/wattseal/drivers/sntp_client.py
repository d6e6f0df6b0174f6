"""Asks a time server over UDP; its waiting never blocks the loop.

An address as `host` is best. That of a name is kept for as long as it answers, and after that
until another one is found. One that wants to be left alone (RFC 4330, section 8) is given up at
once; where there is no other it is asked one time in 24.
"""

import asyncio
import socket

from micropython import const

from wattseal.core import sntp
from wattseal.drivers import datagrams

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable

    from wattseal.drivers.name_client import Find

_DEADLINE_MS = const(2000)
_DATAGRAMS = const(32)  # in one exchange
_LOOK_UP_AFTER = const(4)  # exchanges in a row without a time
_LEFT_ALONE = const(23)  # times: a day, by who asks every hour
_MOST_DENIED = const(4)  # addresses that are remembered
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
        self._denied: list[list[Any]] = []  # [address, how often it was left alone since]
        self.strays = 0  # datagrams that answered nothing that was asked

    async def ask(self, pivot_utc_s: int) -> sntp.Answer:
        """One exchange; `pivot_utc_s` as for sntp.answer. SntpError."""
        self._failed += 1
        address: Any = None
        try:
            address = await self._look_up()
            self._leave_alone(address)
            answer = await asyncio.wait_for(
                self._exchange(address, pivot_utc_s), _DEADLINE_MS / 1000
            )
        except asyncio.TimeoutError:
            raise sntp.SntpError("no answer within %d ms" % _DEADLINE_MS)
        except OSError as fault:
            raise sntp.SntpError("the network failed (%s)" % fault)
        except sntp.SntpError as fault:
            if fault.kiss:
                self._failed = _LOOK_UP_AFTER
            known = [row[0] for row in self._denied]
            if fault.kiss in ("DENY", "RSTR") and address not in known:
                self._denied = self._denied[-_MOST_DENIED + 1 :] + [[address, 0]]
            raise
        self._failed = 0
        return answer

    def _leave_alone(self, address: "Any") -> None:
        """SntpError: it has denied."""
        for row in self._denied:
            if row[0] == address:
                row[1] += 1
                if row[1] <= _LEFT_ALONE:
                    raise sntp.SntpError("it is left alone for a day", "DENY")
                self._denied.remove(row)
                return

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
        sent_ms = 0

        def ask() -> bytes:
            nonlocal sent_ms
            question = sntp.request(nonce)
            sent_ms = self._now_ms()
            return question

        def take(datagram: bytes) -> "sntp.Answer | None":
            try:
                return sntp.answer(datagram, nonce, sent_ms, self._now_ms(), pivot_utc_s)
            except sntp.NotOurs:
                self.strays += 1
                return None

        # What is behind a packet's bytes is of no use.
        found = await datagrams.exchange(address, ask, take, _DATAGRAMS, sntp.PACKET_BYTES)
        if found is None:
            raise sntp.SntpError("too much came that was no answer")
        return found
