"""One exchange over UDP; its waiting never blocks the loop. Knows no protocol.

The socket lives for one exchange, so that a late answer to an earlier question finds nobody.
"""

import asyncio
import socket

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, TypeVar

    Answer = TypeVar("Answer")


async def exchange(
    address: "Any", ask: "Callable[[], bytes]", take: "Callable[[bytes], Answer | None]",
    most: int, size: int, of_all: bool = False,
) -> "Answer | None":  # fmt: skip
    """What `take` makes of the first datagram that is an answer; it gives None for any other.

    `ask()`: the question, made when it is sent; `address`: as getaddrinfo tells it. None: `most`
    datagrams came, and none was one; a flood is not listened to for longer. What is behind `size`
    bytes is cut off. `of_all`: whoever has an answer gives it, not `address` alone. OSError.
    """
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        sock.setblocking(False)
        if of_all:
            sock.sendto(ask(), address)
        else:  # the stack keeps away what comes from elsewhere
            sock.connect(address)
            sock.send(ask())
        # It only waits: as a stream a socket fills its buffer from many datagrams.
        readable: Any = asyncio.StreamReader(sock)  # pyright: ignore[reportArgumentType]
        for _ in range(most):
            await readable.read(0)
            found = take(sock.recv(size))
            if found is not None:
                return found
    finally:  # a cancellation too must leave no socket behind
        sock.close()
    return None
