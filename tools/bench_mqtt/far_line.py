"""A line with a long way between two network namespaces, by Linux alone; no root, no settings.

    python -m tools.bench_mqtt.far_line DELAY_MS FAR_COMMAND NEAR_COMMAND    (each a JSON list)

The far command runs behind the line at FAR, each packet on its way for DELAY_MS in either
direction. When its port PORT answers, the near command runs at this end and says what there is to
say; its exit status is ours. Two TUN devices carry the packets, so that the network stacks at both
ends are the kernel's own: what Nagle and delayed acknowledgements do is real. An empty far command
asks only whether all this may be done here: READY.
"""

import asyncio
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time

NEAR, FAR, PORT = "10.77.0.1", "10.77.0.2", 1883
READY = "a far line can be laid here"
_MASK = "255.255.255.0"
_SET_TUN, _TUN_WITHOUT_HEADER = 0x400454CA, 0x1001  # linux/if_tun.h: TUNSETIFF, IFF_TUN | NO_PI
_SET_FLAGS, _SET_ADDRESS, _SET_MASK = 0x8914, 0x8916, 0x891C  # linux/sockios.h
_UP = 0x1
_PACKET_BYTES = 2048
_PATIENCE_S = 10
_THIS = "tools.bench_mqtt.far_line"
_OWN_NETWORK = ["unshare", "--user", "--map-root-user", "--net"]


def command(delay_ms: int, far: list[str], near: list[str]) -> list[str]:
    """What runs `near` here and `far` at the other end of a line."""
    words = [str(delay_ms), json.dumps(far), json.dumps(near)]
    return [*_OWN_NETWORK, sys.executable, "-m", _THIS, *words]


def end(name: str, address: str) -> int:
    """A TUN device with this address in our namespace; its descriptor carries whole packets."""
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    label = name.encode()
    fcntl.ioctl(device, _SET_TUN, struct.pack("16sH22x", label, _TUN_WITHOUT_HEADER))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        for request, value in ((_SET_ADDRESS, address), (_SET_MASK, _MASK)):
            row = struct.pack("16sHH4s16x", label, socket.AF_INET, 0, socket.inet_aton(value))
            fcntl.ioctl(sock, request, row)
        fcntl.ioctl(sock, _SET_FLAGS, struct.pack("16sH22x", label, _UP))
    return device


def be_far(handle: int, words: list[str]) -> None:
    """Hand the device of our namespace over, and become the far command."""
    with socket.socket(fileno=handle) as sock:
        socket.send_fds(sock, [b"."], [end("far", FAR)])
    os.execvp(words[0], words)


class Line:
    """Carries packets between two devices, each of them `delay_ms` later."""

    def __init__(self, ends: tuple[int, int], delay_ms: int) -> None:
        self._ends = ends
        self._delay_s = delay_ms / 1000

    def start(self) -> None:
        loop = asyncio.get_running_loop()
        for source, target in (self._ends, self._ends[::-1]):
            loop.add_reader(source, self._take, loop, source, target)

    def _take(self, loop: asyncio.AbstractEventLoop, source: int, target: int) -> None:
        while True:
            try:
                packet = os.read(source, _PACKET_BYTES)
            except BlockingIOError:
                return
            loop.call_later(self._delay_s, os.write, target, packet)


def _far_device(words: list[str]) -> tuple[subprocess.Popen, int]:
    """The far command's process, started in a namespace of its own, and its device."""
    ours, theirs = socket.socketpair()
    inner = ["unshare", "--net", sys.executable, "-m", _THIS, str(theirs.fileno())]
    process = subprocess.Popen([*inner, json.dumps(words)], pass_fds=[theirs.fileno()])
    theirs.close()
    with ours:
        ours.settimeout(_PATIENCE_S)
        _, handles, _, _ = socket.recv_fds(ours, 1, 1)
    if not handles:
        raise OSError("the far end of the line did not come up")
    return process, handles[0]


async def _answers() -> None:
    """The far port takes connections. TimeoutError."""
    last = time.monotonic() + _PATIENCE_S
    while True:
        try:
            _, writer = await asyncio.wait_for(asyncio.open_connection(FAR, PORT), 1)
            writer.close()
            return
        except OSError as fault:
            if time.monotonic() > last:
                raise TimeoutError("nothing answers at the far end") from fault
            await asyncio.sleep(0.05)


async def between(delay_ms: int, far: list[str], near: list[str]) -> int:
    process, far_end = _far_device(far)
    try:
        Line((end("near", NEAR), far_end), delay_ms).start()
        await _answers()
        return await (await asyncio.create_subprocess_exec(*near)).wait()
    finally:
        process.kill()
        process.wait()


def main(words: list[str]) -> int:
    if len(words) == 2:
        be_far(int(words[0]), json.loads(words[1]))
    delay_ms, far, near = [json.loads(word) for word in words]
    if not far:
        os.close(end("near", NEAR))
        print(READY)
        return 0
    return asyncio.run(between(delay_ms, far, near))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
