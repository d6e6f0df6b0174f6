"""Tells whether a car charges, parks or is not offered anything; reads no meter, bills nothing.

A car that is done still draws a little, and takes a sip now and then: only power that stays low,
or high, for a while says something. A change counts from when it is sure, not from when it began,
so that a reading of that very moment is in the record. The wait is the driver's.
"""

from micropython import const

from wattseal.core.segments import CHARGING, PARKING, SUSPENDED

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.reading import Reading
    from wattseal.core.settings import Connector


class IdleDetector:
    """One session's. `site`: the connector's thresholds and times."""

    def __init__(self, site: "Connector") -> None:
        self._site = site
        self._state = SUSPENDED  # until the first sample
        self._at_ms = 0  # the newest sample
        self._since_ms: int | None = None  # all samples from there on speak for a change

    def state(self, reading: "Reading", offering: bool) -> str:
        """CHARGING, PARKING or SUSPENDED as of this sample; to be asked at every good one.

        Whoever is offered energy again charges, as in the beginning, until it is sure that he does
        not. What the meter did not show is no proof: a gap makes the wait begin anew.
        """
        site = self._site
        if not offering:
            self._turn(SUSPENDED)
        elif self._state == SUSPENDED:
            self._turn(CHARGING)
        if reading.at_ms - self._at_ms > 1000 * site.idle_gap_s:
            self._since_ms = None
        self._at_ms = reading.at_ms
        power_w = abs(reading.power_w)  # negative where a meter is wired the wrong way round
        if self._state == CHARGING:
            self._follow(power_w < site.idle_below_w, site.idle_after_s, PARKING)
        elif self._state == PARKING:
            self._follow(power_w >= site.charging_from_w, site.charging_after_s, CHARGING)
        return self._state

    def _follow(self, speaks_for: bool, after_s: int, state: str) -> None:
        if not speaks_for:
            self._since_ms = None
        elif self._since_ms is None:
            self._since_ms = self._at_ms
        if self._since_ms is not None and self._at_ms - self._since_ms >= 1000 * after_s:
            self._turn(state)

    def _turn(self, state: str) -> None:
        self._state = state
        self._since_ms = None
