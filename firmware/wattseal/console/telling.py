"""What the console tells at levels 0 and 1: no identity, no id, no start, no past."""

from micropython import const

from wattseal import trouble

_ST = b"TFOIE"  # OCMF's status of a reading that is none, in words below
_MEANS = (
    "no answer",
    "a wrong answer",
    "a value that cannot be",
    "another meter",
    "another error",
)

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.connector import Connector
    from wattseal.assembly import Firmware


def show(firmware: "Firmware") -> str:
    """Level 0. A session is told as active, with its energy, and nothing of when it began."""
    board, journal = firmware.board, firmware.journal
    counts = trouble.counts(firmware)
    counted = ["%s %d" % (name, counts[name]) for name in sorted(counts)]
    # One text: each short one would be a name more, of which a stock Pico has few left.
    told = "fw %s; up %d s; link %s; records waiting %d, room %d bytes; clock %s; counts %s" % (
        firmware.greeting.version,
        board.clock.now_ms() // 1000,
        "up" if board.link.is_up() else "down",
        journal.next - journal.oldest,
        journal.room_bytes,
        board.clock.state(),
        ", ".join(counted) or "none",
    )
    return "; ".join([told] + [connector(row) for row in firmware.connectors])


def live(firmware: "Firmware") -> str:
    """Level 1: what each meter reads, in W and kWh of its register, and how old that is."""
    told = []
    for connector in firmware.connectors:
        reading = connector.point.latest
        if reading is None:
            told.append("connector %d: meter not read" % connector.id)
            continue
        age_ms = firmware.board.clock.now_ms() - reading.at_ms
        values = connector.id, reading.power_w, kwh(reading.energy_wh), age_ms
        told.append("connector %d: %d W, register %s kWh, %d ms ago" % values)
    return "; ".join(told)


def connector(connector: "Connector") -> str:
    point, session = connector.point, connector.session
    meter = means(point.fault) if point.faults_in_row else "good" if point.latest else "not read"
    told = "connector %d: meter %s, " % (connector.id, meter)
    if session is None:
        return told + ("active, free" if connector.free else "idle")
    newest_wh = session.newest_wh
    used_wh = 0 if newest_wh is None else max(0, newest_wh - session.begin_wh)
    return told + "active, %s kWh" % kwh(used_wh)


def means(st: str) -> str:
    return _MEANS[_ST.find(st.encode())]  # the last for any other


def kwh(wh: int) -> str:
    return "%d.%03d" % (wh // 1000, wh % 1000)
