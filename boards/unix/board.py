"""The unix port as a board: a real target for tests and for trying it out; holds no policy.

WATTSEAL_DIR: config.json, device.key and the journal. WATTSEAL_SERIAL: one line for each bus,
separated by commas, a pty's path or tcp:host:port. WATTSEAL_WORLD: host:port of the simulated
charge point. WATTSEAL_CONSOLE: anything, for a console on standard input. WATTSEAL_LAMP: anything,
and the world is told when the lamp is lit.
"""

import asyncio
import os
import sys

from micropython import const

from wattseal.core.settings import S0, ConfigError
from wattseal.hal.unix import HostLink, NoWatchdog, UnixClock
from wattseal.hal.unix_serial import PtySerial, TcpSerial
from wattseal.hal.unix_world import World

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Coroutine

    from wattseal.contracts import Lines, MeterSerial
    from wattseal.core.settings import Bus, Config
    from wattseal.hal.unix_pulses import SimCounter

NAME = "unix"  # as packages name it
DATA_DIR = os.getenv("WATTSEAL_DIR") or "."
_SHOWN_S = const(20)  # three times the longest number


class Board:
    """The contracts' objects, as every board's `build` returns them."""

    def __init__(self, config: "Config") -> None:
        self.data_dir = DATA_DIR
        self.clock = UnixClock()
        wired = [bus for bus in config.buses if not bus.host]
        self.serials = [_set(line, bus) for line, bus in zip(_lines(len(wired)), wired)]
        self._world = World(*_world(os.getenv("WATTSEAL_WORLD") or "127.0.0.1:0"), self.clock)
        self.inputs = self.controls = self.contactor = self._world
        self.pulses = self._world.pulses = _pulses(config)
        self.link = HostLink()
        self.uplink = self.flash = self.image = self.collect = None
        self.console = _console()
        self.watchdog = NoWatchdog()
        self.lamp = (lambda: self._world) if os.getenv("WATTSEAL_LAMP") else None
        self.reset: Callable[[], None] = start_again

    def tasks(self) -> "list[Coroutine[Any, Any, None]]":
        """Coroutines the board itself needs to run."""
        return [self._world.run()]

    async def ready(self) -> None:
        await self._world.ready()


def build(config: "Config") -> Board:
    """The board for a checked configuration. ConfigError."""
    return Board(config)


def flash() -> None:
    """Records are files."""


def begin() -> None:
    """There is no watchdog."""


def reset_cause() -> str:
    """Nobody tells a process that was killed from one that failed."""
    return "power or process"


def cannot_start() -> None:
    """The fault was told; nothing but a person can put it right."""
    sys.exit(2)


def show_fault(number: int) -> None:
    """For a while, where there is a lamp: then the process ends, which tells who started it."""
    if os.getenv("WATTSEAL_LAMP"):
        asyncio.run(_blink(number))


async def _blink(number: int) -> None:
    from wattseal.app.blinker import Blinker  # imported late: seldom needed

    world = World(*_world(os.getenv("WATTSEAL_WORLD") or "127.0.0.1:0"), UnixClock())
    asyncio.create_task(world.run())
    await world.ready()
    blinker = Blinker()
    blinker.number = number
    try:
        await asyncio.wait_for(blinker.run(world), _SHOWN_S)
    except asyncio.TimeoutError:
        pass


def _world(address: str) -> "tuple[str, int]":
    try:
        host, port = address.rsplit(":", 1)
        return host, int(port)
    except ValueError:
        raise ConfigError(["WATTSEAL_WORLD=%s is not host:port" % address])


def _console() -> "Lines | None":
    if not os.getenv("WATTSEAL_CONSOLE"):
        return None
    from wattseal.hal.stdin_lines import StdinLines  # imported late: few runs have one

    return StdinLines()


def _pulses(config: "Config") -> "dict[int, SimCounter]":
    if S0 not in [row.meter for row in config.connectors]:
        return {}
    from wattseal.hal.unix_pulses import SimCounter  # imported late, as on a chip

    return {row.id: SimCounter(row.pulse_ms) for row in config.connectors if row.meter == S0}


def start_again(read_ms: int = 0) -> None:
    """What a reset is on this board: whoever started the process starts it again."""
    sys.exit(1)


def _lines(wanted: int) -> "list[str]":
    """So many serial lines: two buses on one would hear each other's meters. ConfigError."""
    named = (os.getenv("WATTSEAL_SERIAL") or "").split(",")[:wanted]
    if len(set(named)) < wanted:
        what = "WATTSEAL_SERIAL=%s must name a line for each of %d buses, with commas between"
        raise ConfigError([what % (",".join(named), wanted)])
    return named


def _set(name: str, bus: "Bus") -> "MeterSerial":
    """A line with the bus' settings. ConfigError."""
    line = open_line(name)
    told = bus.baud, bus.parity, bus.stop_bits
    try:
        line.set_line(*told)
    except OSError as fault:
        what = (name,) + told + (fault,)
        raise ConfigError(["the serial line %r cannot be set to %d 8%s%d (%s)" % what])
    return line


def open_line(line: str) -> "MeterSerial":
    """As WATTSEAL_SERIAL names it. ConfigError."""
    try:
        if line.startswith("tcp:"):
            _, host, port = line.split(":")
            return TcpSerial(host, int(port))
        return PtySerial(line)
    except (OSError, ValueError) as fault:
        why = "the serial line %r cannot be opened (%s); set WATTSEAL_SERIAL" % (line, fault)
        raise ConfigError([why])
