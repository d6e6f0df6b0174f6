"""The share of the CPU that steady metering takes: two meters, once a second; judges nothing."""

from dataclasses import dataclass
from itertools import pairwise

from tools.emulate.lives import Life

_QUIET_S = 2.0  # after a record was written, until it has been sent and acknowledged


@dataclass(frozen=True)
class Share:
    """Of the seconds in which nothing but metering went on; None where there was none."""

    charging: float | None
    idle: float | None


def steady(found: list[Life], events: list[dict], first_unit: int) -> Share:
    """From the first meter's request of one second to that of the next."""
    stirred = [e["t_s"] for e in events if e["event"] != "modbus"]
    shares: dict[bool, list[tuple[float, float]]] = {True: [], False: []}
    for life in found:
        starts = [e for e in life.exchanges if e.unit == first_unit]
        for one, other in pairwise(starts):
            begin_s, end_s = one.asked_s, other.asked_s
            if not any(begin_s - _QUIET_S < t_s < end_s for t_s in stirred):
                spent = (other.busy_s - one.busy_s, end_s - begin_s)
                shares[_charging(events, begin_s)].append(spent)
    return Share(_share(shares[True]), _share(shares[False]))


def _charging(events: list[dict], t_s: float) -> bool:
    closed: set[int] = set()
    for event in events:
        if event["event"] == "contactor" and event["t_s"] <= t_s:
            (closed.add if event["closed"] else closed.discard)(event["pin"])
    return bool(closed)


def _share(spent: list[tuple[float, float]]) -> float | None:
    total_s = sum(s for _, s in spent)
    return sum(busy_s for busy_s, _ in spent) / total_s if total_s else None
