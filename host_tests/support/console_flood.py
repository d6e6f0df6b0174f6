"""Control bytes and floods at the console of the shipped firmware, at SPEED=1 with a meter.

`played` gives what came of it; CPython only. What the machine took from the firmware is told as
well, so that nobody takes a busy machine for a late firmware.
"""

import asyncio
import json
import os
import random
import re
from dataclasses import dataclass, field

import console_on_pty
import run_queue

from tools.serial_line import SerialLine
from tools.sim_meter import MeterLine, SimMeter

PROMPTS = (
    b">>>", b"raw REPL", b"paste mode", b"KeyboardInterrupt", b"MicroPython v", b"Traceback",
    b"\n42",
)  # fmt: skip
LATE_MS = 100
GROWTH_BYTES = 2048  # a line more of the log, a reply that waits: nothing that a flood leaves
_CONTROL = bytes([*range(0x20), 0x7F, *range(0x80, 0x100)])
_REPL = bytes(range(1, 6))  # what opens and closes MicroPython's prompts
_PAUSE_S = 0.008  # at the most, between two bytes
_USED = re.compile(rb"GC: total: \d+, used: (\d+)")
_QUIET_S, _PATIENCE_S = 0.4, 900.0


@dataclass
class Outcome:
    """`busy_ms`: the most that other processes took at once; `used`: bytes of heap, before and
    after; `status`: the device's own, after it all."""

    sent: int = 0
    prompts: list[str] = field(default_factory=list)
    status: dict = field(default_factory=dict)
    busy_ms: int = 0
    used: tuple[int, int] = (0, 0)

    def wrong(self) -> dict[str, list[str]]:
        """By what must not be, what was."""
        late_ms, (before, after) = self.status["late_max_ms"], self.used
        late = late_ms > LATE_MS + self.busy_ms
        return {
            "a prompt reached": self.prompts,
            "samples late": [f"{late_ms} ms, {self.busy_ms} of it the machine's"] if late else [],
            "heap grown": [f"by {after - before} bytes"] if after > before + GROWTH_BYTES else [],
        }


class Terminal:
    """Both directions at once: a terminal that does not read would hold the firmware up."""

    def __init__(self, path: str) -> None:
        self._end = os.open(path, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
        self.said = b""  # the newest of it
        self.found: set[bytes] = set()
        asyncio.get_running_loop().add_reader(self._end, self._read)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._end)
        os.close(self._end)

    def _read(self) -> None:
        self.said = self.said[-65536:] + os.read(self._end, 65536)
        self.found.update(prompt for prompt in PROMPTS if prompt in self.said)

    async def send(self, data: bytes) -> None:
        while data:
            try:
                data = data[os.write(self._end, data[:4096]) :]
            except BlockingIOError:
                await asyncio.sleep(0.002)
            await asyncio.sleep(0)

    async def ask(self, line: bytes, answer: bytes) -> bytes:
        """What is said from then on, once `answer` is in it and no more comes."""
        self.said = b""
        until = asyncio.get_running_loop().time() + _PATIENCE_S
        await self.send(b"\r" + line + b"\r")
        while answer not in self.said:
            assert asyncio.get_running_loop().time() < until, self.said[-500:]
            await asyncio.sleep(0.05)
        await asyncio.sleep(_QUIET_S)
        return self.said

    async def status(self) -> dict:
        said = await self.ask(b"status", b'"late_max_ms"')
        line = next(row for row in said.splitlines() if b'"late_max_ms"' in row)
        return json.loads(line)

    async def used_bytes(self) -> int:
        found = _USED.search(await self.ask(b"heap", b"heap shown"))
        assert found
        return int(found[1])


def played(folder, control: int, lines: int, long_bytes: int, seed: int = 1) -> Outcome:
    """`control` bytes at random moments, `lines` of binary in a flood, one of `long_bytes`."""
    return asyncio.run(_played(folder, control, lines, long_bytes, random.Random(seed)))


async def _played(folder, control, lines, long_bytes, chance) -> Outcome:
    console_on_pty.provision(folder)
    line, outcome = SerialLine(), Outcome()
    meters = MeterLine([SimMeter("sdm630", 1, "4711", 5_000_000)])
    line.start()
    await meters.start(line.meter_end)
    try:
        with console_on_pty.running(folder, line.device_end) as path:
            terminal = Terminal(path)
            watching = asyncio.create_task(_watch(console_on_pty.running.pid, outcome))
            try:
                await _flood(terminal, outcome, control, lines, long_bytes, chance)
            finally:
                watching.cancel()
                terminal.close()
            outcome.prompts = sorted(found.decode() for found in terminal.found)
    finally:
        await meters.stop()
        line.stop()
    return outcome


async def _flood(terminal, outcome, control, lines, long_bytes, chance) -> None:
    await asyncio.sleep(5)  # what is loaded late is there, and the meter has been read
    await _control(terminal, 200, chance)  # once, for what stays after the first time
    await terminal.ask(b"help", b"level 0 of 3")
    before = await terminal.used_bytes()
    await _control(terminal, control, chance)
    for _ in range(lines):
        await terminal.send(chance.randbytes(chance.randint(1, 400)) + b"\r")
    await terminal.send(b"print(6*7)\x04\r\x03\x03\x01print(6*7)\x04\x02")
    for _ in range(long_bytes // 65536):
        await terminal.send(chance.randbytes(65536).replace(b"\r", b"x").replace(b"\n", b"y"))
    outcome.sent = control
    outcome.status = await terminal.status()
    outcome.used = before, await terminal.used_bytes()


async def _control(terminal, count, chance) -> None:
    for _ in range(count):
        among = _REPL if chance.random() < 0.5 else _CONTROL
        await terminal.send(bytes([chance.choice(among)]))
        await asyncio.sleep(chance.random() * _PAUSE_S)


async def _watch(pid, outcome) -> None:
    """What the firmware waited for a processor, in each two tenths of a second."""
    earlier = [run_queue.waited_ms(pid)] * 2
    while True:
        await asyncio.sleep(0.1)
        now = run_queue.waited_ms(pid)
        outcome.busy_ms = max(outcome.busy_ms, now - earlier.pop(0))
        earlier.append(now)
