"""A time server in a thread, on UDP of this machine, that answers as badly as a test asks."""

import contextlib
import socket
import struct
import threading
import time

_1970 = 2208988800  # NTP seconds


def stamp(utc_ms):
    seconds = (utc_ms // 1000 + _1970) % (1 << 32)
    return struct.pack(">II", seconds, ((utc_ms % 1000) * (1 << 32) + 999) // 1000)


class SntpServer:
    """`answers(question, utc_ms)` gives the datagrams of one question, each bytes or a pause in
    seconds; the last one's time is `utc_ms` of now. `elsewhere`: sent from another port.
    """

    def __init__(self, answers, offset_ms=0):
        self._answers = answers
        self._offset_ms = offset_ms
        self.questions = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._elsewhere = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._elsewhere.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]

    def utc_ms(self):
        return time.time_ns() // 1000000 + self._offset_ms

    def serve(self):
        with contextlib.suppress(OSError):
            while True:
                question, peer = self._socket.recvfrom(512)
                if question:
                    self.questions.append(question)
                    self._answer(question, peer)

    def _answer(self, question, peer):
        sender = self._socket
        for part in self._answers(question, self.utc_ms):
            if part == "elsewhere":
                sender = self._elsewhere
            elif isinstance(part, bytes):
                sender.sendto(part, peer)
            else:
                time.sleep(part)

    def close(self):
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._elsewhere.close()


def reply(
    question, utc_ms, leap=0, version=4, mode=4, stratum=2, code=b"\x7f\x00\x00\x01",
    originate=None, delay=0, dispersion=0,
):  # fmt: skip
    """A server's packet that is right unless told otherwise. `utc_ms`: 0 for no time at all."""
    first = leap << 6 | version << 3 | mode
    times = 2 * stamp(utc_ms) if utc_ms else bytes(16)
    head = struct.pack(">BBbbII", first, stratum, 6, -20, delay, dispersion)
    return head + code + bytes(8) + (originate or question[40:48]) + times


@contextlib.contextmanager
def serving(answers, offset_ms=0):
    server = SntpServer(answers, offset_ms)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.close()
        thread.join(5)
