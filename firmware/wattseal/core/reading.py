"""What a meter driver hands on: a Reading, an Identity, or a MeterFault; decides nothing."""

from micropython import const

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Protocol

    class BeginReading(Protocol):
        """A Reading, or one of an earlier boot: its `at_ms` is None."""

        utc_ms: int
        time_state: str

        @property
        def energy_wh(self) -> int: ...

        @property
        def at_ms(self) -> "int | None": ...


class Reading:
    """Register values with the time of the reply they came from; never older than `at_ms`."""

    def __init__(
        self, energy_mwh: int, power_w: int, at_ms: int, utc_ms: int, time_state: str
    ) -> None:
        self.energy_mwh = energy_mwh  # the billing register
        self.power_w = power_w  # negative while feeding in
        self.at_ms = at_ms  # monotonic
        self.utc_ms = utc_ms
        self.time_state = time_state  # OCMF: "U", "I", "S" or "R"

    @property
    def energy_wh(self) -> int:
        """The register cut to whole Wh, as the record holds it."""
        return self.energy_mwh // 1000


class Identity:
    """Who the meter says it is."""

    def __init__(self, serial: str, firmware: str) -> None:
        self.serial = serial
        self.firmware = firmware


class MeterFault(Exception):
    """No reading. `st` is the OCMF reading status: "T" timeout, "F" read error, "O" out of range,
    "I" incompatible, "E" other error."""

    def __init__(self, st: str, refused: bool = False) -> None:
        self.st = st
        self.refused = refused  # the meter has not got what it was asked for
        super().__init__(st)
