"""Plays a session through the firmware's own session and pricing; knows no options and no words.

Readings come at the begin, at each boundary, at each turn and at the end: exactly there, as a
device has them to the second.
"""

from dataclasses import dataclass
from typing import Any

from wattseal.core.pricing import matching, record_cost, tariff_text
from wattseal.core.pricing.boundary import next_boundary
from wattseal.core.pricing.priced_session import PricedSession
from wattseal.core.pricing.tariff import Tariff
from wattseal.core.reading import Reading
from wattseal.core.segments import CHARGING, PARKING

_DAY_S = 86400


@dataclass(frozen=True)
class Plan:
    """`charge_s`: until the car is full; `idle_after_s`: until the device is sure of that."""

    start_s: int
    energy_mwh: int
    charge_s: int
    stay_s: int
    idle_after_s: int

    @property
    def parks_s(self) -> int:
        """From here on the session is parking, if it lasts that long."""
        return self.charge_s + self.idle_after_s

    def mwh(self, at_s: int) -> int:
        if at_s >= self.charge_s:
            return self.energy_mwh
        return self.energy_mwh * at_s // self.charge_s

    def reading(self, at_s: int) -> Reading:
        at_ms = 1000 * at_s
        return Reading(self.mwh(at_s), 0, at_ms, 1000 * self.start_s + at_ms, "S")


@dataclass(frozen=True)
class Part:
    """A segment of the record, and what held from its begin on."""

    from_s: int
    to_s: int
    wh: int
    state: str
    held: dict[str, "matching.Match | None"]  # by dimension


@dataclass(frozen=True)
class Played:
    cost: dict[str, Any]  # the record's XC
    parts: list[Part]


def play(tariff: Tariff, plan: Plan) -> Played:
    session = PricedSession(tariff, tariff_text.heading(tariff), "", 1, plan.reading(0))
    at_s = 0
    while at_s < plan.stay_s:
        session.observe(plan.reading(at_s), PARKING if at_s >= plan.parks_s else CHARGING)
        at_s = _next_s(tariff, plan, at_s)
    session.end(plan.reading(plan.stay_s), "L")
    rows: list[list[Any]] = session.segments
    cost = record_cost.of(tariff, session.entries, rows)
    return Played(cost, _parts(tariff, plan, rows))


def _next_s(tariff: Tariff, plan: Plan, at_s: int) -> int:
    """The next turn, boundary or end."""
    idle_since_s = plan.start_s + plan.parks_s if at_s >= plan.parks_s else None
    boundary_s = next_boundary(tariff, plan.start_s + at_s, plan.start_s, idle_since_s)
    soonest_s = plan.stay_s
    if boundary_s is not None:
        soonest_s = min(soonest_s, boundary_s - plan.start_s)
    for turn_s in (plan.charge_s, plan.parks_s):
        if turn_s > at_s:
            soonest_s = min(soonest_s, turn_s)
    return soonest_s


def _parts(tariff: Tariff, plan: Plan, rows: list[list[Any]]) -> list[Part]:
    parts: list[Part] = []
    wh_before = 0
    for number, (from_s, wh, state) in enumerate(rows):
        to_s = rows[number + 1][0] if number + 1 < len(rows) else plan.stay_s
        utc_s = plan.start_s + from_s
        local_s = utc_s + tariff.zone.offset_s(utc_s)
        power_w = wh * 3600 // (to_s - from_s) if to_s > from_s else None
        idle_s = from_s - plan.parks_s if state == PARKING else None
        moment = (
            local_s % _DAY_S // 60, local_s // _DAY_S, from_s, idle_s, 1000 * wh_before, power_w,
            None, "",
        )  # fmt: skip
        time = "P" if state == PARKING else "T"
        held = {letter: matching.first(tariff, letter, moment) for letter in ("E", time)}
        parts.append(Part(from_s, to_s, wh, state, held))
        wh_before += wh
    return parts
