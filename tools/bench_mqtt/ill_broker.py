"""A broker that knows just enough MQTT 3.1.1 to be ill; it keeps nothing and forwards nothing."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass

_CONNECT, _PUBLISH, _SUBSCRIBE, _PING = 1, 3, 8, 12  # packet types
_CONNACK, _PINGRESP = b"\x20\x02\x00\x00", b"\xd0\x00"


@dataclass(frozen=True)
class Illness:
    """`silent`: it takes the CONNECT and says nothing. `puback_s`: how late each PUBACK is.
    `deaf_after_s`: from then on of each connection it reads nothing and answers nothing."""

    silent: bool = False
    puback_s: float = 0
    deaf_after_s: float | None = None


class IllBroker:
    def __init__(self, illness: Illness) -> None:
        self._illness = illness

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        begun = loop.time()
        deaf_s = self._illness.deaf_after_s
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            while deaf_s is None or loop.time() < begun + deaf_s:
                kind, body = await _packet(reader)
                answer, after_s = self._answer(kind, body)
                if answer:
                    loop.call_later(after_s, writer.write, answer)

    def _answer(self, kind: int, body: bytes) -> tuple[bytes, float]:
        if self._illness.silent:
            return b"", 0
        if kind >> 4 == _CONNECT:
            return _CONNACK, 0
        if kind >> 4 == _SUBSCRIBE:
            return b"\x90\x03" + body[:2] + b"\x01", 0
        if kind >> 4 == _PING:
            return _PINGRESP, 0
        if kind >> 4 == _PUBLISH and kind & 6:
            at = 2 + int.from_bytes(body[:2], "big")
            return b"\x40\x02" + body[at : at + 2], self._illness.puback_s
        return b"", 0


async def _packet(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    kind = (await reader.readexactly(1))[0]
    length = shift = 0
    while True:
        part = (await reader.readexactly(1))[0]
        length |= (part & 127) << shift
        shift += 7
        if part < 128:
            return kind, await reader.readexactly(length)


@contextlib.contextmanager
def black_hole() -> Iterator[int]:
    """The port of a server that takes no more connections and refuses none: SYNs fall silent."""
    with contextlib.ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(2):  # its queue is full
            one = stack.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex(server.getsockname())
        yield server.getsockname()[1]
