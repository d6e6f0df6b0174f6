"""The share of the CPU that steady metering takes: two meters, once a second; judges nothing.

A record is signed, or priced, with nothing to be seen from outside: a second in which the
processor hardly waits has more than metering in it, and one in which that ends has it in part.
"""

from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from tools.emulate.lives import Life

_QUIET_S = 2.0  # after a record was written, until it has been sent and acknowledged
_COMPUTES = 0.9


@dataclass(frozen=True)
class Share:
    """The median of the seconds in which nothing but metering went on; None: there was none."""

    charging: float | None
    idle: float | None


def steady(found: list[Life], events: list[dict], first_unit: int) -> Share:
    """From the first meter's request of one second to that of the next."""
    stirred = [e["t_s"] for e in events if e["event"] != "modbus"]
    shares: dict[bool, list[float]] = {True: [], False: []}
    for life in found:
        starts = [e for e in life.exchanges if e.unit == first_unit]
        for one, other in pairwise(starts):
            begin_s, end_s = one.asked_s, other.asked_s
            if not any(begin_s - _QUIET_S < t_s < end_s for t_s in stirred):
                share = (other.busy_s - one.busy_s) / (end_s - begin_s)
                if share < _COMPUTES:
                    shares[_charging(events, begin_s)].append(share)
    return Share(*(median(shares[when]) if shares[when] else None for when in (True, False)))


def _charging(events: list[dict], t_s: float) -> bool:
    closed: set[int] = set()
    for event in events:
        if event["event"] == "contactor" and event["t_s"] <= t_s:
            (closed.add if event["closed"] else closed.discard)(event["pin"])
    return bool(closed)
