"""Brokers, and what stands between: embedded, mosquitto, delaying proxy, silent and deaf peers."""

import asyncio
import contextlib
import getpass
import json
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import interpreters
import pytest
import tls_peer

from tools.broker import EmbeddedBroker
from tools.free_port import free_port

MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
NEEDS_MOSQUITTO = [
    pytest.mark.needs_mosquitto,
    pytest.mark.skipif(not Path(MOSQUITTO).exists(), reason="mosquitto is not installed"),
]
DEVICE = Path(__file__).with_name("mqtt_device.py")
CONNACK = b"\x20\x02\x00\x00"


def device(interpreter, scenario, port, host="127.0.0.1", **options):
    """Run one scenario of mqtt_device.py on a MicroPython; returns its report."""
    arguments = [DEVICE, scenario, host, port, json.dumps(options)]
    done = interpreters.run(interpreter, arguments, timeout=60)
    lines = done.stdout.strip().splitlines()
    assert done.returncode == 0 and lines and lines[-1].startswith("{"), done.stdout
    return json.loads(lines[-1])


class Loop:
    """An event loop in a thread of its own, for servers beside a blocking test."""

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        return self

    def call(self, coroutine, timeout=20):
        return asyncio.run_coroutine_threadsafe(coroutine, self.loop).result(timeout)

    def __exit__(self, *_):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()


@contextlib.contextmanager
def embedded():
    """The port of an amqtt broker in this process."""
    with Loop() as loop:
        broker = EmbeddedBroker()
        port = loop.call(broker.start())
        try:
            yield port
        finally:
            loop.call(broker.stop())


@contextlib.contextmanager
def mosquitto(folder, secure=False, port=0, anonymous=True):
    """(port, process) of a mosquitto of its own; `secure`: its CA is `folder`/ca.pem."""
    port = port or free_port()
    lines = [
        f"listener {port} 127.0.0.1",
        f"allow_anonymous {str(anonymous).lower()}",
        "set_tcp_nodelay true",
    ]
    lines += ["persistence false", f"user {getpass.getuser()}"]  # root's: it may read the key
    if secure:
        issuer = tls_peer.authority("a CA for tests")
        certificate, key = tls_peer.server_files(folder, issuer, "localhost")
        (folder / "ca.pem").write_bytes(issuer[0].public_bytes(tls_peer.PEM))
        lines += [f"certfile {certificate}", f"keyfile {key}"]
    configuration = folder / "mosquitto.conf"
    configuration.write_text("\n".join(lines) + "\n")
    process = subprocess.Popen(
        [MOSQUITTO, "-c", str(configuration)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_for_port(port)
        yield port, process
    finally:
        process.kill()  # also when stopped
        process.wait(10)


def wait_for_port(port):
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens on port {port}")


class PacketCounter:
    """Splits one direction of a connection into MQTT packets and counts them by type."""

    def __init__(self):
        self.bytes = b""
        self.counts = {}

    def feed(self, data):
        self.bytes += data
        while len(self.bytes) > 1:
            length, at = 0, 1
            while True:
                if at >= len(self.bytes):
                    return
                length |= (self.bytes[at] & 0x7F) << 7 * (at - 1)
                at += 1
                if self.bytes[at - 1] < 0x80:
                    break
            if len(self.bytes) < at + length:
                return
            kind = self.bytes[0] >> 4
            self.counts[kind] = self.counts.get(kind, 0) + 1
            self.bytes = self.bytes[at + length :]


class DelayingProxy:
    """Forwards with `delay_s` each way; `most_in_flight` is PUBLISHes seen less PUBACKs let by."""

    def __init__(self, port, delay_s):
        self.target = port
        self.delay_s = delay_s
        self.most_in_flight = 0
        self.up = PacketCounter()
        self.down = PacketCounter()

    async def start(self):
        self.server = await asyncio.start_server(self.serve, "127.0.0.1", 0)
        return self.server.sockets[0].getsockname()[1]

    async def serve(self, reader, writer):
        up_reader, up_writer = await asyncio.open_connection("127.0.0.1", self.target)
        await asyncio.gather(
            self.pump(reader, up_writer, self.up), self.pump(up_reader, writer, self.down)
        )

    async def pump(self, reader, writer, counter):
        loop = asyncio.get_running_loop()
        while data := await reader.read(65536):
            if counter is self.up:  # on its way from the device's point of view at once
                self.count(counter, data)
                loop.call_later(self.delay_s, writer.write, data)
            else:
                loop.call_later(self.delay_s, self.release, writer, data)
        loop.call_later(self.delay_s, writer.close)

    def release(self, writer, data):
        self.count(self.down, data)
        writer.write(data)

    def count(self, counter, data):
        counter.feed(data)
        flying = self.up.counts.get(3, 0) - self.down.counts.get(4, 0)
        self.most_in_flight = max(self.most_in_flight, flying)


@contextlib.contextmanager
def delayed(port, delay_s):
    """(port, proxy) in front of a broker."""
    with Loop() as loop:
        proxy = DelayingProxy(port, delay_s)
        yield loop.call(proxy.start()), proxy
        loop.call(asyncio.sleep(0.05))


@contextlib.contextmanager
def peer(spoken=b""):
    """The port of one that accepts, says `spoken`, and never reads."""
    held = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            with contextlib.suppress(OSError):
                while True:
                    sock = server.accept()[0]
                    held.append(sock)
                    sock.sendall(spoken)

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    for sock in held:
        sock.close()


@contextlib.contextmanager
def black_hole():
    """The port of one whose kernel drops each SYN: its accept queue is full."""
    with socket.socket() as server, contextlib.ExitStack() as stack:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(8):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        time.sleep(0.1)
        yield server.getsockname()[1]
