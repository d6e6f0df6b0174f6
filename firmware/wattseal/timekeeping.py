"""Wires what asks a time server, where the configuration names one; imported late, and dropped.

Where it names none a TLS broker's certificates are judged by what somebody has said.
"""

import os

from micropython import const

from wattseal import late
from wattseal.app.clock_floor import ClockFloor
from wattseal.core.settings import ConfigError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.app.timekeeper import Timekeeper
    from wattseal.assembly import Firmware
    from wattseal.core.settings import Ntp


def wire(
    firmware: "Firmware", ntp: "Ntp | None", quiet: "Callable[[], Awaitable[None]]",
    random_below: "Callable[[int], int]", log: "Callable[[str], None]",
) -> "Timekeeper | None":  # fmt: skip
    """None where nobody is to be asked. ConfigError for a board that cannot ask anybody."""
    board, floor = firmware.board, ClockFloor(firmware.checkpoints)
    late.drop("wattseal.timekeeping")
    if ntp is None:
        board.clock.raise_floor(floor.load())
        late.drop("wattseal.app.clock_floor")
        return None
    if board.uplink is not None:
        raise ConfigError(
            ["ntp: this board has no network of its own to ask a time server; leave ntp out"]
        )
    from wattseal.app.timekeeper import Timekeeper  # imported late: it costs only who asks
    from wattseal.drivers.name_client import finder  # imported late: they need sockets
    from wattseal.drivers.sntp_client import SntpClient

    find = finder(board.link.name_server)
    server = SntpClient(ntp.host, ntp.port, board.clock.now_ms, os.urandom, find)
    return Timekeeper(server, board.clock, board.link, floor, quiet, random_below, log)
