"""A configuration as a dict -> a Config, or the full list of what is wrong with it; reads no file.

Each table is one row per key: (key, kind, default or REQUIRED, low, high). A later version adds
optional keys; it never changes the meaning of one. What was checked is in core.settings: this
module is dropped once all is loaded.
"""

import binascii

from micropython import const

from wattseal.core.p256 import is_public_key
from wattseal.core.settings import S0, Config, ConfigError, Section, is_address

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, TypeAlias

    from wattseal.core.models import Catalogue

    Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
    Row = tuple[str, str, Any, Any, Any]

VERSION = const(1)
REQUIRED = object()
_MAX_ROWS = const(8)  # buses, connectors
_NO_HOST = "must be a name, such as broker.local, or an IPv4 address, such as 192.168.1.20, alone"

# kind "int": low..high is the range; "str": the length; "word": one of the words in `low`;
# "field": a "str" that goes into a record, where nothing may need an escape; "key": a public key
# "host": a "str" that is a name or an IPv4 address; "address": one that is an IPv4 address
TOP = (
    ("version", "int", REQUIRED, VERSION, VERSION),
    ("ack", "word", "receiver", ("receiver", "broker"), None),
    ("live_ms", "int", 0, 0, 3600000),  # 0: no live values at all
    ("status_s", "int", 60, 0, 86400),  # 0: only after a connect, and when records are lost
    ("end_wait_s", "int", 120, 1, 86400),  # how long the closing read of a session may be tried
    # a journal with no room for another session: "free" charges the car without a record
    ("when_full", "word", "refuse", ("refuse", "free"), None),
    ("home_assistant", "word", "off", ("off", "on"), None),  # shows it what `live` tells
    ("tariff", "str", "", 0, 64),  # file name of the tariff on the device; without it no price
    # what a record has of a card; "slots": and the device can open it, until its key is destroyed
    ("id_mode", "word", "pseudonym", ("pseudonym", "plain", "slots"), None),
    ("sealing_key", "key", "", None, None),  # who can open what is behind a pseudonym
    ("keep_days", "int", 90, 0, 3650),  # records once acknowledged; 0: as long as there is room
    ("policy", "int", 0, 0, 65535),  # version of what drivers consent to; 0: to nothing
    ("audit", "word", "on", ("on", "off"), None),  # a log of what an auditor is to see
    ("statistics", "word", "off", ("off", "on"), None),  # of stays whose drivers agreed to it
    ("time_zone", "str", "UTC0", 4, 64),  # their local time, as POSIX writes a rule
    ("command_key", "key", "", "", None),  # whose commands are obeyed; "" or none: nobody's are
    ("update_key", "key", "", "", None),  # whose packages are taken; "" or none: nobody's are
    ("led", "word", "on", ("on", "off"), None),  # the board's lamp tells of faults
)
BUS = (
    # None, and a connector's unit: as the meters are delivered, see models.serial_lines
    ("baud", "int", None, 1200, 115200),
    ("parity", "word", None, ("N", "E", "O"), None),
    ("stop_bits", "int", None, 1, 2),
    # In place of a serial line, Modbus TCP. An address, no name: looking one up would block.
    ("host", "address", "", 7, 15),
    ("port", "int", 502, 1, 65535),
)
CONNECTOR = (
    ("id", "int", REQUIRED, 1, 99),
    ("bus", "int", 0, 0, _MAX_ROWS - 1),
    ("meter", "str", REQUIRED, 1, 32),
    ("unit", "int", None, 1, 247),
    ("serial", "field", "", 0, 50),  # for a meter that cannot tell its own
    ("evse_id", "field", "", 0, 40),
    ("p_max_w", "int", 22000, 1000, 30000000),
    ("imp_per_kwh", "int", None, 1, 1000000),  # an S0 meter's, which needs it
    ("pulse_ms", "int", 10, 1, 32),  # what is shorter is a bounce; IEC 62053-31: 30 at the least
    # When a car that is offered energy parks, and when it charges again: see core.idle.
    ("idle_below_w", "int", 200, 1, 10000),
    ("idle_after_s", "int", 300, 0, 86400),
    ("charging_from_w", "int", 500, 1, 10000),
    ("charging_after_s", "int", 30, 0, 86400),
    ("idle_gap_s", "int", 60, 2, 3600),  # without a sample for longer, the wait begins anew
)
BROKER = (
    ("host", "host", REQUIRED, 1, 253),
    ("port", "int", 8883, 1, 65535),
    ("tls", "word", "required", ("required", "plain-text-accepted"), None),
    ("ca", "str", "", 0, 64),  # file name of the CA certificate (DER) on the device
    ("ca_next", "str", "", 0, 64),  # a second one: the old or the new while a CA is replaced
    ("cert", "str", "", 0, 64),  # the device's own certificate and its key (DER), for a broker
    ("key", "str", "", 0, 64),  # that asks for them
    ("user", "str", "", 0, 64),
    ("password", "str", "", 0, 128),
    ("keepalive_s", "int", 60, 5, 3600),
)
WIFI = (("ssid", "str", REQUIRED, 1, 32), ("password", "str", "", 0, 63))
# A time server; without it nobody is asked. An address is best: looking up a name blocks.
NTP = (("host", "host", REQUIRED, 1, 253), ("port", "int", 123, 1, 65535))


