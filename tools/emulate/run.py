"""Plays a scene on the emulated board and hands what comes out to the receiver of `make run`."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from tools.emulate.peer import Peer
from tools.emulate.scene import Scene
from tools.emulator.driver import Answer, Driver
from tools.emulator.rig import Outcome, Rig
from tools.receiver import Receiver
from tools.verdict import findings

_HEAP_EVERY_S = 5.0
_HEAP = re.compile(r"free: (\d+)$")
_LARGEST = re.compile(r"max free sz: (\d+)$")


@dataclass
class Played:
    """`heap_free`, `heap_largest`: the least that was seen after a collection, in bytes."""

    receiver: Receiver
    outcome: Outcome
    peer: Peer
    heap_free: int | None = None
    heap_largest: int | None = None
    late_max_ms: list[int] = field(default_factory=list)  # of each boot


class SceneDriver(Driver):
    """The world round the board: cars, gateway and receiver, in lock step with it."""

    every_ms = 50

    def __init__(self, scene: Scene, out: Path) -> None:
        self.cars = scene.cars
        self.peer = Peer(self._take)
        self.receiver = Receiver(scene.device, out, findings, self.peer.publish, scene.cars.cards)
        self._heap_s = 0.0
        self.late_max_ms = [0]

    def boot(self, t_s: float) -> Answer:
        self.peer.hang_up()
        self.late_max_ms.append(0)
        self._heap_s = t_s
        return Answer(inputs=self.cars.boot(t_s))

    def data(self, t_s: float, port: str, data: bytes) -> Answer:
        return Answer(uart0=self.peer.data(data)) if port == "uart0" else Answer()

    def hang_up(self, t_s: float, port: str) -> Answer:
        self.peer.hang_up()
        return Answer()

    def output(self, t_s: float, pin: int, level: int) -> Answer:
        self.cars.output(t_s, pin, level)
        return Answer()

    def tick(self, t_s: float) -> Answer:
        inputs, lines = self.cars.tick(t_s)
        if t_s - self._heap_s >= _HEAP_EVERY_S:
            self._heap_s = t_s
            lines.append("heap")
        text = "".join(line + "\r" for line in lines)
        stop = "all delivered" if self.cars.done and self._all_delivered() else ""
        return Answer(inputs=inputs, console=text.encode(), stop=stop)

    def _take(self, topic: str, payload: bytes) -> None:
        self.receiver.take(topic, payload)
        self.late_max_ms[-1] = self.receiver.status.get("late_max_ms", 0)

    def _all_delivered(self) -> bool:
        receiver = self.receiver
        newest = receiver.status.get("next", 1) - 1
        return receiver.all_closed() and receiver.upto >= newest and not receiver.missing()


def play(scene: Scene, folder: Path, out: Path) -> Played:
    """Until all cars have left and all records are acknowledged, or the scene's time is over."""
    driver = SceneDriver(scene, out)
    try:
        outcome = Rig(folder, scene.flash).run(scene.scenario, driver)
    finally:
        driver.receiver.close()
    texts = [event["text"] for event in outcome.of("console")]
    free = [int(found[1]) for text in texts if (found := _HEAP.search(text))]
    largest = [16 * int(found[1]) for text in texts if (found := _LARGEST.search(text))]
    return Played(
        driver.receiver, outcome, driver.peer, min(free, default=None),
        min(largest, default=None), driver.late_max_ms[1:],
    )  # fmt: skip
