"""The shipped session over sockets as the boards' network stacks have them; run by MicroPython.

On lwIP and ESP-IDF `setblocking` and `settimeout` are one setting: the later call undoes the
earlier one. The unix port keeps them apart, and so hides a deadline that is lost. Argument: the
name of a peer. Prints {"error", "took_ms", "blocking": calls made in a state in which they may
wait, "closed": all of them were, "steps": turns of another task meanwhile}.
"""

import asyncio
import errno
import io
import json
import sys
import time

from wattseal.drivers import tcp_socket, tcp_stream
from wattseal.drivers.mqtt_session import MqttError, MqttSession

DEADLINE_MS = 200
CONNACK = b"\x20\x02\x00\x00"
_POLL, _READABLE, _WRITABLE = 3, 1, 4  # MP_STREAM_POLL and its flags


class Peer:
    """How far it goes along: whether it is `connected`, `shakes_hands`, its `answer` to CONNECT,
    and how many bytes it `takes` before its window is full."""

    def __init__(self, connected=True, shakes_hands=True, answer=b"", takes=1 << 20):
        self.connected = connected
        self.shakes_hands = shakes_hands
        self.answer = answer
        self.takes = takes


PEERS = {
    "black_hole": Peer(connected=False),
    "no_connack": Peer(),
    "stalled_handshake": Peer(shakes_hands=False),
    "tls_no_connack": Peer(),
    "full_window": Peer(answer=CONNACK, takes=100),
    "tls_full_window": Peer(answer=CONNACK, takes=100),
    "silent": Peer(answer=CONNACK),
}


class BoardSocket(io.IOBase):
    """`timeout_s`: the one setting. None: a call waits for ever, 0: never."""

    made = []
    blocking = []
    peer = None

    def __init__(self, *kind):
        self.timeout_s = None
        self.closed = False
        self._answer = b""
        self._room = self.peer.takes
        self.made.append(self)

    def setblocking(self, flag):
        self.settimeout(None if flag else 0)

    def settimeout(self, timeout_s):
        self.timeout_s = timeout_s

    def setsockopt(self, *option):
        pass

    def connect(self, address):
        self._call("connect")
        raise OSError(errno.EINPROGRESS)

    def write(self, data):
        self._call("write")
        count = min(len(data), self._room)
        if not count:
            return None
        self._room -= count
        self._answer += self.peer.answer if data[0] == 0x10 else b""
        return count

    def readinto(self, view):
        self._call("readinto")
        count = min(len(view), len(self._answer))
        if not count:
            return None
        view[:count] = self._answer[:count]
        self._answer = self._answer[count:]
        return count

    def ioctl(self, request, flags):
        if request != _POLL:
            return -1
        ready = _READABLE if self._answer else 0
        if self.peer.connected and self._room:
            ready |= _WRITABLE
        return ready & flags

    def close(self):
        self.closed = True

    def _call(self, name):
        if self.timeout_s != 0:
            self.blocking.append(name)


class TlsSocket(BoardSocket):
    """As modtls has it: the setting is that of the socket below."""

    def __init__(self, raw):
        super().__init__()
        self._raw = raw

    def settimeout(self, timeout_s):
        self._raw.settimeout(timeout_s)

    def write(self, data):
        return super().write(data) if self.peer.shakes_hands else self._call("handshake")

    def ioctl(self, request, flags):
        if request == _POLL and not self.peer.shakes_hands:
            return 0  # it waits for the peer's part of the handshake
        return super().ioctl(request, flags)

    def _call(self, name):
        self._raw._call(name)


class Context:
    verify_mode = 2

    def wrap_socket(self, sock, server_hostname, do_handshake_on_connect):
        tls = TlsSocket(sock)
        if do_handshake_on_connect:
            tls._call("handshake")
        return tls


class Network:
    """The module `socket`."""

    SOCK_STREAM = 1
    socket = BoardSocket

    def getaddrinfo(self, host, port, *rest):
        return [(2, 1, 0, "", (host, port))]


async def turns(told):
    while True:
        await asyncio.sleep_ms(10)
        told["steps"] += 1


async def use(session):
    await session.connect()
    running = asyncio.create_task(session.run())
    try:
        while True:
            await session.publish(b"w/live/1", b"x" * 40)
            await asyncio.sleep_ms(20)
    except MqttError:
        await running


async def main(name):
    tcp_socket.socket = tcp_stream.socket = Network()
    BoardSocket.peer = PEERS[name]
    tls = Context() if "tls" in name or "handshake" in name else None
    session = MqttSession(
        tcp_stream.opener("broker", 8883, tls), b"d", keepalive_s=1,
        connect_timeout_ms=DEADLINE_MS, write_timeout_ms=DEADLINE_MS,
    )  # fmt: skip
    told = {"steps": 0}
    turning = asyncio.create_task(turns(told))
    start_ms = time.ticks_ms()
    try:
        await asyncio.wait_for_ms(use(session), 8000)
    except (MqttError, asyncio.TimeoutError) as fault:
        told["error"] = str(fault)
    told["took_ms"] = time.ticks_diff(time.ticks_ms(), start_ms)
    turning.cancel()
    told["blocking"] = BoardSocket.blocking
    told["closed"] = all(sock.closed for sock in BoardSocket.made)
    print(json.dumps(told))


asyncio.run(main(sys.argv[1]))
