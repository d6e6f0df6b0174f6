"""Tells of meters and sessions: what is read, what failed and when; no identity, no start."""

import asyncio

from micropython import const

from wattseal.console import telling
from wattseal.core import modbus
from wattseal.core.settings import S0

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Callable

    from wattseal.app.connector import Connector
    from wattseal.assembly import Firmware

    Say = Callable[[str], None]


async def meter(firmware: "Firmware", say: "Say") -> str:
    """A line for each connector's meter and each bus; what they are in all is the last."""
    for connector in firmware.connectors:
        say(_meter(firmware, connector))
        await asyncio.sleep(0)
    for number, bus in enumerate(firmware.buses):
        say(_bus(number, bus.counters))
        await asyncio.sleep(0)
    late_ms = max([sampler.late_max_ms for sampler in firmware.samplers] + [0])
    missed = sum([sampler.missed for sampler in firmware.samplers])
    return "samples late by at most %d ms, left out %d" % (late_ms, missed)


async def session(firmware: "Firmware", say: "Say") -> str:
    """A line for each connector."""
    active = 0
    for connector in firmware.connectors:
        told = telling.connector(connector)
        if connector.refusal:
            told += "; start refused: %s" % connector.refusal
        if connector.refused:
            told += "; starts refused so far %d" % connector.refused
        say(told)
        active += connector.session is not None
        await asyncio.sleep(0)
    return "sessions running %d of %d" % (active, len(firmware.connectors))


def _meter(firmware: "Firmware", connector: "Connector") -> str:
    point, clock = connector.point, firmware.board.clock
    row = [row for row in firmware.config.connectors if row.id == connector.id][0]
    where = "S0" if row.meter == S0 else "%s, bus %d unit %d" % (row.meter, row.bus, row.unit)
    told = "connector %d: %s: " % (connector.id, where)
    reading = point.latest
    if reading is None:
        told += "not read"
    else:
        values = reading.power_w, telling.kwh(reading.energy_wh), clock.now_ms() - reading.at_ms
        told += "%d W, register %s kWh, %d ms ago" % values
    if point.failed:
        ago_s = (point.samples - point.failed_at) * clock.grid_ms // 1000
        told += "; last fault %s, %d s ago" % (telling.means(point.failed), ago_s)
    for cause, count in point.doubted.items():
        told += "; doubted: %s %d" % (cause, count)
    return told


def _bus(number: int, counters: "dict[str, int]") -> str:
    """Requests, replies and the faults that are asked for, then what else there was."""
    ok, crc = modbus.VERDICTS[modbus.OK], modbus.VERDICTS[modbus.BAD_CRC]
    exceptions = modbus.VERDICTS[modbus.EXCEPTION]
    told = "bus %d: requests %d, good %d, timeouts %d, CRC faults %d, exceptions %d" % (
        number, sum(counters.values()), counters[ok], counters["timeout"], counters[crc],
        counters[exceptions],
    )  # fmt: skip
    for name, count in counters.items():
        if count and name not in (ok, crc, exceptions, "timeout"):
            told += ", further %s %d" % (name, count)
    return told


ROWS = {"meter": meter, "session": session}
