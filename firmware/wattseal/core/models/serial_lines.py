"""What a configuration leaves open about its serial lines: as the meters on them are delivered."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.models import Catalogue
    from wattseal.core.settings import Config

_NAMES = ("baud", "parity", "stop_bits")  # the places of models.Line, before the unit
_STANDARD = (9600, "N", 1)  # where no meter's document says anything
_UNTOLD = (None, None, None, None)


def fill_in(config: "Config", rows: "Catalogue | None", problems: "list[str]") -> None:
    """Settle what is None. A problem: meters on one bus that are delivered with different ones."""
    settled: list[tuple[int, str]] = []
    for row in config.connectors:
        line = rows[row.meter].line if rows and row.meter in rows else _UNTOLD
        row.unit = row.unit or line[3] or 1
        if row.bus >= len(config.buses):
            continue
        bus = config.buses[row.bus]
        if bus.host:
            continue
        for name, value in zip(_NAMES, line):
            place = (row.bus, name)
            if value is None or getattr(bus, name) == value:
                continue
            if getattr(bus, name) is None:
                setattr(bus, name, value)
                settled.append(place)
            elif place in settled:
                problems.append(
                    "buses[%d].%s is missing, and its meters are delivered with %s and %s"
                    % (place + (getattr(bus, name), value))
                )
    for bus in config.buses:
        for name, value in zip(_NAMES, _STANDARD):
            if getattr(bus, name) is None:
                setattr(bus, name, value)
