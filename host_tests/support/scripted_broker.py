"""The broker's end of a stream in memory; does only what a test tells it to."""

import asyncio

CONNACK = b"\x20\x02\x00\x00"


class ScriptedStream:
    """What `open_stream` returns; `feed` is the broker speaking, `writes` what it was sent."""

    def __init__(self, *spoken):
        self._incoming = b"".join(spoken)
        self._spoke = asyncio.Event()
        self._ended = False
        self.taking = asyncio.Event()  # cleared: the peer's window is full
        self.taking.set()
        self.writes = []
        self.closed = 0

    async def open(self):
        return self

    def feed(self, data):
        self._incoming += data
        self._spoke.set()

    def end(self):
        self._ended = True
        self._spoke.set()

    async def read_into(self, view):
        while not self._incoming and not self._ended:
            self._spoke.clear()
            await self._spoke.wait()
        part = self._incoming[: len(view)]
        self._incoming = self._incoming[len(part) :]
        view[: len(part)] = part
        return len(part)

    async def write(self, data):
        assert not self.closed, "written to after close"
        self.writes.append(bytes(data))
        if not self.taking.is_set():
            await self.taking.wait()

    def close(self):
        self.closed += 1


def puback(pid):
    return bytes((0x40, 2, pid >> 8, pid & 255))


def pid_of(packet):
    """Packet id of a QoS 1 PUBLISH of fewer than 128 bytes."""
    at = 4 + packet[3]
    return packet[at] << 8 | packet[at + 1]


def run(coroutine):
    """Run one test to its end on a loop of its own, within ten seconds."""
    if hasattr(asyncio, "new_event_loop"):
        asyncio.new_event_loop()
    return asyncio.run(asyncio.wait_for(coroutine, 10))
