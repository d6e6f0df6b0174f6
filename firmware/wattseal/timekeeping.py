"""Wires what asks a time server, where the configuration names one; imported late, and dropped."""

import os

from micropython import const

from wattseal.app.clock_floor import ClockFloor
from wattseal.app.timekeeper import Timekeeper
from wattseal.core.settings import ConfigError

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Awaitable, Callable

    from wattseal.app.connector import Connector
    from wattseal.board_contract import Board
    from wattseal.contracts import Checkpoints
    from wattseal.core.settings import Ntp


def wire(
    ntp: "Ntp", board: "Board", checkpoints: "Checkpoints", connectors: "list[Connector]",
    quiet: "Callable[[], Awaitable[None]]", random_below: "Callable[[int], int]",
    log: "Callable[[str], None]",
) -> Timekeeper:  # fmt: skip
    """ConfigError for a board that cannot ask anybody."""
    if board.uplink is not None:
        raise ConfigError(
            ["ntp: this board has no network of its own to ask a time server; leave ntp out"]
        )
    from wattseal.drivers.sntp_client import SntpClient  # imported late: it needs sockets

    def may_stall() -> bool:
        return all(connector.idle for connector in connectors)

    server = SntpClient(ntp.host, ntp.port, board.clock.now_ms, os.urandom, may_stall)
    floor = ClockFloor(checkpoints)
    return Timekeeper(server, board.clock, board.link, floor, quiet, random_below, log)
