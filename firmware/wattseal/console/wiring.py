"""Wires what answers a person at the console, and stays with it, which `starting` does not."""

import gc

import micropython
from micropython import const

from wattseal import late
from wattseal.app.console import Console

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.assembly import Firmware
    from wattseal.console.commissioning import Commissioning
    from wattseal.contracts import Controls, Lines

    Log = Callable[[str], None]


def run(
    firmware: "Firmware", lines: "Lines", controls: "Controls", log: "Log"
) -> "Awaitable[None]":
    def commissioning() -> "Commissioning":
        from wattseal.console.commissioning import Commissioning

        return Commissioning(firmware, log, _free_bytes)

    numbers, status = [connector.id for connector in firmware.connectors], firmware.greeting.status
    return Console(
        lines, controls, numbers, status, _show_heap, log, late.Later(commissioning)
    ).run()


def _free_bytes() -> int:
    gc.collect()
    return gc.mem_free()


def _show_heap() -> None:
    """How much is free, and in how large a piece, once the rubbish is gone."""
    gc.collect()
    micropython.mem_info()
