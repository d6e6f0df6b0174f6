"""Puts a chip's board together from its pin tables, as every board's `build` returns it."""

import gc
import time

from machine import RTC, Pin
from micropython import const

from wattseal.core.settings import S0, ConfigError
from wattseal.hal.clock import RtcClock
from wattseal.hal.pins import PinContactor, PinInputs, Place
from wattseal.hal.rs485 import open_line
from wattseal.hal.stdin_lines import StdinLines

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Callable, Coroutine

    from wattseal.contracts import Lamp, Link, PulseCounter, RawFlash, Uplink
    from wattseal.core.settings import Bus, Config

    Line = tuple[int, int, int, int]

_OFTEN_BYTES = const(8192)
_SHORT_MS = const(60)  # of the sampler's time before a grid point
_COLLECT_BYTES = const(16384)  # half of main.py's: the less garbage, the larger the pieces between


class Board:
    """The contracts' objects of one board. `serials`: one for each bus that has no host, in
    their order.

    `chip`: the module hal.esp32 or hal.rp2. `lines`: (UART, transmit, receive, direction) of each
    serial line. `places`: pins (plug, pilot, offer, contactor) of each connector, `s0`: the pin of
    its S0 meter. ConfigError when the configuration asks for more than there is. `uplink`: to a
    gateway, in a network's stead. `flash`: for the journal, None for files. `lamp`: makes the
    one that tells of faults.
    """

    def __init__(
        self, config: "Config", chip: "Any", lines: "tuple[Line, ...]",
        places: "tuple[Line, ...]", link: "Link", data_dir: str,
        uplink: "Uplink | None" = None, s0: "tuple[int, ...]" = (),
        flash: "RawFlash | None" = None, lamp: "Callable[[], Lamp] | None" = None,
    ) -> None:  # fmt: skip
        wired = [bus for bus in config.buses if not bus.host]
        _check_fits(wired, config, len(lines), len(places), len(s0))
        ids = [row.id for row in config.connectors]
        self.contactor = PinContactor(
            {i: Pin(pins[3], Pin.OUT, value=0) for i, pins in zip(ids, places)}
        )
        self.inputs = PinInputs(
            {i: Place(*map(chip.input_pin, pins[:3])) for i, pins in zip(ids, places)}
        )
        self.pulses: dict[int, PulseCounter] = {
            row.id: chip.pulse_counter(number, s0[number], row.pulse_ms)
            for number, row in enumerate(config.connectors)
            if row.meter == S0
        }
        self.serials = [open_line(*pins, bus=bus) for pins, bus in zip(lines, wired)]
        self.clock = RtcClock(RTC())
        self.link = link
        self.uplink = uplink
        self.console = StdinLines()
        self.controls = self.inputs
        self.watchdog = chip.watchdog()
        self.flash = flash
        self.lamp = lamp
        self.collect: Callable[[], object] | None = None
        self.data_dir = data_dir
        self.reset = chip.fatal_reset
        self.image = getattr(chip, "image", None)

    def tasks(self) -> "list[Coroutine[Any, Any, None]]":
        """Coroutines the board itself needs to run."""
        return [self.inputs.run(), self.inputs.remind()]

    async def ready(self) -> None:
        """A chip's board is ready once it is built, and what stays is in the heap.

        The less is free, the more often it is collected: what lives from sample to sample lies
        behind the garbage, and else in the middle of the room for a record or for TLS.
        """
        gc.collect()
        began_ms = time.ticks_ms()
        gc.collect()
        if time.ticks_diff(time.ticks_ms(), began_ms) <= _SHORT_MS:
            self.collect = gc.collect
        gc.threshold(max(_OFTEN_BYTES, min(gc.mem_free() // 5, _COLLECT_BYTES)))


def _check_fits(wired: "list[Bus]", config: "Config", lines: int, places: int, s0: int) -> None:
    problems = []
    if len(wired) > lines:
        problems.append("buses: this board has serial lines for %d" % lines)
    if len(config.connectors) > places:
        problems.append("connectors: this board has pins for %d" % places)
    elif S0 in [row.meter for row in config.connectors[s0:]]:
        problems.append("connectors: this board has S0 inputs for the first %d" % s0)
    if problems:
        raise ConfigError(problems)