def load(
    raw: "Json", meter_models: "tuple[str, ...]", rows: "Catalogue | None" = None
) -> Config:  # fmt: skip
    """Check a parsed configuration file whole. Raises ConfigError with the full list of faults."""
    problems: list[str] = []
    config = Config()
    if not isinstance(raw, dict):
        raise ConfigError(["the configuration is not a JSON object"])
    _fill(config, raw, TOP, "", problems, ("buses", "connectors", "broker", "wifi", "ntp"))
    config.buses = _rows(raw.get("buses", [{}]), BUS, "buses", problems)
    config.connectors = _rows(raw.get("connectors"), CONNECTOR, "connectors", problems)
    _check_meters(config.connectors, meter_models, problems)
    config.broker = _part(raw.get("broker"), BROKER, "broker", problems)
    config.wifi = _part(raw["wifi"], WIFI, "wifi", problems) if "wifi" in raw else None
    config.ntp = _part(raw["ntp"], NTP, "ntp", problems) if "ntp" in raw else None
    if not problems:
        from wattseal.core.models import serial_lines  # imported late: models.forget drops it

        serial_lines.fill_in(config, rows, problems)
        from wattseal.core.models import together  # as well

        together.check(config, problems)
        if config.statistics == "on" and not config.policy:
            problems.append("statistics need a policy that drivers can agree to; give its version")
        if config.id_mode == "plain" and config.sealing_key:
            problems.append("id_mode is plain: there is nothing to seal; take sealing_key out")
        if config.id_mode == "slots" and config.sealing_key:
            problems.append("id_mode is slots: the device has the keys; take sealing_key out")
        if config.id_mode == "slots" and 0 < config.keep_days < 8:
            problems.append("id_mode is slots: keep_days is 8 or more, for keys stay 7 days")
    if problems:
        raise ConfigError(problems)
    return config


def _check_meters(rows: "list[Any]", models: "tuple[str, ...]", problems: "list[str]") -> None:
    """Of rows that may be wrong: what is no text has its sentence already."""
    for i, row in enumerate(rows):
        meter = getattr(row, "meter", None)
        if meter and isinstance(meter, str) and meter != S0 and meter not in models:
            known = ", ".join(sorted(models) + [S0])
            problems.append("connectors[%d].meter %r is not known; known: %s" % (i, meter, known))


def _part(raw: "Json", table: "tuple[Row, ...]", where: str, problems: "list[str]") -> "Any":
    """A Section; which attributes it has is the table's to say."""
    section = Section()
    if isinstance(raw, dict):
        _fill(section, raw, table, where + ".", problems, ())
    else:
        problems.append("%s must be an object" % where)
    return section


def _rows(raw: "Json", table: "tuple[Row, ...]", where: str, problems: "list[str]") -> "list[Any]":
    if not isinstance(raw, list) or not 1 <= len(raw) <= _MAX_ROWS:
        problems.append("%s must be a list of 1 to %d objects" % (where, _MAX_ROWS))
        return []
    return [_part(row, table, "%s[%d]" % (where, i), problems) for i, row in enumerate(raw)]


def _fill(
    section: Section, raw: "dict[str, Json]", table: "tuple[Row, ...]", where: str,
    problems: "list[str]", others: "tuple[str, ...]",
) -> None:  # fmt: skip
    known = [row[0] for row in table]
    for key in raw:
        if key not in known and key not in others:
            problems.append("%s%s is not a key that is known" % (where, key))
    for key, kind, default, low, high in table:
        value = raw.get(key, default)
        if value is REQUIRED:
            problems.append("%s%s is missing" % (where, key))
        elif value is not default or key in raw:
            wrong = _wrong(kind, value, low, high)
            if wrong:
                problems.append("%s%s %s" % (where, key, wrong))
        setattr(section, key, value)


def _wrong(kind: str, value: "Json", low: "Any", high: "Any") -> str:
    """What is wrong with one value, or ""."""
    if kind == "int":
        # bool is an int to Python, a mistake to a person
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return "must be a whole number from %d to %d" % (low, high)
    elif kind == "key":
        if not _is_key(value) and (value != "" or low is None):
            return "must be a P-256 public key, x and y in 128 hex digits"
    elif kind == "word":
        if value not in low:
            return "must be one of: " + ", ".join(low)
    elif not isinstance(value, str) or not low <= len(value) <= high:
        return "must be a text of %d to %d characters" % (low, high)
    elif not all(32 <= ord(c) < 127 and c != "|" for c in value):
        return "must be ASCII without control characters and without |"
    elif kind == "address" and not is_address(value):
        return "must be an IPv4 address, such as 192.168.1.20"
    elif kind == "host" and not _is_host(value):
        return _NO_HOST
    elif kind == "field" and ('"' in value or "\\" in value):
        return "must be without quotes and backslashes"
    return ""


def _is_host(value: str) -> bool:
    """RFC 1123, 2.1; the _ of some networks is let through."""
    if all(c in "0123456789." for c in value):
        return is_address(value)
    labels = (value[:-1] if value.endswith(".") else value).split(".")
    return all(
        0 < len(label) < 64 and all(c.isalpha() or c.isdigit() or c in ("-", "_") for c in label)
        for label in labels
    )


def _is_key(value: "Json") -> bool:
    if not isinstance(value, str) or len(value) != 128:
        return False
    try:
        point = binascii.unhexlify(value)
    except ValueError:
        return False
    return is_public_key(int.from_bytes(point[:32], "big"), int.from_bytes(point[32:], "big"))
