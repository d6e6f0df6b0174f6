"""The price of a session, segment by segment; keeps sums, no segments.

Faults are resolved in the driver's favour and flagged: energy across a price boundary without a
reading goes to the cheapest price involved; a segment of which the clock was not to be trusted has
the week's cheapest prices and no time.
"""

from micropython import const

from wattseal.core.pricing.boundary import next_boundary
from wattseal.core.pricing.cheapest import cheaper, of_week
from wattseal.core.pricing.cost import Cost
from wattseal.core.pricing.matching import first

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from typing import Any, Iterator

    from wattseal.core.pricing.cost import Billed
    from wattseal.core.pricing.matching import Match, Moment
    from wattseal.core.pricing.tariff import Tariff

_DAY_S = const(86400)
# What a second is by the session's state. R has steps of its own; of N the begin alone is known.
_BEGUN = "N"
_KINDS = {"C": "T", "P": "P", "R": "R", "S": "", _BEGUN: ""}
_FLAGS = ("boundary_missed", "time_not_billable", "clock_untrusted")


class PricingError(Exception):
    """A segment that no session has; the argument says why."""


class Segment:
    """What happened from one reading to the next: state C, P, S, or R for reserved; UTC seconds.

    Power and current are averages, None when unknown: what a price asks of them is not the case.
    """

    def __init__(self, begin_s: int, end_s: int, state: str, mwh: int) -> None:
        if end_s < begin_s or mwh < 0:
            raise PricingError("time or energy runs backwards")
        if state not in _KINDS:
            raise PricingError("no state " + state[:9])
        self.begin_s = begin_s
        self.end_s = end_s
        self.state = state
        self.mwh = mwh
        self.power_w: int | None = None
        self.current_ma: int | None = None
        self.trusted = True  # the clock, from begin to end


