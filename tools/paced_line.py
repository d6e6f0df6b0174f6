"""A serial line that takes its time: characters at a baud rate, a meter's latency; no protocol.

A request is on the wire from when the device writes it; the reply's characters arrive one by one,
the first a latency and its own time behind the request's last. A thread of its own keeps the time,
and notes by how much it failed to.
"""

import os
import queue
import threading
import time
from dataclasses import dataclass, field

from tools.serial_line import SerialLine

_CHARACTER_BITS = 10  # 8N1


@dataclass
class Exchange:
    """`asked_s`, `ended_s`: when the request's first bit left and the reply's last one should have
    come. `late_s`: by how much each byte of the reply came later than it should have."""

    request: bytes
    asked_s: float
    ended_s: float
    late_s: list[float] = field(default_factory=list)


class PacedLine(SerialLine):
    """`exchanges` fills up. The other end must answer within the request's time and latency."""

    def __init__(self, baud: int, latency_s: float) -> None:
        super().__init__()
        self._character_s = _CHARACTER_BITS / baud
        self._latency_s = latency_s
        self.exchanges: list[Exchange] = []
        self._due: queue.SimpleQueue[tuple[Exchange, float, bytes] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._deliver, daemon=True)

    def start(self) -> None:
        super().start()
        self._thread.start()

    def stop(self) -> None:
        self._due.put(None)
        self._thread.join()
        super().stop()

    def _pump(self, source: int, target: int) -> None:
        now_s = time.monotonic()
        data = os.read(source, 4096)
        if source == self._pairs[1][0]:  # from the device
            begins_s = now_s + len(data) * self._character_s + self._latency_s
            self.exchanges.append(Exchange(data, now_s, begins_s))
            os.write(target, data)
            return
        exchange = self.exchanges[-1]
        for byte in data:
            exchange.ended_s += self._character_s
            self._due.put((exchange, exchange.ended_s, bytes([byte])))

    def _deliver(self) -> None:
        target = self._pairs[1][0]
        while (due := self._due.get()) is not None:
            exchange, at_s, byte = due
            time.sleep(max(0.0, at_s - time.monotonic()))
            os.write(target, byte)
            exchange.late_s.append(time.monotonic() - at_s)
