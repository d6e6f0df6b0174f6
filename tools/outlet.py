"""One connector of the simulated charge point: who is there, what its meter said; does nothing."""

from dataclasses import dataclass, field

from tools.sessions import Session
from tools.sim_meter import SimMeter
from tools.sim_pulse import SimPulseMeter


@dataclass
class Charged:
    """From the contactor's closing to its opening: what the meter's register said, exactly."""

    session: Session
    begin_mwh: int
    end_mwh: int | None = None


@dataclass
class Outlet:
    """One connector: what the car and the charger show, and the meter behind it."""

    number: int
    meter: SimMeter | SimPulseMeter
    state: dict = field(default_factory=dict)
    closed: bool = False
    session: Session | None = None
    charging: tuple[int, int, int] | None = None  # (from ms, until ms, register at the start, mWh)
    leaves_ms: int = 0
    waits: float | None = None  # for the first current, until then by the wall's clock
    open: Charged | None = None  # while the contactor is closed