class Pricing:
    """Takes a session's segments in order; `cost` can be asked at any time.

    `expired`: the reservation before it, segments of state R, was not used.
    """

    def __init__(self, tariff: "Tariff", start_s: int, expired: bool = False) -> None:
        self._tariffs = [tariff]
        self._start_s = start_s
        self._reservation = "X" if expired else "R"
        self._billed: list[Billed] = []
        self._last: dict[str, Billed] = {}  # for each kind, the last that was added to
        self._flat_due = ["", self._reservation]
        self._mwh = 0
        self._idle_since_s: int | None = None
        self._flags: set[str] = set()

    def add(self, segment: Segment, tariff: "Tariff | None" = None) -> None:
        """`tariff`: the one of this segment, when the driver accepted another than the first."""
        number = self._number(tariff or self._tariffs[0])
        if segment.state != "P" or not segment.trusted:
            self._idle_since_s = None
        elif self._idle_since_s is None:
            self._idle_since_s = segment.begin_s
        if not segment.trusted:
            self._flags.add("clock_untrusted")
        self._add_time(number, segment)
        if segment.state != "R":
            self._add_energy(number, segment)

    def cost(self) -> Cost:
        """Of all that was added. Steps are rounded up here, on the last line of each kind."""
        billed: list[Billed] = []
        for row in self._billed:
            number, element, component, quantity, kind = row
            # of charging and parking time, parking alone is rounded up
            if row is self._last.get(kind) and not (kind == "T" and "P" in self._last):
                quantity += self._to_step(kind, component)
            billed.append([number, element, component, quantity, kind])
        return Cost(self._tariffs[0], billed, [flag for flag in _FLAGS if flag in self._flags])

    def _to_step(self, kind: str, component: "dict[str, Any]") -> int:
        step = component.get("s", 1) * (1000 if kind == "E" else 1)
        total = sum([row[3] for row in self._billed if row[4] == kind])
        return -total % step if step and kind != "F" else 0

    def _number(self, tariff: "Tariff") -> int:
        """A tariff's place among those of the session."""
        for number, known in enumerate(self._tariffs):
            if known.identity == tariff.identity:
                return number
        for key in ("cur", "tax", "inc"):
            if tariff.values[key] != self._tariffs[0].values[key]:
                raise PricingError("the other tariff has another " + key)
        self._flat_due = []  # never again after a switch
        self._tariffs.append(tariff)
        return len(self._tariffs) - 1

    def _add_time(self, number: int, segment: Segment) -> None:
        kind = _KINDS[segment.state]
        letter = "T" if kind == "R" else kind
        reservation = self._reservation if kind == "R" else ""
        if not kind and reservation not in self._flat_due:
            return  # time that costs nothing, however long
        if not segment.trusted:
            if kind:
                self._flags.add("time_not_billable")
            if reservation in self._flat_due:
                self._add_flat(
                    number, self._of_week(number, "F", segment, reservation), reservation
                )
            return
        for seconds, moment in self._moments(number, segment, self._mwh):
            if reservation in self._flat_due:
                self._add_flat(number, first(self._tariffs[number], "F", moment), reservation)
            if kind and seconds:
                self._bill(number, first(self._tariffs[number], letter, moment), kind, seconds)
            if segment.state == _BEGUN:
                return

    def _add_flat(self, number: int, match: "Match | None", reservation: str) -> None:
        if match:
            self._flat_due.remove(reservation)
            self._bill(number, match, "F", 1)

    def _add_energy(self, number: int, segment: Segment) -> None:
        """In pieces, for a tier of energy ends exactly where it should."""
        low_mwh = self._mwh
        self._mwh += segment.mwh
        while low_mwh < self._mwh:
            high_mwh = self._mwh
            for element in self._tariffs[number].elements:
                restrictions = element.get("re", {})
                for key in ("e0", "e1"):
                    if low_mwh < restrictions.get(key, 0) < high_mwh:
                        high_mwh = restrictions[key]
            match = self._price(number, segment, low_mwh)
            self._bill(number, match, "E", high_mwh - low_mwh)
            low_mwh = high_mwh

    def _price(self, number: int, segment: Segment, mwh: int) -> "Match | None":
        """What the energy of the segment costs; nobody knows when in the segment it flowed."""
        if not segment.trusted:
            return self._of_week(number, "E", segment, "", mwh)
        tariff = self._tariffs[number]
        best: Match | None = None
        begun = False
        for _, moment in self._moments(number, segment, mwh):
            match = first(tariff, "E", moment)
            if begun and match != best:
                self._flags.add("boundary_missed")
                match = cheaper(tariff, best, match)
            best, begun = match, True
        return best

    def _of_week(
        self, number: int, letter: str, segment: Segment, reservation: str, mwh: int = 0
    ) -> "Match | None":
        measured = mwh, segment.power_w, segment.current_ma
        return of_week(self._tariffs[number], letter, *measured, reservation)

    def _moments(self, number: int, segment: Segment, mwh: int) -> "Iterator[tuple[int, Moment]]":
        """The parts of a segment in which the same prices hold: seconds, and how they began."""
        tariff = self._tariffs[number]
        reservation = self._reservation if segment.state == "R" else ""
        idle_since_s = self._idle_since_s
        at_s = segment.begin_s
        while True:
            until_s = next_boundary(tariff, at_s, self._start_s, idle_since_s)
            if until_s is None or until_s > segment.end_s:
                until_s = segment.end_s
            local_s = at_s + tariff.zone.offset_s(at_s)
            idle_s = None if idle_since_s is None else at_s - idle_since_s
            yield until_s - at_s, (
                local_s % _DAY_S // 60, local_s // _DAY_S, at_s - self._start_s, idle_s,
                mwh, segment.power_w, segment.current_ma, reservation,
            )  # fmt: skip
            if until_s == segment.end_s:
                return
            at_s = until_s

    def _bill(self, number: int, match: "Match | None", kind: str, quantity: int) -> None:
        if match is None:
            return
        element, component = match
        for row in self._billed:
            if row[2] is component:
                row[3] += quantity
                break
        else:
            row = [number, element, component, quantity, kind]
            self._billed.append(row)
        self._last[kind] = row
