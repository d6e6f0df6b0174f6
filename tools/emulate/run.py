"""Plays a scene on the emulated board and hands what comes out to the receiver of `make run`."""

from dataclasses import dataclass
from pathlib import Path

from tools.emulate.commander import Commander
from tools.emulate.peer import Peer, message
from tools.emulate.scene import Scene
from tools.emulate.scene_key import SceneKey
from tools.emulator.driver import Answer, Driver
from tools.emulator.rig import Outcome, Rig
from tools.receiver import Receiver
from tools.verdict import findings

_QUESTIONS = ["status", "heap"]  # in this order: what the heap holds is what the status tells


@dataclass
class Played:
    """A scene that is over: what the receiver has, and what happened when."""

    receiver: Receiver
    outcome: Outcome
    commander: Commander | None = None


class SceneDriver(Driver):
    """The world round the board: cars, gateway and receiver, in lock step with it. `key`: signs
    commands to the board, None for none."""

    every_ms = 50

    def __init__(self, scene: Scene, out: Path, key: SceneKey | None = None) -> None:
        self.cars = scene.cars
        self.peer = Peer(self._take)
        self.receiver = Receiver(scene.device, out, findings, self.peer.publish, scene.cars.cards)
        self._away_s = scene.away_s or (float("inf"), float("inf"))
        self._ask_every_s = scene.ask_every_s
        self._asked_s = 0.0
        self.commander = Commander(key, scene.device) if key else None
        self._commands = f"wattseal/v1/{scene.device}/cmd".encode()
        self._greeted = False  # the board is connected, and has subscribed

    def boot(self, t_s: float) -> Answer:
        self._hang_up(t_s)
        self._asked_s = t_s
        return Answer(inputs=self.cars.boot(t_s))

    def data(self, t_s: float, port: str, data: bytes) -> Answer:
        return Answer(uart0=self.peer.data(data)) if port == "uart0" else Answer()

    def hang_up(self, t_s: float, port: str) -> Answer:
        self._hang_up(t_s)
        return Answer()

    def output(self, t_s: float, pin: int, level: int) -> Answer:
        if level:  # a session has begun: ask in a second
            self._asked_s = t_s + 1 - self._ask_every_s
        return Answer(loads=self.cars.output(t_s, pin, level))

    def tick(self, t_s: float) -> Answer:
        inputs, lines = self.cars.tick(t_s)
        if self._ask_every_s and t_s - self._asked_s >= self._ask_every_s:
            self._asked_s = t_s
            lines += _QUESTIONS
        at_rest = self.cars.done and self._all_delivered()
        uart0 = self._gateway(t_s) + self._command(t_s, at_rest)
        over = at_rest
        if self.commander:
            lines += ["status"] if self.commander.asks_for_status(t_s) else []
            over = at_rest and self.commander.done(t_s)
        text = "".join(line + "\r" for line in lines)
        stop = "all delivered" if over else ""
        return Answer(uart0=uart0, inputs=inputs, console=text.encode(), stop=stop)

    def _command(self, t_s: float, at_rest: bool) -> bytes:
        """What whoever commands has to say."""
        if not self.commander or not self._greeted:
            return b""
        payload = self.commander.due(t_s, self.cars.has_begun(t_s), at_rest)
        return message(self._commands, payload) if payload else b""

    def _hang_up(self, t_s: float) -> None:
        self.peer.hang_up()
        self._greeted = False
        if self.commander:
            self.commander.broken(t_s)

    def _gateway(self, t_s: float) -> bytes:
        """What the gateway has to say to its network's coming and going."""
        from_s, to_s = self._away_s
        if from_s <= t_s < to_s:
            if self.peer.away:
                return b""
            self._hang_up(t_s)
            return self.peer.leave()
        self.peer.away = False
        return b""

    def _take(self, topic: str, payload: bytes) -> None:
        self._greeted = self._greeted or topic.endswith("/status")
        if self.commander and topic.endswith("/rsp"):
            self.commander.answered(payload)
        self.receiver.take(topic, payload)

    def _all_delivered(self) -> bool:
        receiver = self.receiver
        begun = {r.session for r in receiver.records.values() if r.kind == "begin"}
        return (
            len(begun) >= self.cars.left and receiver.all_closed() and not receiver.missing()
            and receiver.upto >= receiver.status.get("next", 1) - 1
        )  # fmt: skip


def play(scene: Scene, folder: Path, out: Path, key: SceneKey | None = None) -> Played:
    """Until all cars have left and all records are acknowledged, or the scene's time is over."""
    driver = SceneDriver(scene, out, key)
    try:
        outcome = Rig(folder, scene.flash).run(scene.scenario, driver)
    finally:
        driver.receiver.close()
    return Played(driver.receiver, outcome, driver.commander)
