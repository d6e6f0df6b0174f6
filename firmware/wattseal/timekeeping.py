"""Wires what asks a time server, where the configuration names one; imported late, and dropped."""

import os

from micropython import const

from wattseal import late
from wattseal.app.clock_floor import ClockFloor
from wattseal.app.timekeeper import Timekeeper
from wattseal.core.settings import ConfigError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.assembly import Firmware
    from wattseal.core.settings import Ntp


def wire(
    firmware: "Firmware", ntp: "Ntp", quiet: "Callable[[], Awaitable[None]]",
    random_below: "Callable[[int], int]", log: "Callable[[str], None]",
) -> Timekeeper:  # fmt: skip
    """ConfigError for a board that cannot ask anybody."""
    board = firmware.board
    late.drop("wattseal.timekeeping")
    if board.uplink is not None:
        raise ConfigError(
            ["ntp: this board has no network of its own to ask a time server; leave ntp out"]
        )
    from wattseal.drivers.name_client import finder  # imported late: they need sockets
    from wattseal.drivers.sntp_client import SntpClient

    find = finder(board.link.name_server)
    server = SntpClient(ntp.host, ntp.port, board.clock.now_ms, os.urandom, find)
    floor = ClockFloor(firmware.checkpoints)
    return Timekeeper(server, board.clock, board.link, floor, quiet, random_below, log)
