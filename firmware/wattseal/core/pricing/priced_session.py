"""A session that has a price: a reading at each moment at which it may change; adds nothing up.

Until the next boundary a sample costs one comparison of small integers: seconds from the begin.
"""

from micropython import const

from wattseal.core.pricing.boundary import next_boundary
from wattseal.core.segments import PARKING
from wattseal.core.session import BEGIN, Session

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.core.pricing.tariff import Tariff
    from wattseal.core.reading import Reading


class PricedSession(Session):
    """`tariff`: frozen with the begin; `text`: what the record says of it."""

    def __init__(
        self, tariff: "Tariff", text: str, session_id: str, connector: int, begin: "Reading"
    ) -> None:
        super().__init__(session_id, connector, begin)
        self.tariff_text = text
        self._tariff = tariff
        self._start_s = begin.utc_ms // 1000  # as record_cost has it
        self._idle_since_s: int | None = None
        self._boundary_s: int | None = None
        self._before: Reading | None = None  # the newest sample
        # Without a clock nobody knows when a price changes, and the cheapest is taken anyway.
        self._follows = begin.time_state == "S"
        self._seek(0)

    def observe(self, reading: "Reading", state: str) -> bool:
        """As a session does it; a boundary is passed at the first sample that is not before it."""
        at_s = self.elapsed_s(reading)
        passed = self._boundary_s is not None and at_s >= self._boundary_s
        self._cut_late(at_s)
        first = self.state == BEGIN  # which turns from nothing, and leaves no reading
        turned = super().observe(reading, state)
        if passed and (first or not turned):
            self.tariff_change(reading)
        if turned:
            self._idle_since_s = self._start_s + at_s if state == PARKING else None
        if passed or turned:
            self._seek(at_s)
        self._before = reading
        return passed or turned

    def end(self, reading: "Reading", tx: str) -> None:
        self._cut_late(self.elapsed_s(reading))
        super().end(reading, tx)

    def _cut_late(self, at_s: int) -> None:
        """No sample at the boundary: what flowed when is unknown since the one before it."""
        if self._boundary_s is not None and at_s > self._boundary_s and self._before:
            self.cut(self._before)

    def _seek(self, at_s: int) -> None:
        if self._follows:
            start_s = self._start_s
            utc_s = next_boundary(self._tariff, start_s + at_s, start_s, self._idle_since_s)
            self._boundary_s = None if utc_s is None else utc_s - start_s
