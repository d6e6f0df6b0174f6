"""A program's part in a simulation: asked in simulated time, which stands still until it answers.

As long as the answers depend on nothing else, two runs are the same to the microsecond.
"""

import json
from dataclasses import dataclass, field
from typing import IO


@dataclass
class Answer:
    """What the world does next. `inputs`: [(pin, level)]; `cut_off_s`: power off for so long.

    `loads`: [(Modbus unit, {energy_mwh, seconds, power_w})], what the car at a meter draws now.
    """

    uart0: bytes = b""
    uart1: bytes = b""
    console: bytes = b""
    inputs: list[tuple[int, int]] = field(default_factory=list)
    loads: list[tuple[int, dict]] = field(default_factory=list)
    cut_off_s: float | None = None
    stop: str = ""

    def line(self) -> str:
        """As the emulator reads it."""
        ports = {"uart0": self.uart0, "uart1": self.uart1, "console": self.console}
        told: dict = {port: data.hex() for port, data in ports.items() if data}
        if self.inputs:
            told["inputs"] = self.inputs
        if self.loads:
            told["loads"] = self.loads
        if self.cut_off_s is not None:
            told["cut"] = {"off_s": self.cut_off_s}
        if self.stop:
            told["stop"] = self.stop
        return json.dumps(told) + "\n"


class Driver:
    """Overwrite what is of interest. `every_ms`: simulated time between two ticks, 0 for none.

    `every_bytes`: a port's bytes are told as soon as there are so many; 0: only behind a silence,
    and a line that is never silent seems to stand still. `busy_s`: the processor's, until now.
    """

    every_ms: float = 0
    every_bytes = 0
    wants_console = False
    busy_s = 0.0

    def boot(self, t_s: float) -> Answer:
        """The board was powered up or reset."""
        return Answer()

    def data(self, t_s: float, port: str, data: bytes) -> Answer:
        """The board wrote to "uart0", "uart1" or "console"."""
        return Answer()

    def hang_up(self, t_s: float, port: str) -> Answer:
        """The board sent a break on a UART."""
        return Answer()

    def output(self, t_s: float, pin: int, level: int) -> Answer:
        """A contactor's pin, or one to be watched, has changed."""
        return Answer()

    def tick(self, t_s: float) -> Answer:
        """Time has passed."""
        return Answer()

    def wishes(self) -> dict:
        """For the scenario."""
        return {
            "every_ms": self.every_ms, "every_bytes": self.every_bytes,
            "console": self.wants_console,
        }  # fmt: skip


def serve(driver: Driver, asked: IO[str], told: IO[str]) -> None:
    """Answer everything the emulator asks, until it ends."""
    for line in asked:
        told.write(_answer(driver, json.loads(line)).line())
        told.flush()


def _answer(driver: Driver, question: dict) -> Answer:
    t_s, ask = question["t_s"], question["ask"]
    driver.busy_s = question["busy_s"]
    if ask == "tick":
        return driver.tick(t_s)
    if ask == "boot":
        return driver.boot(t_s)
    if ask == "output":
        return driver.output(t_s, question["pin"], question["level"])
    if ask == "break":
        return driver.hang_up(t_s, question["port"])
    return driver.data(t_s, ask, bytes.fromhex(question["data"]))
