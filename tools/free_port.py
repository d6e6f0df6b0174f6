"""A TCP port for a server that another process starts; opens none for longer than a look.

Between the look and the start nobody else may come by it: it is not one of those that the kernel
gives to connections and to whoever asks for any port.
"""

import random
import socket
from pathlib import Path

KERNELS = Path("/proc/sys/net/ipv4/ip_local_port_range")
LEAST = 10_000  # servers with a number of their own are mostly below
_drawn = random.SystemRandom()  # what a test seeds would give two processes the same


def free_port() -> int:
    """Free on 127.0.0.1 at this moment. OSError where none is found."""
    first = _kernels_first()
    for _ in range(100 if first > LEAST else 0):
        port = _drawn.randrange(LEAST, first)
        if _is_free(port):
            return port
    with socket.socket() as any_port:  # the kernel's range is unknown, or all that there is
        any_port.bind(("127.0.0.1", 0))
        return any_port.getsockname()[1]


def _kernels_first() -> int:
    try:
        return int(KERNELS.read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            one.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
