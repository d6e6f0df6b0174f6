"""The configured buses as Modbus masters, on a serial line or over TCP; asks no meter."""

from micropython import const

from wattseal.core.settings import ConfigError
from wattseal.drivers.modbus_bus import ModbusBus

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Sequence

    from wattseal.contracts import Serial
    from wattseal.core.settings import Bus


def open_buses(
    rows: "list[Bus]", serials: "Sequence[Serial]", has_network: bool
) -> "list[ModbusBus]":
    """One for each row; `serials` are those of the rows without a host. ConfigError."""
    lines = iter(serials)
    buses: list[ModbusBus] = []
    for i, row in enumerate(rows):
        where = "buses[%d].host" % i
        if not row.host:
            buses.append(ModbusBus(next(lines), gap_ms=gap_ms(row.baud)))
        elif not has_network:
            raise ConfigError([where + " is set, and this board has no network of its own"])
        else:
            buses.append(_over_tcp(row.host, row.port))
    return buses


def gap_ms(baud: int) -> int:
    """3.5 characters of 11 bits, 1.75 ms at the least (Modbus over serial line V1.02, 2.5.1.1)."""
    return max(2, 38500 // baud + 1)


def _over_tcp(host: str, port: int) -> ModbusBus:
    # Imported late: few have one.
    from wattseal.core import modbus_tcp
    from wattseal.drivers.modbus_tcp_line import open_line

    return ModbusBus(open_line(host, port), framing=modbus_tcp, gap_ms=0)
