"""Faults of a configuration that only show between its keys: meters, buses, broker; data only."""

from micropython import const

from wattseal.core.settings import S0

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.settings import Config, Connector

_SECOND_W = const(3600000)  # W x imp/kWh of one pulse a second


def check(config: "Config", problems: "list[str]") -> None:
    """Adds a sentence for each."""
    ids: list[int] = []
    serials: list[str] = []  # of S0 meters
    addresses: list[tuple[str, int]] = []
    for i, row in enumerate(config.connectors):
        where = "connectors[%d]." % i
        if row.id in ids:
            problems.append("%sid %d is used twice" % (where, row.id))
        ids.append(row.id)
        if row.charging_from_w < row.idle_below_w:
            problems.append("%scharging_from_w must not be less than idle_below_w" % where)
        if row.meter == S0:
            _check_pulses(row, where, problems)
            if row.serial and row.serial in serials:
                problems.append("%sserial %r is another S0 meter's as well" % (where, row.serial))
            serials.append(row.serial)
            continue
        if row.bus >= len(config.buses):
            problems.append("%sbus %d is not in buses" % (where, row.bus))
        place = _place(config, row.bus)
        if (place, row.unit) in addresses:
            problems.append("%sunit %d is used twice on %s" % (where, row.unit, place))
        addresses.append((place, row.unit))
    if config.home_assistant == "on" and not config.live_ms:
        problems.append("home_assistant shows what live values tell: set live_ms, such as 10000")
    if config.broker.tls == "required" and not config.broker.ca:
        problems.append(
            "broker.ca must name the CA certificate; for a broker without TLS say so with "
            '"tls": "plain-text-accepted"'
        )
    if bool(config.broker.cert) != bool(config.broker.key):
        problems.append("broker.cert and broker.key belong together: name both, or none")
    if config.broker.password and not config.broker.user:  # the MQTT codec takes none alone
        problems.append("broker.password is of no user; give broker.user, or leave it out")


def _place(config: "Config", bus: int) -> str:
    """The line, by name: two buses may be connections to one and the same host."""
    if bus < len(config.buses) and config.buses[bus].host:
        return "%s, port %d" % (config.buses[bus].host, config.buses[bus].port)
    return "bus %d" % bus


def _check_pulses(row: "Connector", where: str, problems: "list[str]") -> None:
    """An S0 meter tells nothing of itself, and its pulses must be slower than its filter."""
    if not row.imp_per_kwh:
        problems.append("%simp_per_kwh is missing: the S0 meter's pulses for a kWh" % where)
    elif row.p_max_w * row.imp_per_kwh * 2 * row.pulse_ms > 1000 * _SECOND_W:
        problems.append(
            "%spulse_ms %d is too long for %d W at %d imp/kWh: a pulse and the rest after it must "
            "each be longer" % (where, row.pulse_ms, row.p_max_w, row.imp_per_kwh)
        )
    elif row.imp_per_kwh * row.charging_from_w * row.idle_after_s < 2 * _SECOND_W:
        # A power is known from the second pulse on, and until then it looks like none.
        problems.append(
            "%sidle_after_s %d is too short for %d imp/kWh: a car that charges with %d W must "
            "give two pulses in it"
            % (where, row.idle_after_s, row.imp_per_kwh, row.charging_from_w)
        )
    if not row.serial:
        problems.append("%sserial is missing: an S0 meter cannot tell its own" % where)
