"""Joins the parts of `detect` for whoever asks for it; holds them only while a search runs.

The parts are named detect_*, are imported when somebody asks, and dropped behind it.
"""

import asyncio
import gc
import json
import sys

from micropython import const

from wattseal import late
from wattseal.core.settings import S0, ConfigError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable, Protocol, Sequence

    from wattseal.app.detect_run import Detection, Outcome
    from wattseal.app.sampler import Sampler
    from wattseal.assembly import Firmware
    from wattseal.contracts import Clock, MeterSerial
    from wattseal.core.detect_changes import Pair
    from wattseal.core.detect_lines import Line
    from wattseal.core.settings import Config
    from wattseal.drivers.detect_meter import Check

    Say = Callable[[str], None]
    Beside = Callable[
        [Sequence[Sampler], Callable[[], str], Detection, Callable[[], object]],
        Awaitable[Outcome],
    ]

    class Busy(Protocol):
        """app.connector.Connector."""

        id: int
        idle: bool


_LAST_UNIT = const(247)  # as core.detect_lines, which is imported later
_P_MAX_W = const(22000)  # of a connection of which nothing is configured
# A search from files takes 30 KB. Begun with less it would fail, and leave the heap in pieces.
_NEEDS_BYTES = const(40000)


class Commissioning:
    """The console's `detect`: one search at a time. `free_bytes()`: of the heap, collected;
    `may_write()`: what is found may go into the configuration, asked when a search begins."""

    def __init__(
        self, firmware: "Firmware", say: "Say", free_bytes: "Callable[[], int]",
        may_write: "Callable[[], bool]",
    ) -> None:  # fmt: skip
        self._may_write = may_write
        self._firmware = firmware
        self._say = say
        self._free_bytes = free_bytes
        self._task: asyncio.Task[None] | None = None
        self._stopping = False

    def answer(self, words: "list[str]") -> str:
        """`words`: nothing, the number of a bus, or stop. Returns a line; more are said later."""
        running = self._task
        if running is not None and running.done():  # stopped before it had begun
            running = None
        if words == ["stop"]:
            if running is None:
                return "refused: no search runs"
            if not self._stopping:  # once: its last steps give the line back
                self._stopping = True
                running.cancel()
            return "stopping"
        if running:
            return "refused: a search runs; detect stop ends it"
        bus = _number(words)
        if not 0 <= bus < len(self._firmware.buses):
            return "refused: there is no such bus"
        if self._firmware.config.buses[bus].host:
            return "refused: bus %d is not a serial line" % bus
        why = refusal(self._firmware.connectors)
        if not why and self._free_bytes() < _NEEDS_BYTES:
            why = "refused: not enough memory; use make detect on a PC"
        return why or self._begin(bus)

    def _begin(self, bus: int) -> str:
        try:
            from wattseal.app.detect_run import beside  # now: that there is no room is the answer

            self._task = asyncio.create_task(self._run(bus, beside, self._may_write()))
        except (MemoryError, ImportError, OSError):
            forget()
            raise
        self._stopping = False
        return "looking for meters on bus %d; no session starts meanwhile" % bus

    async def _run(self, bus: int, beside: "Beside", writes: bool) -> None:
        firmware, say = self._firmware, self._say
        config, board = firmware.config, firmware.board
        back = config.buses[bus]
        try:
            wired = [other for other in config.buses[:bus] if not other.host]
            serial = board.serials[len(wired)]
            path = board.data_dir + "/config.json"
            detection = build(serial, board.clock, say, bus, config, path, writes=writes)
            outcome = await beside(
                firmware.samplers, lambda: refusal(firmware.connectors), detection,
                lambda: serial.set_line(back.baud, back.parity, back.stop_bits),
            )  # fmt: skip
            for sentence in outcome.sentences:
                say("detect: " + sentence)
            if not writes:
                say("detect: nothing was written; that needs level 2")
        except (OSError, ImportError) as fault:
            say("detect: given up, the serial line or the flash fails (%s)" % fault)
        except (ConfigError, ValueError) as fault:  # the file was changed since the start
            say("detect: nothing was written: %s" % fault)
        except MemoryError:
            say("detect: given up, there is not enough memory; use make detect on a PC")
        finally:
            self._task = None  # with all that the search was made of
            _forget_rows()
            late.drop("wattseal.drivers.modbus_request", "wattseal.drivers.accepted")
            forget()
            say("detect: ended")


def refusal(connectors: "Sequence[Busy]") -> str:
    """Why no search may begin now, "" when it may."""
    for connector in connectors:
        if not connector.idle:
            return "refused: connector %d is in use; draw its plug first" % connector.id
    return ""


def build(
    serial: "MeterSerial", clock: "Clock", say: "Say", bus: int, config: "Config | None",
    path: str, wanted: int = 0, writes: bool = True,
) -> "Detection":  # fmt: skip
    """A search on one bus. `config`: None for none, then nothing is written; `path`: its file;
    `wanted`: how many meters there are where that is not configured, 0 for as many as answer.
    ConfigError: the file is not that configuration any more. OSError."""
    named = _named(path, config) if config else []
    gc.collect()
    from wattseal.app.detect_run import Detection
    from wattseal.app.detect_search import Search
    from wattseal.drivers.detect_units import Probe

    connectors = config.connectors if config else []
    places = [row for row in connectors if row.bus == bus and row.meter != S0]
    all_named = all(unit for row, unit in zip(connectors, named) if row in places)
    lines: tuple[Line, ...] = ()
    if config:
        line = config.buses[bus]
        lines = ((line.baud, line.parity, line.stop_bits),)
    units = tuple([at or row.unit for row, at in zip(connectors, named) if row in places])
    probe = Probe(serial)
    search = Search(probe, lambda text: say("detect: " + text), lines, units, wanted, all_named)

    def make_check(probe: Probe) -> "Check":
        from wattseal.core import models
        from wattseal.drivers.detect_meter import Check

        p_max_w = max([row.p_max_w for row in places] + [_P_MAX_W])
        return Check(probe.bus, clock, models.MODELS, _forget_rows, p_max_w)

    def write(line: "Line", pairs: "list[Pair]") -> bool:
        from wattseal.drivers import detect_config

        return detect_config.update(path, bus, line, pairs)

    return Detection(
        search, probe, make_check, forget, lambda text: say("detect: " + text), bus,
        connectors, named, write if config and writes else None,
    )  # fmt: skip


def _named(path: str, config: "Config") -> "list[int]":
    """The unit of each connector that the file names, 0 for none: `config` has the models' then.

    Of the file as it is now: a search before may have written units. ConfigError, OSError.
    """
    try:
        with open(path) as file:
            units = [row.get("unit") or 0 for row in json.load(file)["connectors"]]
        known = all(unit in range(_LAST_UNIT + 1) for unit in units)
        if known and len(units) == len(config.connectors):
            return units
    except (ValueError, KeyError, TypeError, AttributeError):
        pass  # as one of another length
    raise ConfigError(["%s is no more the configuration that was read" % path])


def _forget_rows() -> None:
    """Drop the meter models' rows that were looked at."""
    from wattseal.core import models

    models.forget(sys.modules)
    gc.collect()


def forget(what: str = "detect_") -> None:
    """Drop what only a search needs."""
    late.drop(*[name for name in sys.modules if name.split(".")[-1].startswith(what)])
    gc.collect()


def _number(words: "Sequence[str]") -> int:
    """The bus that is meant, the first one where none is named; -1 for none."""
    if not words:
        return 0
    return int(words[0]) if len(words) == 1 and words[0].isdigit() else -1
