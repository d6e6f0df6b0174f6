"""The far end of the board's uplink in a bench: answers without a delay; judges nothing.

Every record is acknowledged as it comes. Then one command is sent to a board at rest and timed,
and a second one, during which the console is asked for the heap, for that takes time.
"""

import json
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from tools.emulate.peer import Peer, message
from tools.emulator.driver import Answer, Driver

_CHARACTER_S = 10 / 115200
_REST_S = 1.0  # behind the last message: its acknowledgement is kept by then
_HEAP_S = 1.2  # until the console has told it: it waits for the meters
_PAUSE_S = 2.2  # longer than the device's own between two commands
_JUDGING_S = (0.2, 0.6, 1.0)  # after a command: it is loaded, and verified
_HEAP = Answer(console=b"heap\r")


@dataclass
class Came:
    """A packet at the gateway, whole. `busy_s`: the processor's, until then."""

    t_s: float
    busy_s: float


@dataclass
class Order:
    """A command on its way. `sent_s`: its last bit; `told_s`: its answer's, 0: none yet."""

    sent_s: float
    told_s: float = 0.0
    answer: dict = field(default_factory=dict)


class Gateway(Driver):
    """`records`: so many wait in the board. `commands`: payloads for `cmd`, two or none; the run
    is over before the second one is answered."""

    every_ms = 10
    every_bytes = 16

    def __init__(self, device: str, records: int, commands: Sequence[bytes]) -> None:
        self._base = f"wattseal/v1/{device}/"
        self._wanted = records
        self._commands = list(commands)
        self._peer = Peer(self._take)
        self._now = Came(0.0, 0.0)
        self.opened_s = 0.0  # the first break
        self.records: list[Came] = []
        self.orders: list[Order] = []
        self._plan = self._steps()  # a generator, told the time at each tick
        next(self._plan)

    def boot(self, t_s: float) -> Answer:
        self._peer.hang_up()
        return Answer()

    def hang_up(self, t_s: float, port: str) -> Answer:
        self.opened_s = self.opened_s or t_s
        self._peer.hang_up()
        return Answer()

    def data(self, t_s: float, port: str, data: bytes) -> Answer:
        self._now = Came(t_s, self.busy_s)
        return Answer(uart0=self._peer.data(data)) if port == "uart0" else Answer()

    def tick(self, t_s: float) -> Answer:
        return self._plan.send(t_s) or Answer()

    def _steps(self) -> Generator[Answer | None, float, None]:
        """What is done in turn; is told the time, yields what is to be done then."""
        t_s = yield None
        while len(self.records) < self._wanted or t_s < self._now.t_s + _REST_S:
            t_s = yield None
        t_s = yield from _pause(_HEAP_S, (yield _HEAP))
        if self._commands:
            t_s = yield from self._commanding(t_s)
        while True:
            yield Answer(stop="all is measured")

    def _commanding(self, t_s: float) -> Generator[Answer | None, float, float]:
        first, second = self._commands
        t_s = yield self._ordered(t_s, first)
        while not self.orders[0].told_s:
            t_s = yield None
        t_s = yield from _pause(_PAUSE_S, t_s)
        t_s = yield self._ordered(t_s, second)
        for after_s in _JUDGING_S:
            t_s = yield from _pause(self.orders[1].sent_s + after_s - t_s, t_s)
            t_s = yield _HEAP
        return (yield from _pause(_HEAP_S, t_s))

    def _ordered(self, t_s: float, command: bytes) -> Answer:
        packet = message((self._base + "cmd").encode(), command)
        self.orders.append(Order(t_s + len(packet) * _CHARACTER_S))
        return Answer(uart0=packet)

    def _take(self, topic: str, payload: bytes) -> None:
        name = topic.removeprefix(self._base)
        if name.startswith("bill/"):
            self.records.append(self._now)
            upto = json.loads(payload)["pg"]
            self._peer.publish(self._base + "ack", json.dumps({"stream": "bill", "upto": upto}))
        elif name == "rsp" and self.orders:
            self.orders[-1].told_s = self._now.t_s
            self.orders[-1].answer = json.loads(payload)


def _pause(wait_s: float, t_s: float) -> Generator[None, float, float]:
    end_s = t_s + wait_s
    while t_s < end_s:
        t_s = yield None
    return t_s
