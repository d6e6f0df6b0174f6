"""A car that is charged without a record, because the journal is full; stores and signs nothing.

Nobody is billed for it, then or later: it keeps no identity, and it stays free when room comes
back. A reset leaves nothing open; the contactor is open after it, and the car may begin anew.
"""

from micropython import const

from wattseal.core.idle import IdleDetector
from wattseal.core.session import Session

TYPE_CHECKING = const(False)
if TYPE_CHECKING:
    from wattseal.app.demand import Demand
    from wattseal.app.sampler import MeterPoint
    from wattseal.contracts import Contactor, Inputs
    from wattseal.core import settings as configuration


class FreeSession:
    """Followed from sample to sample for the display alone.

    A register that breaks, or a meter that falls silent, harms nobody here and ends nothing."""

    def __init__(
        self, config: "configuration.Connector", point: "MeterPoint", inputs: "Inputs",
        demand: "Demand", contactor: "Contactor",
    ) -> None:  # fmt: skip
        begin = point.latest
        self.session = Session("", config.id, begin) if begin else None  # no record is made of it
        self._connector = config.id
        self._idle = IdleDetector(config)
        self._point = point
        self._inputs = inputs
        self._demand = demand
        self._contactor = contactor

    async def run(self) -> None:
        """Contactor closed until a stop or an unplugging is asked for; ends with the latter."""
        demand, connector = self._demand, self._connector
        if not demand.end():
            self._contactor.close(connector)
        self._point.needed = True
        seen = self._point.samples
        while not demand.end():
            await demand.changed()
            if self._point.samples != seen:
                seen = self._point.samples
                self._observe()
        self._contactor.open(connector)
        self._point.needed = False
        await demand.unplugged()

    def _observe(self) -> None:
        reading = self._point.latest
        if self.session and reading and not self._point.faults_in_row:
            offering = self._inputs.offering(self._connector)
            self.session.observe(reading, self._idle.state(reading, offering))
