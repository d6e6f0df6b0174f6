"""What a checked configuration holds, for whoever is built from it; core.config checks it."""

from micropython import const

TYPE_CHECKING = const(False)

S0 = "s0"  # as a connector's `meter`: one that gives pulses, and has no place on a bus


class ConfigError(Exception):
    """`problems`: every fault found, one sentence each, with the key it is in."""

    def __init__(self, problems: "list[str]") -> None:
        self.problems = problems
        super().__init__("; ".join(problems))


def is_address(host: str) -> bool:
    """An IPv4 address as everybody writes it: lwIP takes 010 for 8."""
    parts = host.split(".")
    return len(parts) == 4 and all(
        part.isdigit() and int(part) < 256 and str(int(part)) == part for part in parts
    )


class Section:
    """The checked keys of one part of the configuration, as attributes."""


if TYPE_CHECKING:  # the sections' attributes, as the tables set them

    class Bus(Section):
        baud: int
        parity: str
        stop_bits: int
        host: str
        port: int

    class Connector(Section):
        id: int
        bus: int
        meter: str
        unit: int
        serial: str
        evse_id: str
        p_max_w: int
        imp_per_kwh: int
        pulse_ms: int
        idle_below_w: int
        idle_after_s: int
        charging_from_w: int
        charging_after_s: int
        idle_gap_s: int

    class Broker(Section):
        host: str
        port: int
        tls: str
        ca: str
        ca_next: str
        cert: str
        key: str
        user: str
        password: str
        keepalive_s: int

    class Wifi(Section):
        ssid: str
        password: str

    class Ntp(Section):
        host: str
        port: int


class Config(Section):
    """Attributes as in TOP, and the parts that are tables of their own."""

    version: int
    ack: str
    live_ms: int
    status_s: int
    end_wait_s: int
    when_full: str
    home_assistant: str
    tariff: str
    id_mode: str
    sealing_key: str
    keep_days: int
    policy: int
    audit: str
    statistics: str
    time_zone: str
    command_key: str
    update_key: str
    led: str
    buses: "list[Bus]"
    connectors: "list[Connector]"
    broker: "Broker"
    wifi: "Wifi | None"
    ntp: "Ntp | None"
